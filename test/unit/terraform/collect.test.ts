import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { currentRows, type GuestRow, type Row } from '../../../src/inventory/index.ts';
import { type PveClient, PveError } from '../../../src/pve/index.ts';
import { collect, guestsOf } from '../../../src/terraform/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { simulatorClient } from '../../support/terraform-project.ts';

describe('Collecting what is to be imported', function () {
  this.timeout(60_000);
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let rows: ReadonlyMap<string, Row>;
  let guests: readonly GuestRow[];
  before(async () => {
    simulator = await spawnSimulator('--nodes', '3', '--guests', '60');
    client = simulatorClient(simulator);
    rows = await currentRows(client);
    guests = guestsOf(rows, { kind: 'cluster' });
  });
  after(async () => {
    client.dispose();
    await simulator.stop();
  });

  const counting = (): { client: PveClient; paths: string[] } => {
    const paths: string[] = [];
    return { paths, client: { ...client, get: (path, ...rest) => (paths.push(path), client.get(path, ...rest)) } };
  };

  it('takes one guest, several, a pool, a node or the whole cluster, with the pools they are in', async () => {
    const { pool } = guests.find((guest) => guest.pool !== undefined && guest.node === 'pve1')!;
    const [first, second] = guests.filter(({ node }) => node === 'pve1');
    const vmids = async (scope: Parameters<typeof collect>[2]): Promise<number[]> => (await collect(rows, client, scope)).source.guests.map(({ vmid }) => vmid);
    assert.deepEqual(await vmids({ kind: 'guests', ids: [second!.id, first!.id] }), [first!.vmid, second!.vmid]);
    assert.deepEqual(await vmids({ kind: 'node', node: 'pve1' }), guests.filter(({ node }) => node === 'pve1').map(({ vmid }) => vmid));
    const { source, notCollected } = await collect(rows, client, { kind: 'pool', pool: pool! });
    assert.deepEqual([...source.guests, ...notCollected].map(({ vmid }) => vmid).toSorted((a, b) => a - b), guests.filter((guest) => guest.pool === pool).map(({ vmid }) => vmid));
    assert.deepEqual(source.pools.map(({ poolid }) => poolid), [pool]);
  });

  it('names the guests on a node that is off, and asks nobody about them', async () => {
    const off = [...rows.values()].flatMap((row) => (row.kind === 'node' && row.status === 'offline' ? [row.node] : []));
    assert.equal(off.length, 1);
    const { client: counted, paths } = counting();
    const { source, notCollected } = await collect(rows, counted, { kind: 'cluster' });
    assert.equal(source.guests.length + notCollected.length, guests.length);
    assert.deepEqual(notCollected.map(({ vmid }) => vmid), guests.filter(({ node }) => node === off[0]).map(({ vmid }) => vmid));
    assert.match(notCollected[0]?.why ?? '', /^The node pve\d is off\./);
    assert.deepEqual(paths.filter((path) => path.includes(`/nodes/${off[0] ?? ''}/`)), []);
  });

  it('asks at most twice for a guest, and once for the pools', async () => {
    const { client: counted, paths } = counting();
    const seen: number[] = [];
    const { source } = await collect(rows, counted, { kind: 'cluster' }, { onProgress: (done) => seen.push(done) });
    assert.deepEqual(seen, guests.map((_, index) => index + 1));
    assert.equal(paths.filter((path) => path === '/pools').length, 1);
    for (const { vmid } of source.guests) assert.ok(paths.filter((path) => path.includes(`/${String(vmid)}/`)).length <= 2);
    const silent = source.guests.filter(({ agentSilent }) => agentSilent === true);
    assert.ok(silent.length > 0 && silent.every(({ vmid }) => guests.find((guest) => guest.vmid === vmid)?.status === 'paused'), 'in the demo only paused VMs have a silent agent');
  });

  it('goes on without a guest that is gone, and stops when it is told to', async () => {
    const gone: GuestRow = { ...guests[0]!, id: 'qemu/999999', vmid: 999_999, kind: 'qemu', node: 'pve1' };
    const { source, notCollected } = await collect(new Map([...rows, [gone.id, gone]]), client, { kind: 'guests', ids: [gone.id, guests.find(({ node }) => node === 'pve1')!.id] });
    assert.deepEqual([source.guests.length, notCollected.map(({ vmid }) => vmid)], [1, [999_999]]);
    assert.match(notCollected[0]?.why ?? '', /does not exist/);
    const stop = new AbortController();
    const { client: counted, paths } = counting();
    await assert.rejects(
      collect(rows, counted, { kind: 'cluster' }, { signal: stop.signal, onProgress: (done) => done === 5 && stop.abort() }),
      (error: unknown) => error instanceof PveError && error.kind === 'cancelled',
    );
    assert.ok(paths.length < 30, `${String(paths.length)} requests were sent`);
  });
});
