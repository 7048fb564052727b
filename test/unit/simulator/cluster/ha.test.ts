import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import type { Guest } from '../../../../src/simulator/state/cluster.ts';
import { type InProcess, inProcess } from '../../../support/in-process.ts';
import { setMaintenance } from '../../../../src/simulator/cluster/ha/maintenance.ts';
import { refusal } from './refusal.ts';

type Row = Record<string, unknown>;

describe('high availability', () => {
  let at: InProcess;
  let a: Guest;
  let b: Guest;
  beforeEach(() => {
    at = inProcess({ guests: 30 });
    at.cluster.haResources.clear();
    const movable = [...at.cluster.guests.values()].filter(({ kind, node, power, config }) => kind === 'qemu' && node === 'pve1' && power === 'running' && config.current.get('scsi0')?.startsWith('ceph:'));
    const [first, second] = movable;
    assert.ok(first !== undefined && second !== undefined);
    [a, b] = [first, second];
    for (const guest of [a, b]) at.call('POST', '/cluster/ha/resources', { sid: `vm:${guest.vmid}`, comment: 'critical' });
  });
  const sid = (guest: Guest): string => `vm:${guest.vmid}`;
  const rule = (parameters: Record<string, string | number>): string => refusal(() => at.call('POST', '/cluster/ha/rules', parameters));
  const current = (id: string): Row => (at.call('GET', '/cluster/ha/status/current') as Row[]).find((row) => row['id'] === id) ?? {};
  /** The manager looks every ten seconds; what it begins takes its time from then. */
  const pass = (seconds: number): void => {
    for (let i = 0; i < seconds; i += 10) {
      at.clock.advance(10_000);
      at.cluster.tasks.settle();
    }
  };
  const named = (text: string): string => text.replaceAll(sid(a), 'A').replaceAll(sid(b), 'B');

  it('knows resources by VMID too and keeps only what was said', () => {
    const { digest, ...resource } = at.call('GET', `/cluster/ha/resources/${a.vmid}`) as Row;
    assert.match(String(digest), /^[0-9a-f]{40}$/);
    assert.deepEqual(resource, { sid: sid(a), type: 'vm', comment: 'critical' });
    at.call('PUT', `/cluster/ha/resources/${sid(a)}`, { max_relocate: 3, failback: 0, delete: 'comment' });
    const { max_relocate, failback, comment } = at.call('GET', `/cluster/ha/resources/${sid(a)}`) as Row;
    assert.deepEqual([max_relocate, failback, comment], [3, 0, undefined]);
    assert.deepEqual(
      [
        refusal(() => at.call('POST', '/cluster/ha/resources', { sid: sid(a) })), refusal(() => at.call('POST', '/cluster/ha/resources', { sid: `ct:${a.vmid}` })),
        refusal(() => at.call('POST', '/cluster/ha/resources', { sid: '99999' })), refusal(() => at.call('PUT', '/cluster/ha/resources/vm:99999', { state: 'stopped' })),
        refusal(() => at.call('PUT', `/cluster/ha/resources/${sid(a)}`, { digest: '0', state: 'stopped' })), refusal(() => at.call('POST', '/cluster/ha/resources', { sid: 'vm:1', group: 'old' })),
        refusal(() => at.call('GET', '/cluster/ha/groups')), refusal(() => at.call('DELETE', '/cluster/ha/resources/vm:99999')),
      ].map(named),
      [
        "500 create resource failed: resource ID 'A' already defined", `500 resource 'ct:${a.vmid}' - guest with ID ${a.vmid} is not a container`, '500 unable to detect SID from VMID - VM/CT 99999 does not exist',
        "500 update resources config failed: no such resource 'vm:99999'", '500 update resources config failed: detected modified configuration - file changed by other user? Try again.',
        "500 invalid parameter 'group': ha groups have been migrated to rules", '500 cannot index groups: ha groups have been migrated to rules', "500 cannot delete service 'vm:99999', not HA managed!",
      ],
    );
  });

  it('brings guests to the state that is asked for', () => {
    at.call('PUT', `/cluster/ha/resources/${sid(a)}`, { state: 'stopped' });
    assert.equal(current(`service:${sid(a)}`)['state'], 'request_stop');
    pass(60);
    assert.deepEqual([current(`service:${sid(a)}`)['state'], a.power], ['stopped', 'stopped']);
    at.call('PUT', `/cluster/ha/resources/${sid(a)}`, { state: 'started' });
    assert.equal(current(`service:${sid(a)}`)['state'], 'starting');
    pass(60);
    assert.deepEqual([current(`service:${sid(a)}`)['status'], a.power], [`${sid(a)} (pve1, started)`, 'running']);
  });

  it('moves what must be together and tells what stands in the way', () => {
    assert.equal(rule({ rule: 'together', type: 'resource-affinity', affinity: 'positive', resources: `${sid(b)},${sid(a)}` }), 'accepted');
    assert.deepEqual(at.call('POST', `/cluster/ha/resources/${sid(a)}/migrate`, { node: 'pve2' }), { sid: sid(a), 'requested-node': 'pve2', 'comigrated-resources': [sid(b)] });
    pass(300);
    assert.deepEqual([a.node, a.power, b.node, b.power], ['pve2', 'running', 'pve2', 'running']);
    at.call('PUT', '/cluster/ha/rules/together', { type: 'resource-affinity', affinity: 'negative' });
    at.call('POST', `/cluster/ha/resources/${sid(b)}/relocate`, { node: 'pve1' });
    pass(300);
    assert.deepEqual(at.call('POST', `/cluster/ha/resources/${sid(a)}/relocate`, { node: 'pve1' }), { sid: sid(a), 'requested-node': 'pve1', 'blocking-resources': [{ sid: sid(b), cause: 'resource-affinity' }] });
    assert.deepEqual([a.node, b.node], ['pve2', 'pve1']);
  });

  it('empties a node for its maintenance, and fills it again afterwards', () => {
    const hastate = (): unknown => (at.call('GET', '/cluster/resources', { type: 'node' }) as Row[]).find(({ node }) => node === 'pve1')?.['hastate'];
    assert.equal(hastate(), 'online');
    setMaintenance(at.cluster, 'pve1', true);
    assert.equal(hastate(), 'online', 'the manager comes to it in its next round');
    pass(300);
    assert.deepEqual([hastate(), a.node, a.power, b.node, b.power], ['maintenance', 'pve2', 'running', 'pve2', 'running']);
    assert.match(String(current('lrm:pve1')['status']), /^pve1 \(maintenance mode, watchdog standby, /);
    setMaintenance(at.cluster, 'pve1', false);
    pass(300);
    assert.deepEqual([hastate(), a.node, b.node], ['online', 'pve1', 'pve1']);
  });

  it('refuses rules that cannot hold', () => {
    const both = `${sid(a)},${sid(b)}`;
    assert.equal(rule({ rule: 'first', type: 'node-affinity', resources: sid(a), nodes: 'pve2,pve1:2', strict: 1 }), 'accepted');
    assert.deepEqual(
      [
        rule({ rule: 'first', type: 'node-affinity', resources: sid(b), nodes: 'pve1' }), rule({ rule: 'second', type: 'node-affinity', resources: both, nodes: 'pve1' }),
        rule({ rule: 'alone', type: 'resource-affinity', affinity: 'negative', resources: sid(b) }), rule({ rule: 'mixed', type: 'resource-affinity', affinity: 'positive', resources: both }),
        rule({ rule: 'unmanaged', type: 'node-affinity', resources: 'vm:7', nodes: 'pve1' }), rule({ rule: 'nowhere', type: 'node-affinity', resources: sid(b), nodes: 'pve8' }), rule({ rule: 'short', type: 'node-affinity', resources: sid(b) }),
        rule({ rule: 'odd', type: 'node-affinity', resources: sid(b), nodes: 'pve1', affinity: 'positive' }),
      ].map(named),
      [
        "500 create ha rule failed: HA rule 'first' already defined", "500 create ha rule failed: 400 Rule 'second' is invalid.\nresources: resource 'A' is already used in another node affinity rule",
        "500 create ha rule failed: 400 Rule 'alone' is invalid.\nresources: rule is ineffective as there are less than two resources",
        "500 create ha rule failed: 400 Rule 'mixed' is invalid.\nresources: resources are in node affinity rules with multiple priorities",
        '500 create ha rule failed: cannot use unmanaged resource(s) vm:7.', '500 create ha rule failed: cannot use non-existent node(s) pve8.', "500 missing value for required option 'nodes'", "500 unexpected property 'affinity'",
      ],
    );
    const [listed] = at.call('GET', '/cluster/ha/rules', { resource: sid(a) }) as Row[];
    const { digest, ...shown } = listed ?? {};
    assert.match(String(digest), /^[0-9a-f]{40}$/);
    assert.deepEqual(shown, { rule: 'first', type: 'node-affinity', resources: sid(a), nodes: 'pve1:2,pve2', strict: 1, order: 1 });
    at.call('DELETE', `/cluster/ha/resources/${sid(a)}`);
    assert.deepEqual(at.call('GET', '/cluster/ha/rules'), []);
  });

  it('tells of quorum, master and every node, armed or not', () => {
    const rows = (at.call('GET', '/cluster/ha/status/current') as Row[]).filter(({ type }) => type !== 'service').map(({ id, status }) => [id, String(status).replace(/, \w+ \w+ +\d+ .*?\)/, ', …)')]);
    assert.deepEqual(rows, [
      ['quorum', 'OK'], ['master', 'pve1 (active, …)'], ['fencing', 'armed (CRM watchdog active)'],
      ['lrm:pve1', 'pve1 (active, watchdog active, …)'], ['lrm:pve2', 'pve2 (idle, watchdog standby, …)'], ['lrm:pve3', 'pve3 (old timestamp - dead?, watchdog standby, …)'],
    ]);
    at.call('POST', '/cluster/ha/status/disarm-ha', { 'resource-mode': 'ignore' });
    assert.deepEqual([current('fencing')['armed-state'], current(`service:${sid(a)}`)['state']], ['disarmed', 'ignore']);
    assert.equal(named(refusal(() => at.call('POST', `/cluster/ha/resources/${sid(a)}/migrate`, { node: 'pve2' }))), "500 resource 'A' is not HA managed");
    at.call('POST', '/cluster/ha/status/arm-ha');
    assert.equal(current('fencing')['armed-state'], 'armed');
  });
});
