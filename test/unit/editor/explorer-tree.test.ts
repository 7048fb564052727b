import { strict as assert } from 'node:assert';
import { beforeEach, describe, it } from 'mocha';
import { ExplorerTree, type Sources, type ViewSettings } from '../../../src/editor/explorer/model/index.ts';
import type { Change, Health, Live, Row } from '../../../src/inventory/index.ts';
import type { Connection } from '../../../src/pve/index.ts';

const connection: Connection = { id: 'home', name: 'Home', endpoints: ['https://pve1:8006'], authentication: { kind: 'token', tokenId: 'root@pam!w' }, trust: { kind: 'system' } };
const GiB = 1024 ** 3;

class Cluster {
  rows: ReadonlyMap<string, Row> = new Map();
  readonly live = new Map<string, Live>();
  health: Health = { state: 'ok', at: 0 };
  asked: string[] = [];
  readonly sources: Sources = {
    connections: () => [{ connection, ephemeral: false, health: this.health }],
    broken: () => [],
    rows: () => this.rows,
    live: (_id, row) => this.live.get(row),
    volumes: (_id, node, storage) => {
      this.asked.push(`content of ${storage} on ${node}`);
      return Promise.resolve({ ok: true, value: [{ volid: 'nas:iso/debian.iso', content: 'iso', format: 'iso', size: GiB, protected: false, storage }] as never });
    },
    tasks: () => {
      this.asked.push('tasks');
      return Promise.resolve({ ok: true, value: [] });
    },
    snapshots: () => Promise.resolve({ ok: true, value: [] }),
    may: () => undefined,
    now: () => Date.UTC(2026, 10, 21, 12),
  };

  constructor() {
    for (const node of ['a', 'b']) this.put({ kind: 'node', id: `node/${node}`, node, status: 'online' }, { cpu: 0.1, maxcpu: 8, mem: 4 * GiB, maxmem: 16 * GiB });
    this.put(guest(100, { name: 'web-1', tags: ['web'], pool: 'shop' }), { cpu: 0.2, maxcpu: 2, mem: GiB, maxmem: 2 * GiB });
    this.put(guest(101, { name: 'web-2', node: 'b', tags: ['web', 'old'] }), { cpu: 0.2, maxcpu: 2, mem: GiB, maxmem: 2 * GiB });
    this.put(guest(102, { name: 'db', status: 'stopped', pool: 'shop' }));
    this.put(guest(103, { name: 'stuck', lock: 'backup' }), { cpu: 0, maxcpu: 1, mem: 0, maxmem: GiB });
    this.put(guest(9000, { name: 'debian', template: true, status: 'stopped' }));
    this.put({ kind: 'storage', id: 'storage/a/nas', storage: 'nas', node: 'a', status: 'available', plugintype: 'nfs', content: ['iso'], shared: true }, { disk: 95 * GiB, maxdisk: 100 * GiB });
    this.put({ kind: 'storage', id: 'storage/b/nas', storage: 'nas', node: 'b', status: 'available', plugintype: 'nfs', content: ['iso'], shared: true }, { disk: 95 * GiB, maxdisk: 100 * GiB });
    this.put({ kind: 'pool', id: '/pool/shop', pool: 'shop' });
  }

  put(row: Row, live?: Live): void {
    // A state that was given out is never changed, as the inventory does it.
    this.rows = new Map([...this.rows, [row.id, row]]);
    if (live !== undefined) this.live.set(row.id, live);
  }
}

const guest = (vmid: number, more: Partial<Extract<Row, { kind: 'qemu' | 'lxc' }>> = {}): Row => ({ kind: 'qemu', id: `qemu/${vmid}`, vmid, name: `vm-${vmid}`, node: 'a', status: 'running', template: false, tags: [], ...more });
const change = (part: Partial<Change>): Change => ({ connectionId: 'home', added: [], changed: [], removed: [], live: [], health: false, ...part });

