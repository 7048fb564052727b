/** What the one door adds to a change: deciding, writing down, following; and how well it keeps many changes going at once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '../../src/base/index.ts';
import { openDoor, PolicySource, type Wish } from '../../src/changes/index.ts';
import { openInventory } from '../../src/inventory/index.ts';
import { spawnSimulator } from '../support/spawned-simulator.ts';
import { connect, guestsThat } from '../unit/changes/support.ts';
import { disposeAll } from '../unit/pve/client/client.ts';
import { printFigures } from './figure.ts';
import { compare, median, timed } from './rounds.ts';

const sqlWasm = join(import.meta.dirname, '../../node_modules/sql.js/dist/sql-wasm.wasm');

/** A door on a cluster of its own, and bare calls beside it. */
async function withDoor<T>(args: readonly string[], work: (opened: Awaited<ReturnType<typeof openAll>>) => Promise<T>): Promise<T> {
  const opened = await openAll(args);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function openAll(args: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'bench-door-'));
  const simulator = await spawnSimulator(...args);
  const client = connect(simulator);
  const inventory = await openInventory({ folder, sqlWasm, logger: silentLogger });
  const refresh = (): Promise<void> => inventory.refresh(client.connection, client);
  await refresh();
  const door = openDoor({
    connection: () => client.connection, client: () => Promise.resolve(client), inventory: () => Promise.resolve(inventory), policies: new PolicySource(silentLogger),
    secrets: { secret: () => Promise.resolve(undefined) }, runsFolder: join(folder, 'runs'), auditFolder: join(folder, 'audit'), clock: systemClock, logger: silentLogger,
  });
  const through = async (wishes: readonly Wish[]): Promise<void> => {
    const proposal = await door.propose({ connection: client.connection, origin: 'person', surface: 'bench' }, wishes);
    const { state } = await (await door.run(proposal, { safeguards: [] })).ended;
    if (state !== 'succeeded') throw new Error(`The run ${state}.`);
  };
  return {
    client, refresh, through,
    async close() {
      door.dispose();
      inventory.dispose();
      disposeAll();
      await simulator.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

const overhead = await withDoor(['--guests', '80', '--pace', '0'], async ({ client, refresh, through }) => {
  const [target] = await guestsThat(client, 'stopped');
  if (target === undefined) throw new Error('Nothing can be started.');
  const path = `/nodes/${target.node}/${target.type}/${target.vmid}/status`;
  const stop = async (): Promise<void> => {
    await client.waitForTask(String(await client.post(`${path}/stop`)));
    await refresh();
  };
  return compare(
    { warmUp: 3, counted: 21 },
    async () => {
      const took = await timed(() => through([{ operation: 'guest.start', target }]));
      await stop();
      return took;
    },
    async () => {
      const took = await timed(async () => client.waitForTask(String(await client.post(`${path}/start`))));
      await stop();
      return took;
    },
  );
});

const LATENCY = 20;
const CONCURRENCY = 8;
const COUNT = 200;
const many = await withDoor(['--guests', '2600', '--nodes', '10', '--latency', String(LATENCY), '--pace', '0.1'], async ({ client, refresh, through }) => {
  const stopped = (await guestsThat(client, 'stopped')).slice(0, COUNT + 8);
  if (stopped.length < COUNT + 8) throw new Error(`Only ${stopped.length} guests can be started.`);
  // What one start takes by itself: nothing can be faster than eight of these at a time.
  const alone: number[] = [];
  for (const { node, type, vmid } of stopped.slice(COUNT)) alone.push(await timed(async () => client.waitForTask(String(await client.post(`/nodes/${node}/${type}/${vmid}/status/start`)))));
  await refresh();
  const theoretical = (Math.ceil(COUNT / CONCURRENCY) * median(alone));
  const work = await timed(() => through(stopped.slice(0, COUNT).map((target) => ({ operation: 'guest.start', target }))));
  return { work, theoretical };
});

printFigures([
  { name: 'door: one start from wish to end, more than the bare call', value: overhead.work - overhead.alone, unit: 'ms', limit: 30, from: { work: overhead.work, alone: overhead.alone } },
  { name: 'door: 200 starts, 8 at a time : 25 times one bare start', value: many.work / many.theoretical, unit: '×', limit: 1.3, from: { work: many.work, alone: many.theoretical } },
]);
