import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import type { Guest } from '../../../../../src/simulator/state/cluster.ts';
import { type InProcess, inProcess } from '../../../../support/in-process.ts';
import { Transcript } from './transcript.ts';

const QEMU = '/nodes/pve1/qemu';
const VM = `${QEMU}/900`;

describe('a virtual machine refuses', () => {
  let at: InProcess;
  let transcript: Transcript;
  let guest: Guest;
  beforeEach(() => {
    at = inProcess({ guests: 12 });
    at.call('POST', QEMU, { vmid: 900, name: 'web', scsi0: 'ceph:8' });
    at.clock.advance(60_000);
    at.call('GET', QEMU);
    const made = at.cluster.guests.get(900);
    assert.ok(made);
    guest = made;
    transcript = new Transcript(at);
  });
  const untouched = (): string => JSON.stringify([[...guest.config.current], [...guest.config.pending]]);

  it('changes by those who have not seen the last one', () => {
    const { digest } = at.call('GET', `${VM}/config`) as { digest: string };
    at.call('PUT', `${VM}/config`, { name: 'other', digest });
    const before = untouched();
    transcript.call('PUT', `${VM}/config`, { name: 'third', digest });
    transcript.call('PUT', `${VM}/resize`, { disk: 'scsi0', size: '+1G', digest });
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', storage: 'local-lvm', digest });
    transcript.call('POST', QEMU, { vmid: 901 });
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', 'target-vmid': 901, 'target-digest': digest });
    transcript.assertAsRecorded('digests');
    assert.equal(untouched(), before);
  });

  it('everything while something else holds its lock, except from root who skips it', () => {
    guest.config.current.set('lock', 'backup');
    transcript.call('PUT', `${VM}/config`, { name: 'other' });
    transcript.call('POST', `${VM}/status/start`);
    transcript.call('POST', `${VM}/clone`, { newid: 901 });
    transcript.call('POST', `${VM}/snapshot`, { snapname: 'one' });
    transcript.call('PUT', `${VM}/resize`, { disk: 'scsi0', size: '+1G' });
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', storage: 'local-lvm' });
    transcript.call('POST', `${VM}/migrate`, { target: 'pve2' });
    transcript.call('POST', `${VM}/template`);
    transcript.call('DELETE', VM);
    transcript.call('PUT', `${VM}/config`, { name: 'other', skiplock: 1 }, { user: 'alice@pve' });
    transcript.call('PUT', `${VM}/config`, { name: 'other', skiplock: 1 });
    transcript.call('DELETE', VM, { skiplock: 1 });
    transcript.assertAsRecorded('locks');
    assert.equal(at.cluster.guests.has(900), false);
  });

  it('removal while protected, running, highly available or replicated', () => {
    at.call('PUT', `${VM}/config`, { protection: 1 });
    transcript.note('protected');
    transcript.call('DELETE', VM);
    transcript.call('PUT', `${VM}/config`, { delete: 'scsi0' });
    at.call('PUT', `${VM}/config`, { protection: 0 });
    transcript.note('highly available');
    at.cluster.haResources.set('vm:900', new Map([['state', 'stopped']]));
    at.cluster.haRules.set('pair', new Map([['type', 'resource-affinity'], ['affinity', 'negative'], ['resources', 'vm:900,vm:100']]));
    transcript.call('DELETE', VM);
    transcript.note('replicated');
    at.cluster.haResources.delete('vm:900');
    at.cluster.replicationJobs.set('900-0', new Map([['target', 'pve2']]));
    transcript.call('DELETE', VM);
    transcript.note('purged from all of these, backup jobs and permissions');
    at.cluster.haResources.set('vm:900', new Map([['state', 'stopped']]));
    at.cluster.backupJobs.set('mine', new Map([['vmid', '100,900']]));
    at.cluster.backupJobs.set('alone', new Map([['vmid', '900']]));
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'bob@pve', roles: 'PVEVMUser' });
    transcript.call('DELETE', VM, { purge: 1 });
    transcript.assertAsRecorded('removal');
    assert.deepEqual([at.cluster.replicationJobs.size, at.cluster.backupJobs.get('mine')?.get('vmid'), at.cluster.backupJobs.has('alone')], [0, '100', false]);
    assert.equal(at.cluster.haRules.get('pair')?.get('resources'), 'vm:100');
    assert.deepEqual(at.cluster.access.acl.filter(({ path }) => path === '/vms/900'), []);
  });

  it('what the caller has no privileges for, and tells which one', () => {
    const bob = { user: 'bob@pve' };
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'bob@pve', roles: 'Operator' });
    transcript.note('with VM.Audit, VM.PowerMgmt, VM.Console, VM.Snapshot on the VM');
    transcript.call('GET', `${VM}/status`, {}, bob);
    transcript.call('PUT', `${VM}/config`, { name: 'other' }, bob);
    transcript.call('PUT', `${VM}/resize`, { disk: 'scsi0', size: '+1G' }, bob);
    transcript.call('POST', `${VM}/migrate`, { target: 'pve2' }, bob);
    transcript.call('DELETE', VM, {}, bob);
    transcript.call('GET', `${VM}/agent/get-osinfo`, {}, bob);
    transcript.call('POST', `${VM}/clone`, { newid: 901 }, bob);
    transcript.note('with VM.Config.* as well');
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'bob@pve', roles: 'PVEVMAdmin' });
    transcript.call('PUT', `${VM}/config`, { args: '-foo' }, bob);
    transcript.call('PUT', `${VM}/config`, { scsi1: 'ceph:4' }, bob);
    transcript.call('PUT', `${VM}/config`, { net0: 'virtio,bridge=vmbr0' }, bob);
    transcript.call('PUT', `${VM}/config`, { name: 'other' }, bob);
    transcript.call('PUT', `${VM}/resize`, { disk: 'scsi0', size: '+1G' }, bob);
    transcript.call('POST', `${VM}/move_disk`, { disk: 'scsi0', storage: 'local-lvm' }, bob);
    transcript.call('POST', `${VM}/migrate`, { target: 'pve2', force: 1 }, bob);
    transcript.assertAsRecorded('privileges');
  });

  it('a list of VMs shows only those that one may see', () => {
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'ci@pve', roles: 'PVEAuditor' });
    at.call('PUT', '/access/acl', { path: '/pool/staging', groups: 'developers', roles: 'PVEVMAdmin', delete: 1 });
    at.call('PUT', '/access/acl', { path: '/pool/production', groups: 'developers', roles: 'Operator', delete: 1 });
    const seen = at.call('GET', QEMU, {}, 'ci@pve') as { vmid: number }[];
    assert.deepEqual(seen.map(({ vmid }) => vmid), [900]);
  });

  it('to give up a base that linked clones stand on', () => {
    transcript.call('POST', `${VM}/template`);
    transcript.call('POST', `${VM}/status/start`);
    transcript.call('POST', `${VM}/clone`, { newid: 901, full: 0 });
    transcript.call('DELETE', VM);
    transcript.call('DELETE', `${QEMU}/901`);
    transcript.call('DELETE', VM);
    transcript.assertAsRecorded('bases');
  });
});
