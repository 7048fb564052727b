import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { inProcess, type InProcess, type TestParameters } from '../../../support/in-process.ts';

describe('storage.cfg', () => {
  let at: InProcess;
  beforeEach(() => {
    at = inProcess();
  });
  const outcome = (method: string, path: string, parameters: TestParameters = {}, user?: string): unknown => {
    try {
      return at.call(method, path, parameters, user);
    } catch (error) {
      const { message, errors } = error as { message: string; errors?: unknown };
      return errors ?? message;
    }
  };
  const add = (parameters: TestParameters): unknown => outcome('POST', '/storage', { storage: 'extra', ...parameters });

  it('adds, shows, changes and removes a storage', () => {
    assert.deepEqual(add({ type: 'dir', path: '/srv//data/', content: 'iso,backup', nodes: 'pve1', 'prune-backups': 'keep-last=3' }), { storage: 'extra', type: 'dir' });
    const { digest, ...shown } = at.call('GET', '/storage/extra') as Record<string, unknown>;
    assert.deepEqual(shown, { storage: 'extra', type: 'dir', path: '/srv/data', content: 'iso,backup', nodes: 'pve1', 'prune-backups': 'keep-last=3' });
    assert.equal(outcome('PUT', '/storage/extra', { digest: '0'.repeat(40), disable: 1 }), 'update storage failed: detected modified configuration - file changed by other user? Try again.');
    at.call('PUT', '/storage/extra', { digest: String(digest), disable: 1, delete: 'prune-backups,content' });
    const changed = at.call('GET', '/storage/extra') as Record<string, unknown>;
    delete changed['digest'];
    assert.deepEqual(changed, { storage: 'extra', type: 'dir', path: '/srv/data', nodes: 'pve1', disable: 1, content: 'images,rootdir' });
    const [row] = (at.call('GET', '/nodes/pve1/storage') as Record<string, unknown>[]).filter(({ storage }) => storage === 'extra');
    assert.deepEqual(row, { storage: 'extra', type: 'dir', content: 'images,rootdir', enabled: 0, active: 0, shared: 0, total: 0, used: 0, avail: 0 });
    at.call('DELETE', '/storage/extra');
    assert.equal(outcome('GET', '/storage/extra'), "storage 'extra' does not exist");
  });

  it('refuses what the types refuse, in their words', () => {
    assert.deepEqual(
      [
        add({ type: 'dir' }),
        add({ type: 'dir', path: 'relative' }),
        add({ type: 'dir', path: '/srv/a b' }),
        add({ type: 'dir', path: '/srv', vgname: 'pve' }),
        add({ type: 'dir', path: '/srv', content: 'iso,none' }),
        add({ type: 'lvm', vgname: 'pve', content: 'iso' }),
        add({ type: 'nfs', server: 'not a server', export: '/x' }),
        add({ type: 'esxi', server: '10.0.0.1', username: 'root' }),
        add({ type: 'dir', path: '/srv', 'prune-backups': 'keep-last=many' }),
        add({ storage: 'local', type: 'dir', path: '/srv' }),
        outcome('PUT', '/storage/local', { server: '10.0.0.1' }),
        outcome('PUT', '/storage/nas', { server: '10.0.0.1' }),
        outcome('PUT', '/storage/nas', { delete: 'export' }),
        outcome('PUT', '/storage/nas', { delete: 'options,vgname' }),
        outcome('POST', '/storage', { storage: 'extra', type: 'dir', path: '/srv' }, 'carol@pve'),
      ],
      [
        "missing value for required option 'path'",
        { path: 'invalid format - value does not look like a valid absolute path\n' },
        'illegal path for directory storage: /srv/a b',
        "unexpected property 'vgname'",
        "unable to combine 'none' with other content types",
        "storage does not support content type 'none'",
        { server: 'invalid format - value does not look like a valid server name or IP address\n' },
        'create storage failed: missing password',
        { 'prune-backups': "invalid format - format error\nprune-backups.keep-last: type check ('integer') failed - got 'many'\n" },
        "create storage failed: storage ID 'local' already defined",
        "update storage failed: unexpected property 'server'",
        "update storage failed: can't change value of fixed parameter 'server'",
        "update storage failed: unable to delete required option 'export'",
        "update storage failed: no such option 'vgname'",
        'Permission check failed (/storage, Datastore.Allocate)',
      ],
    );
  });

  it('never gives out passwords and keys, but for a key it has just made', () => {
    const made = add({ type: 'pbs', server: '10.20.0.7', datastore: 'store', username: 'backup@pbs', password: 'geheim', 'encryption-key': 'autogen' }) as { config: Record<string, string> };
    const key = JSON.parse(made.config['encryption-key'] ?? '') as { data: string; fingerprint: string };
    const shown = JSON.stringify([at.call('GET', '/storage'), at.call('GET', '/storage/extra')]);
    assert.equal(shown.includes('geheim'), false);
    assert.equal(shown.includes(key.data), false);
    assert.equal((at.call('GET', '/storage/extra') as Record<string, unknown>)['encryption-key'], key.fingerprint);
    at.call('PUT', '/storage/extra', { delete: 'encryption-key,password' });
    assert.equal('encryption-key' in (at.call('GET', '/storage/extra') as object), false);
  });

  it('takes the permissions and pool places of a removed storage away', () => {
    at.call('PUT', '/access/acl', { path: '/storage/backup', roles: 'PVEDatastoreUser', users: 'bob@pve' });
    at.call('PUT', '/pools', { poolid: 'lab', storage: 'backup' });
    at.call('DELETE', '/storage/backup');
    assert.equal(at.cluster.access.acl.some(({ path }) => path === '/storage/backup'), false);
    assert.equal(at.cluster.pools.get('lab')?.storages.has('backup'), false);
  });
});
