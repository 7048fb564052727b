import { strict as assert } from 'node:assert';
import { before, beforeEach, describe, it } from 'mocha';
import type { InProcess } from '../../../../support/in-process.ts';
import { schemaAbsent } from '../../../../support/pve-schema.ts';
import type { Transcript } from '../qemu/transcript.ts';
import { begin, CT, LXC, made, settle, TEMPLATE, volumesOf } from './container.ts';

describe('a container', () => {
  let at: InProcess;
  let transcript: Transcript;
  before(() => {
    if (schemaAbsent !== undefined) console.log(`      ${schemaAbsent}`);
  });
  beforeEach(() => {
    ({ at, transcript } = begin());
  });

  it('lives from its creation to its removal as on a real node', () => {
    transcript.call('POST', LXC, {
      vmid: 900, ostemplate: TEMPLATE, hostname: 'web', rootfs: 'local-lvm:8', mp0: 'local-lvm:4,mp=/data', net0: 'name=eth0,bridge=vmbr0,ip=10.20.7.4/24,gw=10.20.7.1', memory: 1024, cores: 2,
      password: 'correct horse', 'ssh-public-keys': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ6sGkbVrpyPrXyJHw3wVtJ5kGjm3Cqd0mM0pXp9K3cV me', pool: 'staging',
    });
    transcript.call('GET', `${CT}/config`);
    transcript.call('POST', `${CT}/status/start`);
    transcript.call('GET', `${CT}/status/current`, {}, { show: ['status', 'name', 'cpus', 'maxmem', 'maxswap', 'maxdisk', 'disk', 'ha'] });
    transcript.call('GET', `${CT}/interfaces`, {}, { show: ['name', 'inet'] });

    transcript.note('what a running container takes at once and what waits');
    transcript.call('PUT', `${CT}/config`, { memory: 2048, cores: 4, net1: 'name=eth1,bridge=vmbr0', mp1: 'local-lvm:2,mp=/more', tty: 4, features: 'nesting=1', delete: 'mp0' });
    transcript.call('GET', `${CT}/pending`);
    transcript.call('GET', `${CT}/config`, { current: 1 }, { show: ['memory', 'mp0', 'mp1', 'tty', 'features'] });
    transcript.call('PUT', `${CT}/config`, { revert: 'features' });
    transcript.call('POST', `${CT}/status/reboot`);
    transcript.call('GET', `${CT}/config`, {}, { show: ['tty', 'features', 'mp0', 'unused0'] });

    transcript.note('snapshots');
    transcript.call('POST', `${CT}/snapshot`, { snapname: 'before', description: 'as delivered' });
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', delete: 'net1' });
    transcript.call('GET', `${CT}/snapshot`);
    transcript.call('POST', `${CT}/snapshot/before/rollback`, { start: 1 });
    settle(at);
    transcript.call('GET', `${CT}/config`, {}, { show: ['hostname', 'net1', 'parent'] });
    transcript.call('GET', `${CT}/status/current`, {}, { show: ['status'] });

    transcript.note('volumes');
    transcript.call('PUT', `${CT}/resize`, { disk: 'rootfs', size: '+2G' });
    transcript.call('PUT', `${CT}/resize`, { disk: 'rootfs', size: '1G' });
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', storage: 'ceph', delete: 1 });
    transcript.call('POST', `${CT}/status/shutdown`);
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', storage: 'ceph', delete: 1 });
    transcript.call('DELETE', `${CT}/snapshot/before`);
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', storage: 'ceph', delete: 1 });
    transcript.call('PUT', `${CT}/config`, { delete: 'unused0' });
    transcript.call('GET', `${CT}/config`);

    transcript.note('a copy, a template, and a linked copy of that');
    transcript.call('GET', `${CT}/feature`, { feature: 'clone' });
    transcript.call('POST', `${CT}/clone`, { newid: 901, hostname: 'copy', storage: 'local-lvm' });
    transcript.call('POST', `${CT}/template`);
    settle(at);
    transcript.call('POST', `${CT}/status/start`);
    transcript.call('POST', `${CT}/clone`, { newid: 902, description: 'linked' });
    transcript.call('GET', `${LXC}/902/config`);

    transcript.note('the end');
    transcript.call('DELETE', CT);
    transcript.call('DELETE', `${LXC}/902`);
    transcript.call('DELETE', CT, { purge: 1 });
    transcript.call('GET', `${CT}/config`);
    transcript.assertAsRecorded('lifecycle');
    assert.deepEqual([volumesOf(at, 900), volumesOf(at, 902)], [[], []]);
    assert.deepEqual(volumesOf(at, 901), ['local-lvm:vm-901-disk-0', 'local-lvm:vm-901-disk-1']);
    assert.equal(at.cluster.pools.get('staging')?.guests.has(900), false);
    assert.doesNotMatch(JSON.stringify(at.cluster.tasks.list().map(({ upid }) => at.cluster.tasks.log(upid))), /correct horse|AAAAC3Nza/);
  });

  it('comes back from a backup, over itself too', () => {
    const backup = [...(at.cluster.volumes.get('nas')?.values() ?? [])].find(({ subtype, content }) => content === 'backup' && subtype === 'lxc');
    assert.ok(backup?.vmid);
    transcript.call('POST', LXC, { vmid: 900, ostemplate: backup.volid, restore: 1 });
    transcript.call('POST', LXC, { vmid: 900, ostemplate: backup.volid, restore: 1, storage: 'local-lvm', unique: 1, hostname: 'restored', start: 1, 'ha-managed': 1 });
    settle(at);
    transcript.call('GET', `${CT}/config`);
    transcript.call('GET', `${CT}/status/current`, {}, { show: ['status', 'name', 'ha'] });
    transcript.note('the same once more');
    transcript.call('POST', LXC, { vmid: 900, ostemplate: backup.volid, restore: 1, storage: 'local-lvm' });
    transcript.call('POST', LXC, { vmid: 900, ostemplate: backup.volid, restore: 1, storage: 'local-lvm', force: 1 });
    transcript.call('POST', `${CT}/status/stop`);
    settle(at);
    transcript.call('POST', LXC, { vmid: 900, ostemplate: backup.volid, restore: 1, storage: 'ceph', force: 1 });
    transcript.call('GET', `${CT}/config`, {}, { show: ['hostname', 'rootfs', 'lock'] });
    transcript.note('a template is no backup, and what is not there cannot be unpacked');
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE, restore: 1, storage: 'ceph' });
    transcript.call('POST', LXC, { vmid: 901, ostemplate: 'local:vztmpl/none.tar.zst', storage: 'ceph' });
    transcript.assertAsRecorded('restore');
    assert.deepEqual(volumesOf(at, 900), ['ceph:vm-900-disk-0']);
    assert.equal(at.cluster.guests.has(901), false);
  });

  it('goes to other nodes, stopped or over a restart, and its snapshots hold it', () => {
    made(at, { mp0: 'ceph:2,mp=/data' });
    transcript.call('GET', `${CT}/migrate`);
    transcript.call('POST', `${CT}/migrate`, { target: 'pve3' });
    transcript.call('POST', `${CT}/migrate`, { target: 'pve2' });
    transcript.call('POST', '/nodes/pve2/lxc/900/status/start');
    transcript.call('POST', '/nodes/pve2/lxc/900/migrate', { target: 'pve1' });
    transcript.call('POST', '/nodes/pve2/lxc/900/migrate', { target: 'pve1', online: 1 });
    transcript.call('POST', '/nodes/pve2/lxc/900/snapshot', { snapname: 'here' });
    transcript.call('POST', '/nodes/pve2/lxc/900/migrate', { target: 'pve1', restart: 1 });
    transcript.call('GET', '/nodes/pve2/lxc/900/status/current', {}, { show: ['status', 'lock'] });
    transcript.call('DELETE', '/nodes/pve2/lxc/900/snapshot/here');
    transcript.call('POST', '/nodes/pve2/lxc/900/migrate', { target: 'pve1', restart: 1, 'target-storage': 'ceph' });
    transcript.call('GET', `${CT}/status/current`, {}, { show: ['status', 'lock'] });
    transcript.call('GET', `${CT}/config`, {}, { show: ['rootfs', 'mp0'] });
    transcript.assertAsRecorded('migration');
    assert.deepEqual(volumesOf(at, 900), ['ceph:vm-900-disk-0', 'ceph:vm-900-disk-1']);
  });

  it('hands a volume over to another', () => {
    made(at, { mp0: 'local-lvm:2,mp=/data' });
    made(at, {}, 901);
    transcript.call('POST', `${CT}/move_volume`, { volume: 'mp0' });
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', 'target-vmid': 901 });
    transcript.call('POST', `${CT}/move_volume`, { volume: 'mp0', 'target-vmid': 901, 'target-volume': 'mp3' });
    transcript.call('GET', `${CT}/config`, {}, { show: ['mp0', 'rootfs'] });
    transcript.call('GET', `${LXC}/901/config`, {}, { show: ['mp3', 'rootfs'] });
    transcript.assertAsRecorded('hand-over');
    assert.deepEqual(volumesOf(at, 901), ['local-lvm:vm-901-disk-0', 'local-lvm:vm-901-disk-1']);
  });

  it('goes through every state', () => {
    made(at);
    for (const action of ['stop', 'shutdown', 'reboot', 'suspend', 'resume', 'start', 'start', 'suspend', 'status', 'resume', 'resume', 'reboot']) {
      if (action === 'status') transcript.call('GET', `${CT}/status/current`, {}, { show: ['status', 'uptime', 'mem'] });
      else transcript.call('POST', `${CT}/status/${action}`);
    }
    transcript.note('one that does not come down in time');
    transcript.call('POST', `${CT}/status/shutdown`, { timeout: 1 });
    transcript.call('POST', `${CT}/status/shutdown`, { timeout: 1, forceStop: 1 });
    transcript.note('highly available');
    at.cluster.haResources.set('ct:900', new Map([['state', 'stopped']]));
    transcript.call('POST', `${CT}/status/start`);
    settle(at);
    transcript.call('GET', `${CT}/status/current`, {}, { show: ['status', 'ha'] });
    transcript.assertAsRecorded('power');
  });
});
