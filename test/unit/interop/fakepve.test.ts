import { strict as assert } from 'node:assert';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { after, afterEach, before, describe, it } from 'mocha';
import { type Connection, createClient, type PveClient, PveError, type Secrets } from '../../../src/pve/index.ts';

const server = fileURLToPath(new URL('fakepve_server.py', import.meta.url));

/** The other people's fake, and a way to tell it what to do. */
class FakePve {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(python: string) {
    this.#child = spawn(python, [server], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    this.#lines = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
  }

  async line(): Promise<Record<string, unknown>> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error(`fakepve ended:\n${this.#errors}`);
    return JSON.parse(next.value) as Record<string, unknown>;
  }

  async tell(method: string, ...args: unknown[]): Promise<unknown> {
    const named = typeof args.at(-1) === 'object' && args.at(-1) !== null ? args.pop() : {};
    this.#child.stdin.write(`${JSON.stringify({ do: method, with: args, named })}\n`);
    const { result, error } = await this.line();
    assert.equal(error, undefined, `fakepve.${method}: ${String(error)}`);
    return result;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#child.on('exit', () => resolve());
      // It would wait for the requests that it lets hang.
      this.#child.kill('SIGKILL');
    });
  }
}

describe('our client against fakepve, a Proxmox VE written by others,', function () {
  this.timeout(20_000);
  const secrets: Secrets = { secret: async () => 'secret' };
  let fake: FakePve;
  let connection: Connection;
  let client: PveClient;

  before(async () => {
    const python = process.env['PROXMOX_WORKBENCH_PYTHON'];
    assert.ok(python, 'PROXMOX_WORKBENCH_PYTHON names no Python with fakepve; npm test installs one');
    fake = new FakePve(python);
    const { url, certificate } = await fake.line();
    connection = {
      id: 'fakepve',
      name: 'fakepve',
      endpoints: [String(url)],
      authentication: { kind: 'password', user: 'root@pam' },
      trust: { kind: 'fingerprint', sha256: new X509Certificate(String(certificate)).fingerprint256 },
    };
    client = createClient(connection, secrets);
  });
  after(async () => {
    // Not there when it did not come up.
    if ((fake as FakePve | undefined) === undefined) return;
    client.dispose();
    await fake.stop();
  });
  afterEach(async () => {
    await fake.tell('regain_quorum');
    await fake.tell('set_node_offline', 'pve2', { offline: false });
    await fake.tell('flaky_network', { drop_rate: 0, hang_rate: 0 });
  });

  const failure = async (action: Promise<unknown>): Promise<PveError> => {
    try {
      await action;
    } catch (error) {
      assert.ok(error instanceof PveError, String(error));
      return error;
    }
    throw new assert.AssertionError({ message: 'it should have failed' });
  };

  it('connects and lists', async () => {
    const rows = (await client.get('/cluster/resources', { type: 'vm' })) as { vmid: number; name: string; status: string }[];
    assert.deepEqual(rows.map(({ vmid, name, status }) => [vmid, name, status]), [[100, 'web', 'stopped'], [101, 'db', 'running']]);
  });

  it('acts and follows the task to its end', async () => {
    const upid = String(await client.post('/nodes/pve1/qemu/100/status/start'));
    assert.equal((await client.waitForTask(upid)).exitstatus, 'OK');
    assert.equal(((await client.get('/nodes/pve1/qemu/100/status/current')) as { status: string }).status, 'running');
    await client.put('/nodes/pve1/qemu/100/config', { description: 'ä;b&c=d', onboot: true });
    const config = (await client.get('/nodes/pve1/qemu/100/config')) as Record<string, unknown>;
    assert.deepEqual([String(config['description']).trimEnd(), Number(config['onboot'])], ['ä;b&c=d', 1]);
  });

  it('logs in again when its ticket is gone', async () => {
    await fake.tell('revoke_tickets');
    assert.ok(Array.isArray(await client.get('/nodes')));
  });

  it('knows a locked guest', async () => {
    await fake.tell('snapshot_lock', 100);
    const error = await failure(client.post('/nodes/pve1/qemu/100/status/stop').then((upid) => client.waitForTask(String(upid))));
    await fake.tell('unlock', 100);
    assert.ok(error.kind === 'locked' || (error.kind === 'task-failed' && error.details.taskLog?.some((line) => line.includes('locked'))), `${error.kind}: ${error.message}`);
    assert.match(error.message, /lock/i);
  });

  it('knows a lock that somebody else holds for too long', async () => {
    await fake.tell('hold_config_lock', 100, 1000);
    const error = await failure(client.put('/nodes/pve1/qemu/100/config', { cores: 3 }));
    await fake.tell('release_config_lock', 100);
    assert.equal(error.kind, 'locked', error.message);
  });

  it('knows a cluster without quorum', async () => {
    await fake.tell('lose_quorum');
    assert.ok(Array.isArray(await client.get('/nodes')), 'reading still works');
    assert.equal((await failure(client.put('/nodes/pve1/qemu/100/config', { cores: 3 }))).kind, 'no-quorum');
  });

  it('knows a node that does not answer', async () => {
    await fake.tell('set_node_offline', 'pve2');
    const error = await failure(client.get('/nodes/pve2/qemu/101/config'));
    assert.equal(error.kind, 'node-unreachable', error.message);
    assert.ok(Array.isArray(await client.get('/nodes')), 'the others still do');
  });

  it('tries reading again when connections break, and gives up a hanging one in time', async () => {
    await fake.tell('flaky_network', { drop_rate: 0.15, seed: 1 });
    let given = 0;
    for (let i = 0; i < 10; i++) given += Array.isArray(await client.get('/nodes').catch(() => undefined)) ? 1 : 0;
    // Three tries at 15 % each: one of ten may be lost in one run of thirty, two in one of two thousand. Without trying again, nearly always two.
    assert.ok(given >= 9, `${given} of 10 were answered`);
    await fake.tell('flaky_network', { drop_rate: 0, hang_rate: 1, hang_secs: 10_000 });
    const begin = performance.now();
    assert.equal((await failure(client.get('/nodes', {}, { timeout: 700 }))).kind, 'unreachable');
    assert.ok(performance.now() - begin < 5000);
  });

  it('says which parameter is wrong', async () => {
    const error = await failure(client.put('/nodes/pve1/qemu/100/config', { cores: 'many' }));
    assert.equal(error.kind, 'bad-parameter');
    assert.deepEqual(Object.keys(error.details.fields ?? {}), ['cores']);
  });

  it('says what does not exist', async () => {
    assert.equal((await failure(client.get('/nodes/pve1/qemu/999/config'))).kind, 'not-found');
  });

  it('refuses a wrong password', async () => {
    const other = createClient(connection, { secret: async () => 'wrong' });
    const error = await failure(other.get('/version'));
    other.dispose();
    assert.equal(error.kind, 'unauthorised');
    assert.ok(!error.message.includes('wrong\''), 'the password is not in the message');
  });
});
