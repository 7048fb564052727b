import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { silentLogger } from '../../../../src/base/index.ts';
import { LiveFacts } from '../../../../src/editor/terraform/language/facts/index.ts';
import { type Inventory, openInventory } from '../../../../src/inventory/index.ts';
import { type Connection, createClient, type PveClient } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';

const sqlWasm = join(import.meta.dirname, '../../../../node_modules/sql.js/dist/sql-wasm.wasm');

describe('what Terraform’s language features know of a cluster', function () {
  this.timeout(30_000);
  let simulator: SpawnedSimulator;
  let connection: Connection;
  let client: PveClient;
  let inventory: Inventory;
  let folder: string;
  let facts: LiveFacts;
  const asked: string[] = [];
  before(async () => {
    simulator = await spawnSimulator();
    const { url, fingerprint, tokenId, tokenSecret } = simulator;
    connection = { id: 'demo', name: 'Demo', endpoints: [url], authentication: { kind: 'token', tokenId }, trust: { kind: 'fingerprint', sha256: fingerprint } };
    client = createClient(connection, { secret: () => Promise.resolve(tokenSecret) });
    folder = await mkdtemp(join(tmpdir(), 'facts-'));
    inventory = await openInventory({ folder, sqlWasm, logger: silentLogger });
    const watched: PveClient = { ...client, connection, get: (path, ...more) => (asked.push(path), client.get(path, ...more)) };
    facts = new LiveFacts({
      inventory: () => Promise.resolve(inventory),
      onDidChange: inventory.onDidChange,
      client: () => Promise.resolve(watched),
      refresh: () => inventory.refresh(connection, client),
    }, silentLogger);
  });
  after(async () => {
    facts.dispose();
    inventory.dispose();
    client.dispose();
    await simulator.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is nothing at first, and what the cluster says a moment later', async () => {
    let told = 0;
    const listening = facts.onDidChange(() => told++);
    assert.equal(await facts.of(connection), undefined);
    await facts.settled(10_000);
    assert.ok(told > 0);
    const first = await facts.of(connection);
    assert.deepEqual([...(first?.nodes.keys() ?? [])].sort(), ['pve1', 'pve2', 'pve3']);
    assert.ok((first?.nodes.get('pve1')?.memoryBytes ?? 0) > 2 ** 30);
    assert.equal(first?.nodes.get('pve1')?.bridges, undefined);
    await facts.settled(10_000);
    assert.ok((await facts.of(connection))?.nodes.get('pve1')?.bridges?.some(({ name }) => name === 'vmbr0'));
    listening.dispose();
  });

  it('names storages, guests, pools and the next VMID', async () => {
    const known = await facts.of(connection);
    assert.ok(known);
    assert.ok(known.storages.some(({ name, node, content, freeBytes }) => name === 'local' && node === 'pve1' && content.has('iso') && (freeBytes ?? 0) > 0));
    assert.ok([...known.guests.values()].some(({ template }) => template));
    assert.ok((known.pools?.size ?? 0) > 0);
    assert.ok(known.nextFreeVmid >= 100 && !known.guests.has(known.nextFreeVmid));
  });

  it('asks for what is on a storage when somebody wants to know, once', async () => {
    const before = await facts.of(connection);
    asked.length = 0;
    assert.equal(before?.files('local'), undefined);
    assert.equal(before?.files('local'), undefined);
    await facts.settled(10_000);
    const files = (await facts.of(connection))?.files('local') ?? [];
    assert.ok(files.some(({ id, content }) => id.startsWith('local:vztmpl/') && content === 'vztmpl'), JSON.stringify(files));
    assert.equal(asked.filter((path) => path.includes('/pve1/') && path.endsWith('/local/content')).length, 1);
    assert.equal((await facts.of(connection)), await facts.of(connection));
  });
});