describe('the explorer’s tree', () => {
  let cluster: Cluster;
  let tree: ExplorerTree;
  const open = (settings: Partial<ViewSettings> = {}): void => {
    tree = new ExplorerTree(cluster.sources, { grouping: 'node', sortBy: 'vmid', filter: '', ...settings });
  };
  beforeEach(() => {
    cluster = new Cluster();
    open();
  });

  /** As a person opens it, but for guests' snapshots. */
  const draw = async (id?: string, indent = ''): Promise<string> => {
    let text = '';
    for (const child of await tree.children(id)) {
      const { label, description, state } = tree.item(child);
      text += `${indent}${label}${description === '' ? '' : `  (${description})`}\n`;
      if (state !== 'leaf' && tree.node(child)?.type !== 'guest') text += await draw(child, `${indent}  `);
    }
    return text;
  };

  it('groups by node', async () => {
    assert.equal(await draw(), `Home  (2 nodes · 5 guests)
  a  (CPU 10 % · 25 % of 16 GiB)
    100 web-1  (CPU 20 % · 50 % of 2 GiB)
    102 db  (stopped)
    103 stuck  (CPU 0 % · 0 % of 1 GiB · locked (backup))
  b  (CPU 10 % · 25 % of 16 GiB)
    101 web-2  (CPU 20 % · 50 % of 2 GiB)
  Templates  (1)
    9000 debian  (template)
  Storages  (1)
    nas  (shared · 95 % of 100 GiB)
      ISO images  (1)
        debian.iso  (1 GiB)
  Tasks
    No tasks  (none ran lately)
`);
  });

  it('groups by pool and by tag; who has none is not lost', async () => {
    open({ grouping: 'pool' });
    assert.match(await draw(), /^ {2}shop {2}\(2\)\n {4}100 web-1.*\n {4}102 db.*\n {2}No pool {2}\(2\)\n {4}101 web-2.*\n {4}103 stuck/m);
    open({ grouping: 'tag' });
    assert.match(await draw(), /^ {2}old {2}\(1\)\n {4}101 web-2.*\n {2}web {2}\(2\)\n {4}100 web-1.*\n {4}101 web-2.*\n {2}No tags {2}\(2\)/m);
  });

  it('sorts by name, numbers by their value', async () => {
    cluster.put(guest(104, { name: 'web-10' }));
    open({ sortBy: 'name' });
    const names = (await draw()).split('\n').map((line) => line.trim().split('  ')[0]);
    assert.deepEqual(names.slice(2, 6), ['db', 'stuck', 'web-1', 'web-10']);
  });

  it('filters by words in any field and by fields', async () => {
    for (const [filter, shown] of [['web', [100, 101]], ['tag:old', [101]], ['web node:b', [101]], ['pool:shop status:stopped', [102]], ['backup', [103]], ['nothing-like-it', []]] as const) {
      open({ filter });
      await draw();
      assert.deepEqual([...(await draw()).matchAll(/^ +(\d{3}) /gm)].map(([, vmid]) => Number(vmid)), shown, filter);
    }
    assert.match(await draw(), /Nothing matches the filter/);
  });

  it('paints again only what looks different', async () => {
    await draw();
    assert.deepEqual(tree.changed(change({ live: ['qemu/100'] })), [], 'a counter that is shown the same');
    cluster.live.set('qemu/100', { cpu: 0.6, maxcpu: 2, mem: GiB, maxmem: 2 * GiB });
    const [painted, ...others] = tree.changed(change({ live: ['qemu/100'] }));
    assert.deepEqual([tree.item(painted ?? '').label, others], ['100 web-1', []]);
    cluster.put(guest(102, { name: 'db', status: 'running', pool: 'shop' }), { cpu: 0.1, maxcpu: 1, mem: GiB, maxmem: 2 * GiB });
    assert.deepEqual(tree.changed(change({ changed: ['qemu/102'] })).map((id) => tree.item(id).label), ['102 db']);
  });

  it('paints the parents again when guests come, go or move', async () => {
    await draw();
    cluster.put(guest(104, { node: 'b' }));
    const labels = (ids: readonly string[]): string[] => ids.map((id) => tree.item(id).label);
    assert.deepEqual(labels(tree.changed(change({ added: ['qemu/104'] }))), ['Home']);
    await draw();
    cluster.put(guest(100, { name: 'web-1', node: 'b', tags: ['web'], pool: 'shop' }));
    assert.deepEqual(labels(tree.changed(change({ changed: ['qemu/100'] }))).sort(), ['a', 'b']);
    assert.match(await draw(), /^ {2}b .*\n {4}100 web-1/m);
  });

  it('computes nothing below what nobody opened', async () => {
    await tree.children();
    await tree.children('home');
    assert.deepEqual(cluster.asked, []);
  });

  it('gives a node back as it was left', async () => {
    await draw();
    const [node] = await tree.children('home');
    assert.ok(node);
    tree.setOpen(node, true);
    tree.reset({ grouping: 'node', sortBy: 'vmid', filter: 'web' });
    await draw();
    tree.reset({ grouping: 'node', sortBy: 'vmid', filter: '' });
    await tree.children();
    await tree.children('home');
    assert.equal(tree.item(node).state, 'expanded');
  });

  it('gives a node back open though nobody told that it was opened, and leaves closed what was only looked through', async () => {
    await tree.children();
    const [a, b] = await tree.children('home');
    assert.ok(a !== undefined && b !== undefined);
    await tree.children(a);
    assert.ok((await tree.findGuest('home', 'qemu/101')) !== undefined);
    assert.deepEqual([tree.item(a).state, tree.item(b).state], ['expanded', 'collapsed']);
    tree.setOpen(a, false);
    await tree.children(a);
    assert.equal(tree.item(a).state, 'collapsed', 'what was told counts');
  });

  it('tells screen readers in words what icons show', async () => {
    await draw();
    const [a] = await tree.children('home');
    const [first, second] = await tree.children(a);
    assert.equal(tree.item(first ?? '').accessible, 'VM 100 web-1, running, CPU 20 % · 50 % of 2 GiB');
    assert.equal(tree.item(second ?? '').accessible, 'VM 102 db, stopped');
  });
});
