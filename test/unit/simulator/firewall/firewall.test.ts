import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { ApiError } from '../../../../src/simulator/api/errors.ts';
import { checkReturn, loadPveSchema, schemaAbsent } from '../../../support/pve-schema.ts';
import { type InProcess, inProcess, type TestParameters } from '../../../support/in-process.ts';

describe('the firewall', () => {
  let at: InProcess;
  beforeEach(() => (at = inProcess({ guests: 12 })));

  const refusal = (method: string, path: string, parameters: TestParameters = {}): string => {
    try {
      at.call(method, path, parameters);
    } catch (error) {
      if (error instanceof ApiError) return error.errors === undefined ? `${error.status} ${error.message}` : JSON.stringify(error.errors);
      throw error;
    }
    return 'accepted';
  };
  type Row = Record<string, unknown>;
  const rows = (path: string): Row[] => at.call('GET', path) as Row[];
  const without = ({ digest, ...row }: Row): Row => (assert.match(String(digest), /^[0-9a-f]{40}$/), row);
  const vm = (): string => {
    const guest = [...at.cluster.guests.values()].find(({ kind, node }) => kind === 'qemu' && node === 'pve1');
    return `/nodes/pve1/qemu/${guest?.vmid}/firewall`;
  };

  it('puts a new rule first and disabled, and shows what its addresses are', () => {
    const rules = `${vm()}/rules`;
    at.call('POST', rules, { type: 'in', action: 'ACCEPT', macro: 'https', source: 'office', enable: 1, comment: ' Web  ' });
    at.call('POST', rules, { type: 'out', action: 'DROP', dest: '2001:db8::/32', proto: 'tcp', dport: '25,465', log: 'info' });
    assert.deepEqual(rows(rules).map(without), [
      { pos: 0, type: 'out', action: 'DROP', dest: '2001:db8::/32', proto: 'tcp', dport: '25,465', log: 'info', enable: 0, ipversion: 6 },
      { pos: 1, type: 'in', action: 'ACCEPT', macro: 'HTTPS', source: 'office', enable: 1, comment: 'Web', ipversion: 4 },
    ]);
  });

  it('moves, changes and removes rules by position', () => {
    const rules = '/nodes/pve1/firewall/rules';
    for (const port of ['1', '2', '3', '4']) at.call('POST', rules, { type: 'in', action: 'ACCEPT', proto: 'tcp', dport: port, comment: port });
    const order = (): string => rows(rules).map(({ comment }) => comment).join('');
    assert.equal(order(), '4321');
    at.call('PUT', `${rules}/0`, { moveto: 2 });
    assert.equal(order(), '3421');
    at.call('PUT', `${rules}/3`, { moveto: 0 });
    assert.equal(order(), '1342');
    at.call('PUT', `${rules}/0`, { moveto: 9 });
    assert.equal(order(), '3421');
    at.call('PUT', `${rules}/0`, { delete: 'dport,comment', action: 'DROP' });
    at.call('DELETE', `${rules}/1`);
    assert.deepEqual(rows(rules).map(({ action, dport }) => [action, dport]), [['DROP', undefined], ['ACCEPT', '2'], ['ACCEPT', '1']]);
    assert.equal(refusal('DELETE', `${rules}/3`), '500 no rule at position 3\n');
  });

  it('refuses a change of what the caller has not seen', () => {
    const [rule] = rows('/cluster/firewall/rules');
    at.call('PUT', '/cluster/firewall/rules/0', { comment: 'changed', digest: String(rule?.['digest']) });
    assert.equal(refusal('PUT', '/cluster/firewall/rules/0', { comment: 'again', digest: String(rule?.['digest']) }), '500 detected modified configuration - file changed by other user? Try again.');
  });

  it('says what is wrong with a rule as Proxmox does', () => {
    const told = (parameters: TestParameters): string => refusal('POST', `${vm()}/rules`, { type: 'in', action: 'ACCEPT', ...parameters });
    assert.deepEqual(
      [
        told({ dport: '22' }), told({ proto: 'gre', dport: '22' }), told({ source: 'nobody' }), told({ source: '+nothing' }), told({ source: '10.0.0.1/24' }),
        told({ source: '10.0.0.0/24', dest: 'fe80::1' }), told({ macro: 'Ssh2' }), told({ macro: 'SSH', dport: '23', proto: 'tcp' }), told({ action: 'LET' }),
        told({ type: 'forward' }), told({ iface: 'vmbr0' }), told({ proto: 'tcp', dport: '90:80' }), told({ proto: 'icmp', 'icmp-type': 'no-route' }),
      ],
      [
        '{"proto":"missing property - \'dport\' requires this property"}',
        '{"dport":"protocol \'gre\' does not support ports"}',
        '{"source":"no such alias \'nobody\'"}',
        '{"source":"no such ipset \'nothing\'"}',
        '{"source":"invalid format - invalid IP address: Invalid prefix 00001010000000000000000000000001/24\\n"}',
        '{"dest":"detected mixed ipv4/ipv6 addresses in rule"}',
        '{"macro":"unknown macro \'Ssh2\'"}',
        '{"dport":"parameter \'dport\' already define in macro (value = \'22\')"}',
        '{"action":"unknown action \'LET\'"}',
        '{"type":"invalid rule type \'forward\' for rule_env \'vm\'"}',
        '{"iface":"value does not match the regex pattern \'net\\\\d+\'"}',
        '{"dport":"invalid format - backwards range \'90:80\' not allowed, did you mean \'80:90\'?\\n"}',
        '{"icmp-type":"invalid icmp-type \'no-route\' for proto \'icmp\'"}',
      ],
    );
  });

  it('has aliases whose names know no case', () => {
    at.call('POST', '/cluster/firewall/aliases', { name: 'Mail', cidr: '10.1.2.3/32', comment: 'Mail server' });
    assert.deepEqual(at.call('GET', '/cluster/firewall/aliases/mail'), { name: 'Mail', cidr: '10.1.2.3', ipversion: 4, comment: 'Mail server' });
    assert.equal(refusal('POST', '/cluster/firewall/aliases', { name: 'MAIL', cidr: '10.0.0.1' }), '{"name":"alias \'MAIL\' already exists"}');
    at.call('PUT', '/cluster/firewall/aliases/mail', { cidr: 'fd00::1', rename: 'post' });
    assert.deepEqual(rows('/cluster/firewall/aliases').map(without), [{ name: 'office', cidr: '10.20.0.0/16', ipversion: 4, comment: 'Office network' }, { name: 'post', cidr: 'fd00::1', ipversion: 6 }]);
    at.call('DELETE', '/cluster/firewall/aliases/post');
    assert.equal(refusal('GET', '/cluster/firewall/aliases/post'), '{"name":"no such alias"}');
  });

  it('has IP sets with networks in the path', () => {
    const sets = `${vm()}/ipset`;
    at.call('POST', sets, { name: 'allowed', comment: 'May come in' });
    at.call('POST', `${sets}/allowed`, { cidr: '10.3.4.5/16' });
    at.call('POST', `${sets}/allowed`, { cidr: '2001:db8:0:0:1::5/48', nomatch: 1 });
    at.call('POST', `${sets}/allowed`, { cidr: 'dc/office', comment: 'The office' });
    assert.deepEqual(rows(`${sets}/allowed`).map(without), [{ cidr: '10.3.0.0/16' }, { cidr: '2001:db8::/48', nomatch: 1 }, { cidr: 'dc/office', comment: 'The office' }]);
    assert.deepEqual(without(at.call('GET', `${sets}/allowed/10.3.0.0/16`) as Row), { cidr: '10.3.0.0/16' });
    assert.equal(refusal('POST', `${sets}/allowed`, { cidr: '10.3.0.0/16' }), '{"cidr":"address \'10.3.0.0/16\' already exists"}');
    assert.equal(refusal('POST', `${sets}/allowed`, { cidr: '0.0.0.0/0' }), '{"cidr":"a zero prefix is not allowed in ipset entries"}');
    assert.equal(refusal('POST', `${sets}/allowed`, { cidr: 'nowhere' }), "500 no such alias 'nowhere'\n");
    assert.equal(refusal('DELETE', `${sets}/allowed`), "500 IPSet 'allowed' is not empty\n");
    at.call('DELETE', `${sets}/allowed/10.3.0.0%2F16`);
    assert.equal(rows(`${sets}/allowed`).length, 2);
    at.call('POST', sets, { name: 'guests', rename: 'allowed' });
    assert.deepEqual(rows(sets).map(without), [{ name: 'guests', comment: 'May come in' }]);
    at.call('DELETE', `${sets}/guests`, { force: 1 });
    assert.equal(refusal('GET', `${sets}/guests`), "500 no such IPSet 'guests'\n");
  });

  it('has security groups whose new name reaches the rules that use them', () => {
    at.call('POST', '/cluster/firewall/groups', { group: 'web', comment: 'Web servers' });
    at.call('POST', '/cluster/firewall/groups/web', { type: 'in', action: 'ACCEPT', macro: 'Web', enable: 1 });
    at.call('POST', `${vm()}/rules`, { type: 'group', action: 'web', enable: 1, iface: 'net0' });
    assert.equal(refusal('POST', '/cluster/firewall/groups/web', { type: 'group', action: 'web' }), '{"type":"invalid rule type \'group\' for rule_env \'group\'"}');
    at.call('POST', '/cluster/firewall/groups', { group: 'www', rename: 'web' });
    assert.deepEqual(rows(`${vm()}/rules`).map(without), [{ pos: 0, type: 'group', action: 'www', enable: 1, iface: 'net0' }]);
    assert.deepEqual(rows('/cluster/firewall/groups').map(without), [{ group: 'www', comment: 'Web servers' }]);
    assert.equal(refusal('DELETE', '/cluster/firewall/groups/www'), "500 Security group 'www' is not empty\n");
    assert.equal(refusal('GET', '/cluster/firewall/groups/web'), "500 no such security group 'web'\n");
  });

  it('keeps options as typed and drops what is deleted', () => {
    const options = `${vm()}/options`;
    at.call('PUT', options, { enable: 1, policy_in: 'DROP', macfilter: 0 });
    at.call('PUT', options, { delete: 'macfilter' });
    assert.deepEqual(without(at.call('GET', options) as Row), { enable: 1, policy_in: 'DROP' });
    assert.equal(refusal('PUT', options, { delete: 'ebtables' }), '{"delete":"no such option \'ebtables\'"}');
  });

  it('answers what the schema promises', function () {
    if (schemaAbsent !== undefined) {
      console.log(`      ${schemaAbsent}`);
      return;
    }
    at.call('POST', '/cluster/firewall/groups', { group: 'web' });
    const places = ['/cluster/firewall', '/nodes/pve1/firewall', vm()];
    const paths = places.flatMap((place) => ['', '/rules', '/options', '/aliases', '/ipset', '/refs', '/log', '/groups', '/macros', '/rules/0'].map((name) => place + name));
    const schema = loadPveSchema();
    const problems = paths.flatMap((path) => {
      const operation = schema.operation('GET', path);
      if (operation === undefined || (path.endsWith('/0') && !path.startsWith('/cluster'))) return [];
      const answer = at.call('GET', path);
      return checkReturn(answer !== null && typeof answer === 'object' && 'members' in answer ? (answer as unknown as { data: unknown }).data : answer, operation);
    });
    assert.deepEqual(problems, []);
  });
});
