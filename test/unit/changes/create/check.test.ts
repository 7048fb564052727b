import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { check, type Field, type Given, type GuestType, valuesOf, withAnswer } from '../../../../src/changes/create/index.ts';
import { cluster, key, pve1 } from './facts.ts';

const fine: Given = { name: 'web', password: 'secret' };
const checked = (type: GuestType, given: Given): ReturnType<typeof check> => check(type, valuesOf(type, given, cluster, pve1), cluster, pve1, { $secret: 'x' });

type Row = readonly [given: Given, field: Field, text: RegExp, type?: GuestType];

const errors: readonly Row[] = [
  [{ name: '' }, 'name', /needs a host name/],
  [{ name: '' }, 'name', /A VM needs a name/, 'qemu'],
  [{ name: 'web_1' }, 'name', /Letters, digits/],
  [{ name: '-web' }, 'name', /begins or ends/],
  [{ name: 'a'.repeat(64) }, 'name', /Letters/],
  [{ name: 'web..org' }, 'name', /Letters/],
  [{ vmid: '100' }, 'vmid', /^100 is taken by VM 100 \(web\)\.$/],
  [{ vmid: '99' }, 'vmid', /from 100 to/],
  [{ vmid: '1e3' }, 'vmid', /from 100 to/],
  [{ node: 'pve3' }, 'node', /pve3 is offline/],
  [{ cores: '0' }, 'cores', /whole number from 1/],
  [{ cores: '1.5' }, 'cores', /whole number/],
  [{ cores: '9', start: true }, 'cores', /pve1 has 8 CPUs; a VM with more does not start/, 'qemu'],
  [{ memory: '15' }, 'memory', /from 16 to/],
  [{ memory: '40000' }, 'memory', /pve1 has 32 GiB in all/],
  [{ swap: '-1' }, 'swap', /from 0 to/],
  [{ size: '0' }, 'size', /A size in GiB/],
  [{ size: '8G' }, 'size', /A size in GiB/],
  [{ size: '600' }, 'size', /fast has 500 GiB in all/],
  [{ storage: 'thick', size: '31' }, 'size', /thick has only 30 GiB free/],
  [{ vlan: '4095' }, 'vlan', /from 1 to 4,094/],
  [{ ipMode: 'static' }, 'ip', /with its prefix is wanted/],
  [{ ipMode: 'static', ip: '10.0.0.5' }, 'ip', /prefix is missing: 10\.0\.0\.5\/24/],
  [{ ipMode: 'static', ip: '10.0.0.256/24' }, 'ip', /is no IPv4 address/],
  [{ ipMode: 'static', ip: '10.0.0.5/33' }, 'ip', /from 8 to 32/],
  [{ ipMode: 'static', ip: '10.0.0.5/24/1' }, 'ip', /from 8 to 32/],
  [{ ipMode: 'static', ip: '10.0.0.5/24', gateway: 'router' }, 'gateway', /“router” is no IPv4/],
  [{ ip6Mode: 'static', ip6: '10.0.0.5/24' }, 'ip6', /is no IPv6 address/],
  [{ ip6Mode: 'static', ip6: 'fd00::5' }, 'ip6', /fd00::5\/64/],
  [{ tags: 'ok, -no' }, 'tags', /“-no” is no tag/],
  [{ nameserver: '1.1.1.1 dns.example' }, 'nameserver', /“dns\.example” is no IP address/],
  [{ searchDomain: 'ex ample_' }, 'searchDomain', /“ample_” is no domain/],
  [{ password: '' }, 'password', /needed to log in/],
  [{ password: '1234' }, 'password', /five characters/],
  [{ sshKeys: `${key}\nnonsense` }, 'sshKeys', /Line 2 is no public SSH key/],
  [{ sshKeys: '-----BEGIN OPENSSH PRIVATE KEY-----' }, 'sshKeys', /private key/],
  [{ cloudInit: true, user: '1st' }, 'user', /a letter first/, 'qemu'],
];
const warnings: readonly Row[] = [
  [{ node: 'pve1', memory: '21000' }, 'memory', /pve1 has only 20 GiB free/],
  [{ size: '300' }, 'size', /fast has only 200 GiB free/],
  [{ cores: '9' }, 'cores', /pve1 has 8 CPUs\./],
  [{ ipMode: 'static', ip: '10.0.0.5/24', gateway: '10.0.1.1' }, 'gateway', /not in the network of 10\.0\.0\.5\/24/],
  [{ cloudInit: true, password: '' }, 'password', /nobody may be able/, 'qemu'],
];

describe('the check of what is answered about a new guest', () => {
  for (const [level, rows] of [['error', errors], ['warning', warnings]] as const) {
    for (const [given, field, text, type = 'lxc'] of rows) {
      it(`${level} at ${field}: ${type} ${JSON.stringify(given).slice(0, 90)}`, () => {
        const { messages, answers } = checked(type, { ...fine, ...given });
        assert.deepEqual(Object.keys(messages), [field], 'and nowhere else');
        assert.equal(messages[field]?.level, level);
        assert.match(messages[field]?.text ?? '', text);
        assert.equal(answers === undefined, level === 'error');
      });
    }
  }

  it('has nothing to say of the defaults once a container has a name and a password, or a key', () => {
    assert.deepEqual(checked('lxc', fine).messages, {});
    assert.deepEqual(checked('lxc', { name: 'web', sshKeys: `${key}\n\n` }).messages, {});
    assert.deepEqual(checked('qemu', { name: 'web' }).messages, {});
  });

  it('asks nothing about addresses where there is no card, and nothing about cloud-init where there is none', () => {
    assert.deepEqual(checked('lxc', { ...fine, bridge: '', ipMode: 'static', ip: 'wrong', vlan: 'x' }).messages, {});
    assert.deepEqual(checked('qemu', { name: 'web', user: '1st', ipMode: 'static' }).messages, {});
  });

  it('cannot be satisfied before the node is known, or with a node that has nothing', () => {
    assert.equal(check('lxc', valuesOf('lxc', fine, cluster, undefined), cluster, undefined, { $secret: 'x' }).answers, undefined);
    const bare = { ...pve1, storages: [], volumes: [], appliances: [], bridges: [] };
    const { messages } = check('lxc', valuesOf('lxc', fine, cluster, bare), cluster, bare, { $secret: 'x' });
    assert.deepEqual(Object.keys(messages).sort(), ['storage', 'template']);
  });

  it('forgets a choice that the new node does not have, and keeps what was typed', () => {
    const there = { ...pve1, node: 'pve2', storages: pve1.storages.filter(({ storage }) => storage !== 'thick') };
    const values = valuesOf('lxc', { ...fine, node: 'pve2', storage: 'thick', memory: '777' }, cluster, there);
    assert.deepEqual([values.storage, values.memory, values.node], ['fast', '777', 'pve2']);
  });

  it('takes no answers to questions that nobody asked', () => {
    assert.deepEqual(withAnswer({}, 'constructor', 'x'), {});
    assert.deepEqual(withAnswer({}, 'start', 'yes'), {});
    assert.deepEqual(withAnswer({}, 'name', true), {});
    assert.deepEqual(withAnswer({ name: 'a' }, 'start', false), { name: 'a', start: false });
  });
});
