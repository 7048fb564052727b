import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { type Connection, PveError } from '../../../src/pve/index.ts';
import { eventually } from '../../support/eventually.ts';
import { clientAnswering, connectionOf, guest, heldClock, node, open, recordChanges, recordingLogger, type Resource, temporaryFolder } from './support.ts';

const lab: Connection = connectionOf('lab');

/** An inventory whose cluster is whatever `set` last said. */
async function inventoryOf(...first: Resource[]) {
  const clock = heldClock();
  const logger = recordingLogger();
  const inventory = await open({ clock, logger });
  let resources: unknown = first;
  const client = clientAnswering(() => {
    if (resources instanceof Error) throw resources;
    return structuredClone(resources);
  });
  const refresh = async (next: unknown = resources): Promise<void> => {
    resources = next;
    clock.time += 10_000;
    await inventory.refresh(lab, client);
  };
  return { inventory, changes: recordChanges(inventory), refresh, client, clock, logger };
}

describe('the inventory', () => {
  it('turns the cluster’s answer into rows and counters', async () => {
    const { inventory, refresh } = await inventoryOf();
    await refresh([
      node('pve1', { cpu: 0.5, level: '' }),
      guest(100, { tags: 'prod;web', pool: 'shop', lock: 'backup', hastate: 'started', netin: 17 }),
      { id: 'lxc/101', type: 'lxc', vmid: 101, name: 'dns', node: 'pve1', status: 'stopped', template: 1 },
      { id: 'storage/pve1/local', type: 'storage', storage: 'local', node: 'pve1', status: 'available', plugintype: 'dir', content: 'vztmpl,iso', shared: 0, disk: 5, maxdisk: 10 },
      { id: '/pool/shop', type: 'pool', pool: 'shop' },
      { id: 'sdn/pve1/localnetwork', type: 'sdn', sdn: 'localnetwork', node: 'pve1', status: 'ok' },
      { id: 'network/pve1/zone/localnetwork', type: 'network', 'network-type': 'zone', network: 'localnetwork', node: 'pve1', status: 'ok' },
    ]);
    assert.deepEqual([...inventory.rows('lab').values()], [
      { kind: 'node', id: 'node/pve1', node: 'pve1', status: 'online' },
      { kind: 'qemu', id: 'qemu/100', vmid: 100, name: 'web-100', node: 'pve1', status: 'running', template: false, tags: ['prod', 'web'], pool: 'shop', lock: 'backup', hastate: 'started' },
      { kind: 'lxc', id: 'lxc/101', vmid: 101, name: 'dns', node: 'pve1', status: 'stopped', template: true, tags: [] },
      { kind: 'storage', id: 'storage/pve1/local', storage: 'local', node: 'pve1', status: 'available', plugintype: 'dir', content: ['iso', 'vztmpl'], shared: false },
      { kind: 'pool', id: '/pool/shop', pool: 'shop' },
    ]);
    assert.deepEqual(inventory.live('lab', 'storage/pve1/local'), { disk: 5, maxdisk: 10 });
    assert.equal(inventory.live('lab', 'qemu/100')?.uptime, 1000);
    assert.equal(inventory.live('lab', 'qemu/999'), undefined);
  });

  it('tells what was added, changed and removed, once', async () => {
    const { changes, refresh } = await inventoryOf();
    await refresh([node('pve1'), guest(100), guest(101)]);
    await refresh([node('pve1'), guest(101, { name: 'renamed' }), guest(102)]);
    await refresh();
    assert.deepEqual(
      changes.map(({ added, changed, removed }) => ({ added, changed, removed })),
      [
        { added: ['node/pve1', 'qemu/100', 'qemu/101'], changed: [], removed: [] },
        { added: ['qemu/102'], changed: ['qemu/101'], removed: ['qemu/100'] },
      ],
    );
  });

  it('keeps a history of what changed when, newest first, by row when asked', async () => {
    const { inventory, refresh, clock } = await inventoryOf();
    const start = clock.time;
    await refresh([guest(100), guest(101)]);
    assert.deepEqual(inventory.history('lab'), [], 'what the first refresh finds is no change');
    await refresh([guest(100, { status: 'stopped', lock: 'backup' }), guest(101)]);
    await refresh([guest(100, { status: 'stopped' }), guest(102)]);
    const [stopped, unlocked] = [
      { at: start + 20_000, id: 'qemu/100', change: 'changed', fields: { status: ['running', 'stopped'], lock: [null, 'backup'] } },
      { at: start + 30_000, id: 'qemu/100', change: 'changed', fields: { lock: ['backup', null] } },
    ];
    assert.deepEqual(inventory.history('lab', 'qemu/100'), [unlocked, stopped]);
    assert.deepEqual(inventory.history('lab'), [
      unlocked,
      { at: start + 30_000, id: 'qemu/101', change: 'removed' },
      { at: start + 30_000, id: 'qemu/102', change: 'added' },
      stopped,
    ]);
    assert.deepEqual(inventory.history('lab', undefined, 1), [unlocked]);
    assert.deepEqual(inventory.history('elsewhere'), []);
  });

  it('keeps counters out of the history and names rows only when they are shown differently', async () => {
    const { inventory, changes, refresh } = await inventoryOf();
    await refresh([guest(100, { cpu: 0.251, uptime: 10 }), guest(101, { cpu: 0.1 })]);
    changes.length = 0;
    await refresh([guest(100, { cpu: 0.252, uptime: 20 }), guest(101, { cpu: 0.1 })]);
    assert.deepEqual(changes, [], 'a tenth of a percent is not shown');
    assert.equal(inventory.live('lab', 'qemu/100')?.uptime, 20);
    await refresh([guest(100, { cpu: 0.26 }), guest(101, { cpu: 0.1 })]);
    assert.deepEqual(changes, [{ connectionId: 'lab', added: [], changed: [], removed: [], live: ['qemu/100'], health: false }]);
    assert.deepEqual(inventory.history('lab'), []);
  });

  it('takes over unchanged rows as the same objects', async () => {
    const { inventory, refresh } = await inventoryOf();
    await refresh([guest(100), guest(101)]);
    const before = inventory.rows('lab').get('qemu/100');
    await refresh([guest(100), guest(101, { name: 'other' })]);
    assert.equal(inventory.rows('lab').get('qemu/100'), before);
  });

  it('remembers names and template flags while a node is silent', async () => {
    const { inventory, refresh } = await inventoryOf();
    const template = { template: 1, status: 'stopped' };
    await refresh([node('pve1'), guest(100, { tags: 'a', pool: 'p' }), guest(101, template)]);
    const silent = (vmid: number, more: Resource = {}): Resource => ({ id: `qemu/${vmid}`, type: 'qemu', vmid, node: 'pve1', status: 'unknown', ...more });
    await refresh([node('pve1', { status: 'offline' }), silent(100, { tags: 'a', pool: 'p' }), silent(101), silent(102)]);
    assert.deepEqual(
      ['qemu/100', 'qemu/101', 'qemu/102'].map((id) => inventory.rows('lab').get(id)),
      [
        { kind: 'qemu', id: 'qemu/100', vmid: 100, name: 'web-100', node: 'pve1', status: 'unknown', template: false, tags: ['a'], pool: 'p' },
        { kind: 'qemu', id: 'qemu/101', vmid: 101, name: 'web-101', node: 'pve1', status: 'unknown', template: true, tags: [] },
        { kind: 'qemu', id: 'qemu/102', vmid: 102, name: 'VM 102', node: 'pve1', status: 'unknown', template: false, tags: [] },
      ],
    );
    assert.deepEqual(inventory.history('lab', 'qemu/100')[0]?.fields, { status: ['running', 'unknown'] });
    await refresh([node('pve1'), guest(100, { tags: 'a', pool: 'p' }), guest(101, template)]);
    assert.deepEqual(inventory.history('lab', 'qemu/100')[0]?.fields, { status: ['unknown', 'running'] });
  });

  it('does not take another order of a storage’s content for a change', async () => {
    const storage = (content: string): Resource => ({ id: 'storage/pve1/local', type: 'storage', storage: 'local', node: 'pve1', status: 'available', content, shared: 0 });
    const { changes, refresh } = await inventoryOf();
    await refresh([storage('iso,vztmpl,backup')]);
    await refresh([storage('vztmpl,backup,iso')]);
    assert.equal(changes.length, 1);
  });

  it('counts QEMU’s rarer run states as paused', async () => {
    const { inventory, refresh } = await inventoryOf();
    await refresh([guest(100, { status: 'io-error' })]);
    const row = inventory.rows('lab').get('qemu/100');
    assert.equal(row?.kind === 'qemu' && row.status, 'paused');
  });

  it('leaves out a row that is not as Proxmox describes it, says so, and keeps what was known of it', async () => {
    const { inventory, refresh, logger } = await inventoryOf();
    await refresh([guest(100), guest(101)]);
    await refresh([guest(100, { name: 'new' }), guest(101, { vmid: 'many' }), null, 17, { type: 'qemu' }]);
    await refresh();
    assert.equal(inventory.health('lab').state, 'ok');
    assert.deepEqual([...inventory.rows('lab').values()].map((row) => ('name' in row ? row.name : '')), ['new', 'web-101']);
    const reports = logger.lines.filter((line) => line.includes('left out'));
    assert.equal(reports.length, 1, 'a row that stays bad is reported once');
    assert.match(reports[0] ?? '', /4 rows .*"qemu\/101".*vmid/);
  });

  it('reports an answer that is no list and keeps the rows', async () => {
    const { inventory, refresh } = await inventoryOf();
    await refresh([guest(100)]);
    await refresh({ hello: 'world' });
    const health = inventory.health('lab');
    assert.ok(health.state === 'failed' && health.error.kind === 'not-proxmox');
    assert.equal(inventory.rows('lab').size, 1);
  });

  it('keeps names as they came, however long or strange', async () => {
    const name = `<img src=x onerror=alert(1)>\u0000\u001b[31m"'; DROP TABLE row; --${'x'.repeat(100_000)}`;
    const folder = temporaryFolder();
    const first = await open({ folder });
    await first.refresh(lab, clientAnswering(() => [guest(100, { name })]));
    first.dispose();
    const second = await open({ folder });
    const row = second.rows('lab').get('qemu/100');
    assert.equal(row?.kind === 'qemu' && row.name, name);
  });
});

