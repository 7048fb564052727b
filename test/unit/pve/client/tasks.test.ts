import { strict as assert } from 'node:assert';
import { after, afterEach, before, describe, it } from 'mocha';
import { checkConnection, type PveClient } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { clientOf, connectionTo, disposeAll, failureOf, secretsOf } from './client.ts';

describe('the client on the simulator', function () {
  // Tasks take their time, as on a real cluster.
  this.timeout(20_000);
  let simulator: SpawnedSimulator;
  let client: PveClient;
  before(async () => (simulator = await spawnSimulator('--seed', '7')));
  after(() => simulator.stop());
  afterEach(disposeAll);

  const connect = (secret = simulator.tokenSecret) => {
    const connection = connectionTo([simulator.url], { authentication: { kind: 'token', tokenId: simulator.tokenId }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint } });
    client = clientOf(connection, secretsOf(secret));
    return connection;
  };
  const guestThat = async (status: string): Promise<{ node: string; vmid: number }> => {
    const guests = (await client.get('/cluster/resources', { type: 'vm' })) as { type: string; status: string; node: string; vmid: number; template?: number; hastate?: string }[];
    const found = guests.find((guest) => guest.type === 'qemu' && guest.status === status && !guest.template && guest.hastate === undefined);
    assert.ok(found);
    return found;
  };

  it('looks around before a connection is saved', async () => {
    const { version, warnings } = await checkConnection(connect(), secretsOf(simulator.tokenSecret));
    assert.match(version.version, /^9\.2/);
    assert.deepEqual(warnings, []);
    await failureOf(checkConnection(connect(), secretsOf('00000000-0000-0000-0000-000000000000')), 'unauthorised');
  });

  it('says what a user with too few privileges will not see', async () => {
    const connection = { ...connect(), authentication: { kind: 'password', user: 'bob@pve' } as const };
    const { warnings } = await checkConnection(connection, secretsOf(simulator.password));
    assert.deepEqual(warnings, ['The user bob@pve cannot see details and tasks of nodes (Sys.Audit on /nodes).']);
  });

  it('follows a task to its end, with its log', async () => {
    connect();
    const { node, vmid } = await guestThat('stopped');
    const lines: string[] = [];
    const status = await client.waitForTask(String(await client.post(`/nodes/${node}/qemu/${vmid}/status/start`)), { onLog: (more) => lines.push(...more) });
    assert.equal(status.exitstatus, 'OK');
    assert.equal(lines.at(-1), 'TASK OK');
  });

  it('rejects with the log of a task that fails', async () => {
    connect();
    const { node, vmid } = await guestThat('running');
    const upid = String(await client.post(`/nodes/${node}/qemu/${vmid}/status/start`));
    const error = await failureOf(client.waitForTask(upid), 'task-failed');
    assert.equal(error.details.upid, upid);
    assert.match(error.details.taskLog?.join('\n') ?? '', /already running/);
  });

  it('stops waiting when cancelled, while the task goes on', async () => {
    connect();
    const { node, vmid } = await guestThat('running');
    const upid = String(await client.post(`/nodes/${node}/qemu/${vmid}/status/shutdown`));
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await failureOf(client.waitForTask(upid, { signal: controller.signal }), 'cancelled');
    assert.equal((await client.waitForTask(upid)).exitstatus, 'OK');
  });
});
