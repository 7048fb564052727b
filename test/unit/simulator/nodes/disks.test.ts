import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { inProcess, type InProcess } from '../../../support/in-process.ts';

type Rows = Record<string, unknown>[];

const uses = ({ call }: InProcess, parameters = {}): unknown => Object.fromEntries((call('GET', '/nodes/pve1/disks/list', parameters) as Rows).map((one) => [one['devpath'], one['used']]));

/** Runs a task to its end. @returns how it ended */
function ended({ call, clock }: InProcess, upid: unknown): unknown {
  clock.advance(10_000);
  return (call('GET', `/nodes/pve1/tasks/${String(upid)}/status`) as { exitstatus: string }).exitstatus;
}

describe('disks of a node', () => {
  it('are listed with their use, health and wear', () => {
    const simulated = inProcess();
    assert.deepEqual(uses(simulated), { '/dev/nvme0n1': 'LVM', '/dev/sda': 'BIOS boot', '/dev/sdb': undefined });
    assert.deepEqual(uses(simulated, { 'include-partitions': 1 }), { '/dev/nvme0n1': 'LVM', '/dev/sda': 'partitions', '/dev/sda1': 'BIOS boot', '/dev/sda2': 'EFI', '/dev/sda3': 'LVM', '/dev/sdb': undefined });
    assert.deepEqual(uses(simulated, { type: 'unused' }), { '/dev/sdb': undefined });
    const { call } = simulated;
    assert.deepEqual(call('GET', '/nodes/pve1/disks/smart', { disk: '/dev/sdb', healthonly: 1 }), { health: 'PASSED' });
    assert.equal((call('GET', '/nodes/pve1/disks/smart', { disk: '/dev/sda3' }) as { type: string }).type, 'ata');
    assert.throws(() => call('GET', '/nodes/pve1/disks/smart', { disk: '/dev/sdz' }), { message: 'not a valid block device' });
    const groups = call('GET', '/nodes/pve1/disks/lvm') as { children: { name: string; lvcount: number; children: Rows }[] };
    assert.deepEqual(groups.children.map(({ name, lvcount, children }) => [name, lvcount, children.map((one) => one['name'])]), [['pve', 3, ['/dev/sda3', '/dev/nvme0n1']]]);
  });

  it('become a ZFS pool with a storage on it, and are free again when it goes', () => {
    const simulated = inProcess();
    const { call } = simulated;
    assert.throws(() => call('POST', '/nodes/pve1/disks/zfs', { name: 'tank', devices: '/dev/sdb', raidlevel: 'mirror' }), { message: 'mirror needs at least 2 disks' });
    assert.throws(() => call('POST', '/nodes/pve1/disks/zfs', { name: 'local-lvm', devices: '/dev/sdb', raidlevel: 'single', add_storage: 1 }), { message: "Storage ID 'local-lvm' already exists on node pve1" });
    assert.equal(ended(simulated, call('POST', '/nodes/pve1/disks/zfs', { name: 'tank', devices: '/dev/sdb', raidlevel: 'single', add_storage: 1 })), 'OK');
    assert.deepEqual((call('GET', '/nodes/pve1/disks/zfs') as Rows).map(({ name, health }) => ({ name, health })), [{ name: 'tank', health: 'ONLINE' }]);
    assert.deepEqual([...(simulated.cluster.storages.get('tank')?.options ?? [])], [['pool', 'tank'], ['content', 'rootdir,images'], ['nodes', 'pve1']]);
    assert.throws(() => call('POST', '/nodes/pve1/disks/lvm', { name: 'other', device: '/dev/sdb' }), { message: "device '/dev/sdb' is already in use" });
    assert.equal(ended(simulated, call('PUT', '/nodes/pve1/disks/wipedisk', { disk: '/dev/sdb' })), "command 'wipefs --all /dev/sdb' failed: exit code 1");
    assert.equal(ended(simulated, call('DELETE', '/nodes/pve1/disks/zfs/tank', { 'cleanup-config': 1, 'cleanup-disks': 1 })), 'OK');
    assert.equal(simulated.cluster.storages.has('tank'), false);
    assert.deepEqual(uses(simulated, { type: 'unused' }), { '/dev/sdb': undefined });
  });

  it('become mounted directories and thin pools', () => {
    const simulated = inProcess();
    const { call } = simulated;
    assert.equal(ended(simulated, call('POST', '/nodes/pve1/disks/directory', { name: 'scratch', device: '/dev/sdb', filesystem: 'xfs' })), 'OK');
    const [directory] = call('GET', '/nodes/pve1/disks/directory') as Rows;
    assert.deepEqual({ ...directory, device: undefined }, { unitfile: '/etc/systemd/system/mnt-pve-scratch.mount', path: '/mnt/pve/scratch', device: undefined, type: 'xfs', options: 'defaults' });
    assert.throws(() => call('PUT', '/nodes/pve1/disks/wipedisk', { disk: '/dev/sdb' }), { message: "disk/partition '/dev/sdb1' is mounted" });
    assert.equal(ended(simulated, call('DELETE', '/nodes/pve1/disks/directory/scratch', { 'cleanup-disks': 1 })), 'OK');
    assert.equal(ended(simulated, call('POST', '/nodes/pve1/disks/lvmthin', { name: 'fast', device: '/dev/sdb' })), 'OK');
    assert.deepEqual((call('GET', '/nodes/pve1/disks/lvmthin') as Rows).map(({ vg, lv, used }) => ({ vg, lv, used: used === 0 })), [{ vg: 'pve', lv: 'data', used: false }, { vg: 'fast', lv: 'fast', used: true }]);
    assert.equal(ended(simulated, call('DELETE', '/nodes/pve1/disks/lvmthin/fast', { 'volume-group': 'fast', 'cleanup-disks': 1 })), 'OK');
    assert.deepEqual(uses(simulated, { type: 'unused' }), { '/dev/sdb': undefined });
  });

  it('that the system stands on stay as they are', () => {
    const simulated = inProcess();
    const { call } = simulated;
    assert.throws(() => call('PUT', '/nodes/pve1/disks/wipedisk', { disk: '/dev/nvme0n1' }), { message: "disk/partition '/dev/nvme0n1' has a holder" });
    assert.throws(() => call('POST', '/nodes/pve1/disks/initgpt', { disk: '/dev/sda3' }), { message: '/dev/sda3 is a partition' });
    assert.throws(() => call('POST', '/nodes/pve1/disks/initgpt', { disk: '/dev/sda' }), { message: 'disk /dev/sda already in use' });
    assert.equal(ended(simulated, call('DELETE', '/nodes/pve1/disks/lvm/pve')), "command '/sbin/vgremove -y pve' failed: exit code 5");
    assert.throws(() => call('PUT', '/nodes/pve1/disks/wipedisk', { disk: '/dev/sdb' }, 'alice@pve'), { status: 403 });
  });
});
