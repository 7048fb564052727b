import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import { type Door, openDoor, PolicySource, Refusal } from '../../../src/changes/index.ts';
import { shellOperations } from '../../../src/changes/operations/index.ts';
import { sshDriver } from '../../../src/changes/run/index.ts';
import { type Inventory, openInventory } from '../../../src/inventory/index.ts';
import { type Connection, createNodeShell, type PveClient } from '../../../src/pve/index.ts';
import { spawnSimulator, type SpawnedSimulator } from '../../support/spawned-simulator.ts';
import { clientOf } from '../pve/client/client.ts';

/** Through the door, over SSH, to the simulated nodes. */
describe('A node’s maintenance', function () {
  this.timeout(60_000);
  let simulator: SpawnedSimulator;
  let folder: string;
  let client: PveClient;
  let inventory: Inventory;
  let door: Door;
  let connection: Connection;
  before(async () => {
    simulator = await spawnSimulator('--ssh-port', '0', '--pace', '0.02');
    folder = await mkdtemp(join(tmpdir(), 'maintenance-'));
    const hosts = Object.fromEntries(Object.entries(simulator.sshNodes ?? {}).map(([node, port]) => [node, `127.0.0.1:${port}`]));
    connection = {
      id: 'home', name: 'Home', endpoints: [simulator.url], authentication: { kind: 'password', user: simulator.user }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint },
      ssh: { identityFile: join(folder, 'none'), hosts, hostKeys: Object.fromEntries(Object.values(hosts).map((address) => [address, simulator.sshFingerprint ?? ''])) },
    };
    const secrets = { secret: () => Promise.resolve(simulator.password) };
    client = clientOf(connection, secrets);
    inventory = await openInventory({ folder: join(folder, 'inventory'), sqlWasm: join(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm'), logger: silentLogger });
    door = openDoor({
      connection: () => connection, client: () => Promise.resolve(client), shell: () => Promise.resolve(createNodeShell(connection, secrets, client, { environment: {} })), inventory: () => Promise.resolve(inventory),
      policies: new PolicySource(silentLogger), secrets: { secret: () => Promise.resolve(undefined) }, runsFolder: join(folder, 'runs'), auditFolder: join(folder, 'audit'), clock: systemClock, logger: silentLogger,
    });
  });
  after(async () => {
    door?.dispose();
    inventory?.dispose();
    client?.dispose();
    await simulator?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const target = { kind: 'node', node: 'pve1' } as const;
  const hastate = (): string | undefined => {
    const row = inventory.rows('home').get('node/pve1');
    return row?.kind === 'node' ? row.hastate : undefined;
  };
  const becomes = async (wanted: string): Promise<void> => {
    for (let tries = 0; hastate() !== wanted; tries++) {
      assert(tries < 100, `pve1 is ${hastate() ?? 'nothing'} and never becomes ${wanted}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      await inventory.refresh(connection, client);
    }
  };

  it('is entered as a proposal, seen in the inventory, and undone', async () => {
    await becomes('online');
    const asking = { connection, origin: 'person', surface: 'test' } as const;
    await assert.rejects(door.propose(asking, [{ operation: 'node.maintenance', target, parameters: { enable: false } }]), new Refusal(['Node pve1 is not in maintenance.']));
    const proposal = await door.propose(asking, [{ operation: 'node.maintenance', target, parameters: { enable: true } }]);
    assert.equal(proposal.summary, 'Put node pve1 into maintenance');
    assert.match(proposal.risk.reasons[0]?.text ?? '', /^High availability moves \d guests? from pve1 to other nodes\.$/);
    const running = await door.run(proposal, { safeguards: [] });
    assert.equal((await running.ended).state, 'succeeded', JSON.stringify((await running.ended).steps));
    await becomes('maintenance');
    await assert.rejects(door.propose(asking, [{ operation: 'node.maintenance', target, parameters: { enable: true } }]), new Refusal(['Node pve1 is in maintenance already.']));
    const undoing = await door.rollBack(proposal.id);
    assert.equal((await undoing.ended).state, 'rolled-back');
    await becomes('online');
  });

  it('says what the node answers when it does not do it', async () => {
    const answer = await createNodeShell(connection, { secret: () => Promise.resolve(simulator.password) }, client, { environment: {} }).run('pve2', ['ha-manager', 'crm-command', 'node-maintenance', 'enable', 'pve9'], new AbortController().signal);
    assert.deepEqual(answer, { code: 255, stdout: '', stderr: "no such cluster node 'pve9'\n" });
    const driver = sshDriver(() => Promise.resolve({ run: () => Promise.resolve(answer), addressOf: () => Promise.reject(new Error('not asked for')) }), () => Promise.resolve(client), shellOperations);
    const action = { driver: 'ssh', operation: 'node.maintenance', target, parameters: { enable: true }, description: 'Put node pve1 into maintenance' };
    await assert.rejects(driver.send(action, action.parameters, new AbortController().signal), { message: "Put node pve1 into maintenance: pve1 answers “no such cluster node 'pve9'”." });
  });
});
