import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import type { Enveloped } from '../../../../src/simulator/api/enveloped.ts';
import type { Guest } from '../../../../src/simulator/state/cluster.ts';
import { type InProcess, inProcess } from '../../../support/in-process.ts';
import { refusal } from './refusal.ts';

type Row = Record<string, unknown>;

describe('replication', () => {
  let at: InProcess;
  let guest: Guest;
  beforeEach(() => {
    at = inProcess({ guests: 12 });
    const found = [...at.cluster.guests.values()].find(({ kind, node, power, config }) => kind === 'qemu' && node === 'pve1' && power === 'running' && !config.current.has('template'));
    assert.ok(found);
    guest = found;
    at.cluster.storages.set('tank', { id: 'tank', type: 'zfspool', options: new Map([['pool', 'tank'], ['content', 'images,rootdir']]), capacity: 1e12, foreignUse: 0 });
    at.cluster.volumes.set('tank', new Map([[`tank:vm-${guest.vmid}-disk-0`, { volid: `tank:vm-${guest.vmid}-disk-0`, storage: 'tank', node: 'pve1', content: 'images', format: 'raw', size: 8e9, used: 4e9, ctime: 0, vmid: guest.vmid }]]));
    for (const option of [...guest.config.current.keys()]) if (/^(?:scsi|virtio|efidisk|tpmstate|ide|sata)\d+$/.test(option)) guest.config.current.delete(option);
    guest.config.current.set('scsi0', `tank:vm-${guest.vmid}-disk-0,size=8G`);
  });
  const create = (parameters: Record<string, string | number> = {}): unknown => at.call('POST', '/cluster/replication', { id: `${guest.vmid}-0`, type: 'local', target: 'pve2', ...parameters });
  const status = (): Row => at.call('GET', `/nodes/pve1/replication/${guest.vmid}-0/status`) as Row;

  it('runs by its schedule, in full at first, and tells of it', () => {
    create({ schedule: '*/10', rate: 50 });
    assert.deepEqual([status()['last_sync'], status()['fail_count']], [0, 0]);
    at.clock.advance(11 * 60_000);
    const { last_sync, next_sync, duration, id, jobnum, vmtype, rate } = status();
    assert.deepEqual([last_sync, next_sync, id, jobnum, vmtype, rate], [Date.UTC(2026, 10, 21, 9, 40) / 1000, Date.UTC(2026, 10, 21, 9, 50) / 1000, `${guest.vmid}-0`, 0, 'qemu', 50]);
    const log = at.call('GET', `/nodes/pve1/replication/${guest.vmid}-0/log`) as Enveloped;
    const texts = (log.data as { t: string }[]).map(({ t }) => t.replace(/^\S+ \S+ \d+-0: /, '').replaceAll(String(guest.vmid), 'ID').replace(String(guest.pid), 'PID'));
    assert.deepEqual(texts, [
      'start replication job', 'guest => VM ID, running => PID', 'volumes => tank:vm-ID-disk-0', "create snapshot '__replicate_ID-0_1795254000__' on tank:vm-ID-disk-0",
      'using secure transmission, rate limit: 50 MByte/s', "incremental sync 'tank:vm-ID-disk-0' (__replicate_ID-0_1795253460__ => __replicate_ID-0_1795254000__)",
      "delete previous replication snapshot '__replicate_ID-0_1795253460__' on tank:vm-ID-disk-0", 'end replication job',
    ]);
    assert.ok(Number(duration) > 1 && Number(duration) < 10);
  });

  it('fails while the target is off, tries again later, and recovers', () => {
    create({ target: 'pve3' });
    at.clock.advance(60_000);
    assert.match(String(status()['error']), /HostKeyAlias=pve3.* failed: exit code 255$/);
    assert.deepEqual([status()['fail_count'], status()['next_sync']], [1, 0]);
    const node = at.cluster.nodes.get('pve3');
    assert.ok(node);
    node.online = true;
    at.clock.advance(6 * 60_000);
    assert.deepEqual([status()['fail_count'], status()['error']], [0, undefined]);
  });

  it('is removed by the node, not by the call', () => {
    create();
    at.call('DELETE', `/cluster/replication/${guest.vmid}-0`);
    assert.equal((at.call('GET', `/cluster/replication/${guest.vmid}-0`) as Row)['remove_job'], 'full');
    at.clock.advance(61_000);
    assert.equal(refusal(() => at.call('GET', `/cluster/replication/${guest.vmid}-0`)), `500 no such replication job '${guest.vmid}-0'`);
  });

  it('refuses what cannot be replicated', () => {
    create();
    const other = [...at.cluster.guests.values()].find((one) => one.node === 'pve1' && one !== guest && [...one.config.current.values()].some((value) => value.startsWith('local-lvm:')));
    assert.deepEqual(
      [
        refusal(() => create()), refusal(() => create({ id: `${guest.vmid}-1` })), refusal(() => create({ target: 'pve1' })), refusal(() => create({ target: 'pve9' })), refusal(() => create({ source: 'pve2', target: 'pve3' })),
        refusal(() => create({ id: '999999-0' })), refusal(() => create({ id: `${other?.vmid}-0` })).replace(/'local-lvm:.*'/, "'…'"), refusal(() => create({ id: 'x' })),
      ],
      [
        `500 replication job '${guest.vmid}-0' already exists`, `500 replication job for guest '${guest.vmid}' to target 'local/pve2' already exists`, '500 Source and target must not be identical', "500 Target 'pve9' does not exist.",
        `500 Source 'pve2' does not match current node of guest '${guest.vmid}' (pve1)`, "500 Guest '999999' does not exist.", "500 missing replicate feature on volume '…'", '{"id":"invalid format - invalid replication job id \'x\'\\n"}',
      ],
    );
  });
});
