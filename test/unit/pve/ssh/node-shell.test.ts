import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { type Connection, createNodeShell, type NodeShell, PveError, type PveClient, type SshSettings } from '../../../../src/pve/index.ts';
import { shellLine } from '../../../../src/pve/ssh/run-command.ts';
import { parseAddress } from '../../../../src/pve/ssh/settings.ts';
import { freePort } from '../../../../scripts/lib/server.mjs';
import { type OpenSshServer, startOpenSsh } from '../../../support/openssh.ts';

/** Against OpenSSH's own server. */
describe('A shell on a node', () => {
  let server: OpenSshServer;
  before(async () => {
    server = await startOpenSsh();
  });
  after(() => server.stop());

  const never = new AbortController().signal;
  const shell = (ssh: SshSettings, status: readonly object[] = [{ type: 'cluster', name: 'home' }, { type: 'node', name: 'pve1', ip: '127.0.0.1' }]): NodeShell => {
    const connection: Connection = {
      id: 'home', name: 'Home', endpoints: ['https://127.0.0.1:8006'], authentication: { kind: 'password', user: 'root@pam' }, trust: { kind: 'system' },
      ssh: { user: server.user, port: server.port, identityFile: server.key, hostKeys: { [`127.0.0.1:${server.port}`]: server.hostKey }, ...ssh },
    };
    const client = { get: () => Promise.resolve(status) } as unknown as PveClient;
    return createNodeShell(connection, { secret: () => Promise.resolve('not asked for') }, client, { environment: {} });
  };
  const failure = async (work: Promise<unknown>): Promise<PveError> => {
    const error: unknown = await work.then(() => undefined, (reason: unknown) => reason);
    assert(error instanceof PveError, String(error));
    return error;
  };

  it('runs a command as it is given, and tells how it ended', async () => {
    assert.deepEqual(await shell({}).run('pve1', ['printf', '%s|', `it's`, '$HOME', '; ls', ''], never), { code: 0, stdout: `it's|$HOME|; ls||`, stderr: '' });
    assert.deepEqual(await shell({}).run('pve1', ['sh', '-c', 'echo no >&2; exit 3'], never), { code: 3, stdout: '', stderr: 'no\n' });
  });

  it('goes where the settings say, otherwise where the cluster says', async () => {
    assert.equal((await shell({ port: 1, hosts: { pve1: `127.0.0.1:${server.port}` } }).run('pve1', ['true'], never)).code, 0);
    const error = await failure(shell({}).run('pve9', ['true'], never));
    assert.equal(error.kind, 'not-found');
    assert.deepEqual(['pve1', 'pve1:2222', '[fe80::1]:2222', 'fe80::1'].map((text) => parseAddress(text, 22)), [
      { host: 'pve1', port: 22 }, { host: 'pve1', port: 2222 }, { host: 'fe80::1', port: 2222 }, { host: 'fe80::1', port: 22 },
    ]);
  });

  it('sends nothing to a host whose key was not accepted, or is another than was', async () => {
    const unknown = await failure(shell({ hostKeys: {} }).run('pve1', ['true'], never));
    assert.equal(unknown.kind, 'untrusted-certificate');
    assert.deepEqual(unknown.details.certificate, { presented: server.hostKey });
    const changed = await failure(shell({ hostKeys: { [`127.0.0.1:${server.port}`]: 'SHA256:before' } }).run('pve1', ['true'], never));
    assert.deepEqual(changed.details.certificate, { presented: server.hostKey, expected: 'SHA256:before' });
    assert.match(changed.message, /SHA256:before was accepted/);
  });

  it('says what was tried when it is not let in', async () => {
    const error = await failure(shell({ identityFile: server.strangersKey }).run('pve1', ['true'], never));
    assert.equal(error.kind, 'unauthorised');
    assert.match(error.message, /with key files( and a password)?\.$/);
  });

  it('says where nobody answers', async () => {
    const port = await freePort();
    const error = await failure(shell({ port, hostKeys: { [`127.0.0.1:${port}`]: server.hostKey } }).run('pve1', ['true'], never));
    assert.equal(error.kind, 'unreachable');
    assert.match(error.message, new RegExp(`pve1 \\(127\\.0\\.0\\.1:${port}\\)`));
  });

  it('ends at once when it is cancelled, and takes a broken connection for an unknown end', async () => {
    const abort = new AbortController();
    const running = failure(shell({}).run('pve1', ['sleep', '60'], abort.signal));
    setTimeout(() => abort.abort(), 300);
    assert.equal((await running).kind, 'cancelled');
    const broken = await failure(shell({}).run('pve1', ['sh', '-c', 'kill -9 $PPID; sleep 5'], never));
    assert.equal(broken.kind, 'unreachable');
  });

  it('quotes what a shell would take for its own', () => {
    assert.equal(shellLine(['ha-manager', 'crm-command', 'node-maintenance', 'enable', 'pve1']), 'ha-manager crm-command node-maintenance enable pve1');
    assert.equal(shellLine(['a b', `'`, '']), `'a b' ''\\''' ''`);
  });
});
