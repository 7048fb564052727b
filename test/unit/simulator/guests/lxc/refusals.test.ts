import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import type { Guest } from '../../../../../src/simulator/state/cluster.ts';
import type { InProcess } from '../../../../support/in-process.ts';
import type { Transcript } from '../qemu/transcript.ts';
import { begin, CT, LXC, made, settle, TEMPLATE } from './container.ts';

describe('a container refuses', () => {
  let at: InProcess;
  let transcript: Transcript;
  let guest: Guest;
  beforeEach(() => {
    ({ at, transcript } = begin());
    guest = made(at);
  });
  const untouched = (): string => JSON.stringify([[...guest.config.current], [...guest.config.pending]]);

  it('changes by those who have not seen the last one', () => {
    const { digest } = at.call('GET', `${CT}/config`) as { digest: string };
    at.call('PUT', `${CT}/config`, { hostname: 'other', digest });
    const before = untouched();
    transcript.call('PUT', `${CT}/config`, { hostname: 'third', digest });
    transcript.call('PUT', `${CT}/resize`, { disk: 'rootfs', size: '+1G', digest });
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', storage: 'ceph', digest });
    transcript.assertAsRecorded('digests');
    assert.equal(untouched(), before);
  });

  it('everything while something else holds its lock', () => {
    guest.config.current.set('lock', 'backup');
    const before = untouched();
    transcript.call('PUT', `${CT}/config`, { hostname: 'other' });
    transcript.call('POST', `${CT}/status/start`);
    transcript.call('POST', `${CT}/clone`, { newid: 901 });
    transcript.call('POST', `${CT}/snapshot`, { snapname: 'one' });
    transcript.call('PUT', `${CT}/resize`, { disk: 'rootfs', size: '+1G' });
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', storage: 'ceph' });
    transcript.call('POST', `${CT}/migrate`, { target: 'pve2' });
    transcript.call('POST', `${CT}/template`);
    transcript.call('DELETE', CT, { force: 1, purge: 1 });
    transcript.call('POST', `${CT}/status/start`, { skiplock: 1 }, { user: 'alice@pve' });
    assert.equal(untouched(), before);
    transcript.call('POST', `${CT}/status/start`, { skiplock: 1 });
    transcript.assertAsRecorded('locks');
  });

  it('removal while protected, running, highly available or replicated', () => {
    at.call('PUT', `${CT}/config`, { protection: 1, mp0: 'local-lvm:1,mp=/data' });
    transcript.note('protected');
    transcript.call('DELETE', CT, { force: 1 });
    transcript.call('PUT', `${CT}/config`, { delete: 'mp0' });
    transcript.call('PUT', `${CT}/config`, { mp1: 'local-lvm:1,mp=/more' });
    at.call('PUT', `${CT}/config`, { protection: 0 });
    transcript.note('highly available');
    at.cluster.haResources.set('ct:900', new Map([['state', 'stopped']]));
    transcript.call('DELETE', CT);
    at.cluster.haResources.delete('ct:900');
    transcript.note('replicated');
    at.cluster.replicationJobs.set('900-0', new Map([['target', 'pve2']]));
    transcript.call('PUT', `${CT}/config`, { mp1: 'local-lvm:1,mp=/more' });
    transcript.call('DELETE', CT);
    transcript.note('running, and then by force, purged from all of these');
    at.call('POST', `${CT}/status/start`);
    settle(at);
    at.cluster.backupJobs.set('mine', new Map([['vmid', '100,900']]));
    at.cluster.haResources.set('ct:900', new Map([['state', 'ignored']]));
    transcript.call('DELETE', CT, { purge: 1 });
    transcript.call('DELETE', CT, { purge: 1, force: 1 });
    transcript.assertAsRecorded('removal');
    assert.deepEqual([at.cluster.replicationJobs.size, at.cluster.haResources.has('ct:900'), at.cluster.backupJobs.get('mine')?.get('vmid')], [0, false, '100']);
    assert.equal(at.cluster.guests.has(900), false);
  });

  it('changes that contradict themselves, all of the change', () => {
    const before = untouched();
    transcript.call('PUT', `${CT}/config`);
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', delete: 'hostname' });
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', revert: 'hostname' });
    transcript.call('PUT', `${CT}/config`, { delete: 'nonsense' });
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', delete: 'memory' });
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', unprivileged: 0 });
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', mp0: 'nas:4,mp=/data' });
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', mp0: 'local-lvm:4' });
    transcript.call('PUT', `${CT}/config`, { memory: 8, colour: 'red' });
    transcript.call('POST', `${CT}/snapshot`, { snapname: 'vzdump' });
    transcript.call('POST', LXC, { vmid: 900, ostemplate: TEMPLATE });
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE });
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE, mp0: 'local-lvm:1,mp=/data' });
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE, rootfs: 'local-lvm:1', 'ssh-public-keys': 'no key' });
    transcript.assertAsRecorded('contradictions');
    assert.equal(untouched(), before);
    assert.equal(at.cluster.guests.has(901), false);
  });

  it('what the caller has no privileges for, and tells which one', () => {
    const bob = { user: 'bob@pve' };
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'bob@pve', roles: 'Operator' });
    transcript.note('with VM.Audit, VM.PowerMgmt, VM.Console, VM.Snapshot on the container');
    transcript.call('GET', `${CT}/status`, {}, bob);
    transcript.call('PUT', `${CT}/config`, { hostname: 'other' }, bob);
    transcript.call('DELETE', CT, {}, bob);
    transcript.call('POST', `${CT}/clone`, { newid: 901 }, bob);
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE, rootfs: 'local-lvm:1' }, bob);
    transcript.note('with VM.Config.* as well');
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'bob@pve', roles: 'PVEVMAdmin' });
    transcript.call('PUT', `${CT}/config`, { mp0: '/srv,mp=/srv' }, bob);
    transcript.call('PUT', `${CT}/config`, { mp0: 'local-lvm:4,mp=/data' }, bob);
    transcript.call('PUT', `${CT}/config`, { mp0: 'ceph:vm-100-disk-0,mp=/data' }, bob);
    transcript.call('PUT', `${CT}/config`, { net1: 'name=eth1,bridge=vmbr0' }, bob);
    transcript.call('PUT', `${CT}/config`, { dev0: '/dev/ttyUSB0' }, bob);
    transcript.call('PUT', `${CT}/config`, { features: 'nesting=1,fuse=1' }, bob);
    transcript.call('PUT', `${CT}/config`, { features: 'nesting=1' }, bob);
    transcript.call('PUT', `${CT}/config`, { hookscript: 'nas:snippets/hook.pl' }, bob);
    transcript.call('PUT', `${CT}/config`, { hostname: 'other', memory: 1024, cores: 2 }, bob);
    transcript.call('PUT', `${CT}/resize`, { disk: 'rootfs', size: '+1G' }, bob);
    transcript.call('POST', `${CT}/move_volume`, { volume: 'rootfs', storage: 'ceph' }, bob);
    transcript.note('creating where one may, but not without user namespaces');
    at.call('PUT', '/access/acl', { path: '/storage/local-lvm', users: 'bob@pve', roles: 'PVEDatastoreUser' });
    at.call('PUT', '/access/acl', { path: '/storage/local', users: 'bob@pve', roles: 'PVEDatastoreUser' });
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE, rootfs: 'local-lvm:1', pool: 'staging', unprivileged: 0 }, bob);
    transcript.call('POST', LXC, { vmid: 901, ostemplate: TEMPLATE, rootfs: 'local-lvm:1', pool: 'staging' }, bob);
    transcript.assertAsRecorded('privileges');
    assert.equal(at.cluster.guests.get(901)?.config.current.get('unprivileged'), '1');
  });

  it('a list of containers shows only those that one may see', () => {
    at.call('PUT', '/access/acl', { path: '/vms/900', users: 'ci@pve', roles: 'PVEAuditor' });
    at.call('PUT', '/access/acl', { path: '/pool/staging', groups: 'developers', roles: 'PVEVMAdmin', delete: 1 });
    at.call('PUT', '/access/acl', { path: '/pool/production', groups: 'developers', roles: 'Operator', delete: 1 });
    const seen = at.call('GET', LXC, {}, 'ci@pve') as { vmid: number }[];
    assert.deepEqual(seen.map(({ vmid }) => vmid), [900]);
  });

  it('to show its environment to those who may not change it', () => {
    at.call('PUT', `${CT}/config`, { env: 'TOKEN=abc' });
    const shown = (user?: string): boolean[] => ['config', 'pending'].map((what) => JSON.stringify(at.call('GET', `${CT}/${what}`, {}, user)).includes('abc'));
    assert.deepEqual([shown(), shown('carol@pve')], [[true, true], [false, false]]);
  });
});
