import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import { openDoor, operationByName, PolicySource, type Wish } from '../../../src/changes/index.ts';
import { type Inventory, openInventory } from '../../../src/inventory/index.ts';
import { createClient } from '../../../src/pve/index.ts';
import { checkParameters, loadPveSchema, schemaAbsent } from '../../support/pve-schema.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { connectionTo, secretsOf } from '../pve/client/client.ts';

const sqlWasm = join(import.meta.dirname, '../../../node_modules/sql.js/dist/sql-wasm.wasm');

describe('uploading a file through the door', function () {
  this.timeout(60_000);
  let simulator: SpawnedSimulator;
  let folder: string;
  let inventory: Inventory;
  let client: ReturnType<typeof createClient>;
  let door: ReturnType<typeof openDoor>;
  let progress: number[];
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'upload-'));
    await writeFile(join(folder, 'tiny linux.iso'), randomBytes(700_000));
    simulator = await spawnSimulator('--pace', '0.1');
    client = createClient(connectionTo([simulator.url], { authentication: { kind: 'token', tokenId: simulator.tokenId }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint } }), secretsOf(simulator.tokenSecret));
    inventory = await openInventory({ folder, sqlWasm, logger: silentLogger });
    await inventory.refresh(client.connection, client);
    progress = [];
    door = openDoor({
      connection: () => client.connection, client: () => Promise.resolve(client), inventory: () => Promise.resolve(inventory), policies: new PolicySource(silentLogger),
      sendFile: (_connection, path, file, fields, signal) => client.upload(path, file, fields, { signal, onProgress: (sent) => progress.push(sent) }),
      secrets: { secret: () => Promise.resolve(undefined) }, runsFolder: join(folder, 'runs'), auditFolder: join(folder, 'audit'), clock: systemClock, logger: silentLogger,
    });
  });
  after(async () => {
    door?.dispose();
    inventory?.dispose();
    client?.dispose();
    await simulator?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const wish = (): Wish => ({ operation: 'storage.upload', target: { kind: 'storage', storage: 'local', node: 'pve1' }, parameters: { file: join(folder, 'tiny linux.iso'), filename: 'tiny linux.iso', content: 'iso' } });
  const held = async (): Promise<boolean> => ((await client.get('/nodes/pve1/storage/local/content')) as { volid: string }[]).some(({ volid }) => volid === 'local:iso/tiny_linux.iso');

  it('is journalled, ends with the file on the storage, and can be undone', async () => {
    const proposal = await door.propose({ connection: client.connection, origin: 'person', surface: 'test' }, [wish()]);
    assert.equal(proposal.summary, 'Upload tiny_linux.iso to local on pve1');
    const [step] = proposal.steps;
    assert.equal(step?.driver, 'upload');
    const running = await door.run(proposal, { safeguards: [] });
    assert.equal((await running.ended).state, 'succeeded');
    assert.equal(progress.at(-1), 700_000);
    assert.ok(await held());
    const [file] = await readdir(join(folder, 'runs'));
    assert.match(await readFile(join(folder, 'runs', file ?? ''), 'utf8'), /imgcopy/);
    assert.equal((await (await door.rollBack(proposal.id)).ended).state, 'rolled-back');
    assert.ok(!(await held()));
  });

  it('fails once and for all when the file is not there', async () => {
    const proposal = await door.propose({ connection: client.connection, origin: 'person', surface: 'test' }, [{ ...wish(), parameters: { ...wish().parameters, file: join(folder, 'absent.iso') } }]);
    const { state, steps } = await (await door.run(proposal, { safeguards: [] })).ended;
    assert.equal(state, 'failed');
    assert.match(Object.values(steps)[0]?.error?.message ?? '', /absent\.iso cannot be read: it is not there/);
  });

  it('asks only what the API describes', () => {
    if (schemaAbsent !== undefined) return void console.log(`      ${schemaAbsent}`);
    const { target, parameters = {} } = wish();
    const request = operationByName('storage.upload')?.request(target, parameters);
    assert.ok(request);
    const described = loadPveSchema().operation(request.method, request.path);
    assert.ok(described);
    assert.deepEqual(checkParameters(described, request.parameters), []);
  });
});
