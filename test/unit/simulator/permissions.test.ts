import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { ApiError } from '../../../src/simulator/api/errors.ts';
import { type InProcess, inProcess } from '../../support/in-process.ts';

describe('permissions', () => {
  let at: InProcess;
  beforeEach(() => (at = inProcess({ guests: 12 })));

  const refusal = (action: () => unknown): string => {
    try {
      action();
    } catch (error) {
      if (error instanceof ApiError) return `${error.status} ${error.message}`;
      throw error;
    }
    return 'allowed';
  };
  const permissionsOf = (user: string, path: string): string[] => Object.keys((at.call('GET', '/access/permissions', { userid: user, path }) as Record<string, Record<string, number>>)[path] ?? {}).sort();

  it('come with the privilege that is missing and where', () => {
    assert.equal(refusal(() => at.call('POST', '/access/groups', { groupid: 'x' }, 'bob@pve')), '403 Permission check failed (/access/groups, Group.Allocate)');
    assert.equal(refusal(() => at.call('PUT', '/access/acl', { path: '/vms/100', roles: 'PVEVMUser', users: 'bob@pve' }, 'carol@pve')), '403 Permission check failed (/vms/100, Permissions.Modify|VM.Allocate)');
    assert.equal(refusal(() => at.call('GET', '/access/users/alice@pve', {}, 'bob@pve')), '403 Permission check failed');
  });

  it('go down from a path, replaced by what is said deeper', () => {
    at.call('PUT', '/access/acl', { path: '/vms', roles: 'PVEVMAdmin', users: 'bob@pve' });
    at.call('PUT', '/access/acl', { path: '/vms/101', roles: 'PVEAuditor', users: 'bob@pve' });
    assert.ok(permissionsOf('bob@pve', '/vms/111').includes('VM.Allocate'));
    assert.ok(!permissionsOf('bob@pve', '/vms/101').includes('VM.Config.Disk'));
    at.call('PUT', '/access/acl', { path: '/vms/102', roles: 'NoAccess', users: 'bob@pve' });
    assert.deepEqual(permissionsOf('bob@pve', '/vms/102'), []);
  });

  it('without propagation hold on the path alone', () => {
    at.call('PUT', '/access/acl', { path: '/storage', roles: 'PVEDatastoreUser', users: 'carol@pve', propagate: 0 });
    assert.ok(permissionsOf('carol@pve', '/storage').includes('Datastore.AllocateSpace'));
    assert.ok(!permissionsOf('carol@pve', '/storage/local').includes('Datastore.AllocateSpace'));
  });

  it('on a pool reach its members', () => {
    const [vmid] = at.cluster.pools.get('production')?.guests ?? [];
    assert.deepEqual(permissionsOf('bob@pve', `/vms/${vmid}`), ['VM.Audit', 'VM.Console', 'VM.PowerMgmt', 'VM.Snapshot']);
  });

  it('of a token are its own and its user’s, both; of one without separation the user’s', () => {
    at.call('POST', '/access/users/bob@pve/token/own', { privsep: 1 });
    at.call('POST', '/access/users/bob@pve/token/all', { privsep: 0 });
    at.call('PUT', '/access/acl', { path: '/', roles: 'PVEAdmin', tokens: 'bob@pve!own' });
    const [vmid] = at.cluster.pools.get('production')?.guests ?? [];
    assert.deepEqual(permissionsOf('bob@pve!own', `/vms/${vmid}`), ['VM.Audit', 'VM.Console', 'VM.PowerMgmt', 'VM.Snapshot']);
    assert.deepEqual(permissionsOf('bob@pve!own', '/nodes'), []);
    assert.deepEqual(permissionsOf('bob@pve!all', `/vms/${vmid}`), permissionsOf('bob@pve', `/vms/${vmid}`));
  });

  it('to hand on permissions end at one’s own', () => {
    at.call('PUT', '/access/acl', { path: '/vms/100', roles: 'PVEVMAdmin', users: 'bob@pve' });
    assert.equal(refusal(() => at.call('PUT', '/access/acl', { path: '/vms/100', roles: 'PVEVMUser', users: 'carol@pve' }, 'bob@pve')), 'allowed');
    assert.match(refusal(() => at.call('PUT', '/access/acl', { path: '/vms/100', roles: 'Administrator', users: 'carol@pve' }, 'bob@pve')), /^400 /);
  });

  it('keep tokens out of what needs a ticket', () => {
    assert.equal(
      refusal(() => at.call('PUT', '/access/password', { userid: 'root@pam', password: 'something new' }, 'root@pam!workbench')),
      "403 Permission check failed (URI '/access/password' not available with API token, need proper ticket.\n)",
    );
  });

  it('go away with their user', () => {
    at.call('DELETE', '/access/users/carol@pve');
    assert.equal(at.cluster.access.acl.some((entry) => entry.ugid === 'carol@pve'), false);
  });
});