describe('a refresh', () => {
  it('that fails keeps the rows and sets the health, telling it once', async () => {
    const { inventory, changes, refresh, clock } = await inventoryOf();
    await refresh([guest(100)]);
    changes.length = 0;
    const down = new PveError({ kind: 'unreachable', message: 'pve1 does not answer.' });
    await refresh(down);
    await refresh(down);
    assert.deepEqual(inventory.health('lab'), { state: 'failed', at: clock.time, error: down });
    assert.equal(inventory.rows('lab').size, 1);
    assert.deepEqual(changes.map((change) => change.health), [true]);
    await refresh([guest(100)]);
    assert.deepEqual(inventory.health('lab'), { state: 'ok', at: clock.time });
    assert.deepEqual(changes.map((change) => change.health), [true, true]);
  });

  it('that meets an unexpected error never rejects', async () => {
    const { inventory, refresh } = await inventoryOf();
    await refresh(new TypeError('boom'));
    const health = inventory.health('lab');
    assert.ok(health.state === 'failed' && health.error.message.includes('boom'));
  });

  it('shares its request with refreshes that overlap', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const client = clientAnswering(() => new Promise((resolve) => (answer = resolve)));
    const inventory = await open();
    const both = [inventory.refresh(lab, client), inventory.refresh(lab, client)];
    assert.equal(inventory.health('lab').state, 'refreshing');
    answer([guest(100)]);
    await Promise.all(both);
    assert.deepEqual(client.requests, ['/cluster/resources']);
    assert.equal(inventory.rows('lab').size, 1);
  });

  it('asks anew for who has changed something, for an answer on its way may know nothing of it', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const client = clientAnswering(() => new Promise((resolve) => answers.push(resolve)));
    const inventory = await open();
    const before = inventory.refresh(lab, client);
    const after = [inventory.refreshAnew(lab, client), inventory.refreshAnew(lab, client)];
    assert.equal(client.requests.length, 1);
    answers[0]?.([guest(100)]);
    await before;
    assert.deepEqual([...inventory.rows('lab').keys()], ['qemu/100']);
    await eventually(() => Promise.resolve(client.requests.length === 2));
    // A change while that is under way is not known to it either.
    const last = inventory.refreshAnew(lab, client);
    answers[1]?.([guest(100), guest(101)]);
    await Promise.all(after);
    assert.deepEqual([...inventory.rows('lab').keys()], ['qemu/100', 'qemu/101']);
    await eventually(() => Promise.resolve(client.requests.length === 3));
    answers[2]?.([guest(101)]);
    await last;
    assert.deepEqual([...inventory.rows('lab').keys()], ['qemu/101']);
    const alone = inventory.refreshAnew(lab, client);
    answers[3]?.([]);
    await alone;
    assert.deepEqual([client.requests.length, inventory.rows('lab').size], [4, 0]);
  });

  it('goes on for the others when one caller gives up, and is cancelled when the last does', async () => {
    let cancelled = false;
    const client = clientAnswering(
      (_, options) =>
        new Promise((_resolve, reject) =>
          options?.signal?.addEventListener('abort', () => {
            cancelled = true;
            reject(new PveError({ kind: 'cancelled', message: 'Cancelled.' }));
          }),
        ),
    );
    const inventory = await open();
    const changes = recordChanges(inventory);
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = [inventory.refresh(lab, client, first.signal), inventory.refresh(lab, client, second.signal)];
    first.abort();
    await waits[0];
    assert.equal(cancelled, false);
    second.abort();
    await waits[1];
    assert.equal(cancelled, true);
    assert.deepEqual(inventory.health('lab'), { state: 'unknown' });
    assert.deepEqual(changes, []);
    const next = clientAnswering(() => [guest(100)]);
    await inventory.refresh(lab, next);
    assert.equal(inventory.health('lab').state, 'ok');
  });

  it('that begins when the answer of another is there makes a request of its own', async () => {
    const inventory = await open();
    let name = 'old';
    const client = clientAnswering(() => [guest(100, { name })]);
    let second: Promise<void> | undefined;
    inventory.onDidChange(() => {
      name = 'new';
      second ??= inventory.refresh(lab, client);
    });
    await inventory.refresh(lab, client);
    await second;
    const row = inventory.rows('lab').get('qemu/100');
    assert.equal(row?.kind === 'qemu' && row.name, 'new');
    assert.equal(client.requests.length, 2);
  });

  it('is not cancelled by those who waited for the one before', async () => {
    const inventory = await open();
    const answers = [Promise.withResolvers<unknown>(), Promise.withResolvers<unknown>()];
    let asked = 0;
    const client = clientAnswering(() => answers[asked++]?.promise);
    const impatient = new AbortController();
    const first = inventory.refresh(lab, client, impatient.signal);
    let second: Promise<void> | undefined;
    inventory.onDidChange(() => {
      second ??= inventory.refresh(lab, client);
      impatient.abort();
    });
    answers[0]?.resolve([guest(100)]);
    await first;
    answers[1]?.resolve([guest(200)]);
    await second;
    assert.deepEqual([...inventory.rows('lab').keys()], ['qemu/200']);
  });

  it('asks anew, and drops the old answer, when the connection has another client', async () => {
    const late = Promise.withResolvers<unknown>();
    const inventory = await open();
    const old = inventory.refresh(lab, clientAnswering(() => late.promise));
    await inventory.refresh(lab, clientAnswering(() => [guest(200)]));
    late.resolve([guest(100)]);
    await old;
    assert.deepEqual([...inventory.rows('lab').keys()], ['qemu/200']);
  });

  it('whose listener throws still ends well', async () => {
    const { inventory, refresh, logger } = await inventoryOf();
    inventory.onDidChange(() => {
      throw new Error('a bad listener');
    });
    await refresh([guest(100)]);
    assert.equal(inventory.health('lab').state, 'ok');
    assert.ok(logger.lines.some((line) => line.startsWith('error:') && line.includes('a bad listener')));
  });

  it('under way when the inventory ends, or the connection is forgotten, changes nothing more', async () => {
    const late = Promise.withResolvers<unknown>();
    const inventory = await open();
    const changes = recordChanges(inventory);
    const forgotten = inventory.refresh(lab, clientAnswering(() => late.promise));
    await inventory.forget('lab');
    const ended = inventory.refresh(connectionOf('other'), clientAnswering(() => late.promise));
    inventory.dispose();
    late.resolve([guest(100)]);
    await Promise.all([forgotten, ended]);
    assert.deepEqual(changes, []);
    assert.equal(inventory.rows('lab').size, 0);
  });
});
