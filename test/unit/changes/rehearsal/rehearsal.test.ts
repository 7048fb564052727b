import { strict as assert } from 'node:assert';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import { differences, lookAt } from '../../../../src/changes/rehearsal/afterwards.ts';
import { placesOf } from '../../../../src/changes/rehearsal/live-facts.ts';
import { needsOf } from '../../../../src/changes/rehearsal/needs.ts';
import { rehearse, type RehearsalReport, rehearsalReport } from '../../../../src/changes/rehearsal/index.ts';
import type { StepParameters } from '../../../../src/changes/proposal/step.ts';
import type { Target } from '../../../../src/changes/proposal/target.ts';
import type { GuestRow } from '../../../../src/inventory/index.ts';
import type { PveClient } from '../../../../src/pve/index.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../../support/spawned-simulator.ts';
import { clientOf, connectionTo, disposeAll, secretsOf } from '../../pve/client/client.ts';
import { connect, guestsThat, proposalOf, runsIn } from '../support.ts';
import { inventoryOf, readOnly, Twins } from './stage.ts';

const vm = (vmid: number, node: string): Target => ({ kind: 'guest', type: 'qemu', vmid, node });
const ct = (vmid: number, node: string): Target => ({ kind: 'guest', type: 'lxc', vmid, node });

interface Plan {
  readonly operation: string;
  readonly target: Target;
  readonly parameters?: StepParameters;
  readonly after?: readonly number[];
}

/** `would-fail`, or with what Proxmox says. */
const results = ({ steps }: RehearsalReport): string[] => steps.map(({ result }) => result);
/** “129 changed: status stopped → running” */
const guestLines = ({ guests }: RehearsalReport): string[] =>
  guests.map(({ vmid, change, fields }) => `${vmid} ${change}${fields.length === 0 ? '' : `: ${fields.map(({ field, before: then = '–', after: now = '–' }) => `${field} ${then} → ${now}`).join('; ')}`}`);

describe('A rehearsal', function () {
  this.timeout(60_000);
  let simulator: SpawnedSimulator;
  let client: PveClient;
  const twins = new Twins();
  const rehearsed = async (...plans: Plan[]): Promise<RehearsalReport> =>
    rehearse(proposalOf(plans as Parameters<typeof proposalOf>[0]), { client: readOnly(client), inventory: await inventoryOf(client), startTwin: twins.start });

  before(async () => {
    simulator = await spawnSimulator('--pace', '0');
    client = connect(simulator);
  });
  after(async () => {
    disposeAll();
    await simulator.stop();
  });
  afterEach(() => {
    assert.deepEqual(twins.leftBehind(), []);
    for (const twin of twins.started) assert.notEqual(twin.process.exitCode ?? twin.process.signalCode, null, 'a twin still runs');
    for (const twin of twins.started) assert.equal(twin.errors(), '');
    twins.started.length = 0;
  });

  it('tells what every step would come to, and what would be different, and changes nothing', async () => {
    const seen = JSON.stringify(await client.get('/nodes/pve1/tasks', { limit: 5000 }));
    const report = await rehearsed(
      { operation: 'guest.start', target: vm(129, 'pve1') },
      { operation: 'guest.snapshot', target: ct(131, 'pve1'), parameters: { snapname: 'clean' } },
      { operation: 'guest.configure', target: ct(131, 'pve1'), parameters: { memory: 1024, tags: 'test;web' }, after: [1] },
      { operation: 'guest.clone', target: vm(9000, 'pve1'), parameters: { newid: 300, name: 'fresh' } },
      { operation: 'guest.destroy', target: ct(128, 'pve2'), parameters: { purge: true } },
    );
    assert.deepEqual(rehearsalReport.parse(JSON.parse(JSON.stringify(report))), report);
    assert.deepEqual(results(report), Array.from({ length: 5 }, () => 'would-succeed'));
    assert.equal(report.succeeded, true);
    assert.deepEqual(report.unknown, []);
    const lines = guestLines(report);
    assert.deepEqual(lines.filter((line) => !line.startsWith('300')), [
      '128 removed',
      '129 changed: status stopped → running',
      '131 changed: tags test → test;web; config.memory 256 → 1024; snapshots – → clean',
    ]);
    assert.match(lines.find((line) => line.startsWith('300')) ?? '', /^300 added: name – → fresh; node – → pve1; status – → stopped/);
    assert.deepEqual(report.volumes.filter(({ change }) => change === 'removed').map(({ volid }) => volid), ['local-lvm:vm-128-disk-0']);
    assert.deepEqual(report.nodes.map(({ node }) => node), ['pve1']);
    assert.equal(JSON.stringify(await client.get('/nodes/pve1/tasks', { limit: 5000 })), seen);
  });

  it('foresees just what then happens', async () => {
    const plans: Plan[] = [
      { operation: 'guest.migrate', target: vm(108, 'pve1'), parameters: { target: 'pve2', online: true } },
      { operation: 'guest.move-disk', target: vm(104, 'pve1'), parameters: { disk: 'scsi0', storage: 'ceph', delete: true } },
      { operation: 'guest.resize-disk', target: ct(131, 'pve1'), parameters: { disk: 'rootfs', size: '64G' } },
      { operation: 'guest.suspend', target: vm(130, 'pve1') },
      { operation: 'guest.resume', target: vm(123, 'pve2') },
      { operation: 'guest.template', target: ct(128, 'pve2') },
      { operation: 'guest.destroy', target: vm(129, 'pve1'), parameters: { purge: true, 'destroy-unreferenced-disks': true } },
      { operation: 'node.stop-all', target: { kind: 'node', node: 'pve1' }, parameters: { vms: '105,110', timeout: 60 } },
      { operation: 'pool.add-guest', target: { kind: 'pool', pool: 'lab' }, parameters: { vms: '136' } },
      { operation: 'volume.delete', target: { kind: 'volume', volid: 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', storage: 'local', node: 'pve1' } },
    ];
    const live = await spawnSimulator('--pace', '0');
    const folder = await mkdtemp(join(tmpdir(), 'proxmox-workbench-test-'));
    try {
      const real = connect(live);
      const proposal = proposalOf(plans as Parameters<typeof proposalOf>[0]);
      const inventory = await inventoryOf(real);
      const report = await rehearse(proposal, { client: readOnly(real), inventory, startTwin: twins.start });
      assert.deepEqual(report.unknown, []);
      const { guests } = needsOf(proposal, inventory.rows('test'));
      const places = placesOf(new Set(['local', 'local-lvm', 'ceph']), new Set(['pve1', 'pve2']), inventory.rows('test'));
      const before = await lookAt(real, guests, places);
      const { state } = await (await runsIn(folder, real).start(proposal)).ended;
      const happened = differences(before, await lookAt(real, guests, places));
      assert.equal(state, 'succeeded');
      assert.deepEqual(results(report), plans.map(() => 'would-succeed'));
      assert.deepEqual(report.guests, happened.guests);
      assert.deepEqual(report.nodes, happened.nodes);
      const named = (volumes: RehearsalReport['volumes']): string[] => volumes.map(({ change, volid, node }) => `${change} ${volid} ${node ?? ''}`).sort();
      assert.deepEqual(named(report.volumes), named(happened.volumes));
      // How full a single disk on a thin storage is, is nowhere told: the copy takes all of them for equally full.
      const amounts = ({ storages }: Pick<RehearsalReport, 'storages'>): Map<string, number> => new Map(storages.map(({ storage, node = '', used }) => [`${storage} ${node}`, used.after - used.before]));
      const [foreseen, actual] = [amounts(report), amounts(happened)];
      assert.deepEqual([...foreseen.keys()], [...actual.keys()]);
      for (const [place, bytes] of actual) assert.ok(((foreseen.get(place) ?? 0) / bytes) > 0.25 && (foreseen.get(place) ?? 0) / bytes < 4, `${place}: ${foreseen.get(place)} foreseen, ${bytes} happened`);
    } finally {
      await live.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  });

  it('tells in Proxmox’s words what would fail, and what would not be reached then', async () => {
    await client.put('/nodes/pve1/qemu/130/config', { protection: true });
    const report = await rehearsed(
      { operation: 'guest.stop', target: vm(130, 'pve1') },
      { operation: 'guest.destroy', target: vm(130, 'pve1'), after: [0] },
      { operation: 'guest.start', target: vm(129, 'pve1'), after: [1] },
    );
    await client.put('/nodes/pve1/qemu/130/config', { delete: 'protection' });
    assert.equal(report.succeeded, false);
    assert.deepEqual(results(report), ['would-succeed', 'would-fail', 'not-reached']);
    assert.equal(report.steps[1]?.message, 'Test cluster refused DELETE /nodes/pve1/qemu/130: can\'t remove VM 130 - protection mode enabled.');
    assert.deepEqual(guestLines(report), ['130 changed: status running → stopped']);
  });

  const failures: readonly { readonly title: string; readonly plan: () => Promise<Plan>; readonly says: RegExp }[] = [
    { title: 'a storage that is full', says: /vma_queue_write: write error/, plan: () => Promise.resolve({ operation: 'guest.backup', target: vm(114, 'pve2'), parameters: { storage: 'local', mode: 'snapshot', compress: '0' } }) },
    {
      title: 'a live migration of a VM with local disks', says: /local disk/,
      plan: () => Promise.resolve({ operation: 'guest.migrate', target: vm(104, 'pve1'), parameters: { target: 'pve2', online: true } }),
    },
    {
      title: 'a guest that is locked', says: /locked \(backup\)/,
      async plan() {
        const { url, fingerprint, password } = simulator;
        // Only root itself may, not a token of root's.
        const root = clientOf(connectionTo([url], { authentication: { kind: 'password', user: 'root@pam' }, trust: { kind: 'fingerprint', sha256: fingerprint } }), secretsOf(password));
        await root.put('/nodes/pve1/qemu/132/config', { lock: 'backup' });
        return { operation: 'guest.start', target: vm(132, 'pve1') };
      },
    },
    { title: 'a VMID that is taken', says: /already exists/, plan: () => Promise.resolve({ operation: 'guest.clone', target: vm(9000, 'pve1'), parameters: { newid: 130, name: 'fresh' } }) },
    { title: 'a node that is off', says: /Can't connect to destination address/, plan: () => Promise.resolve({ operation: 'guest.migrate', target: ct(131, 'pve1'), parameters: { target: 'pve3', restart: true } }) },
  ];
  for (const { title, plan, says } of failures) {
    it(`foresees ${title}`, async () => {
      const report = await rehearsed(await plan());
      assert.deepEqual(results(report), ['would-fail']);
      assert.match(`${report.steps[0]?.message ?? ''} ${report.steps[0]?.log.join(' ') ?? ''}`, says);
    });
  }

  it('foresees what a node’s end does to its guests', async () => {
    const report = await rehearsed({ operation: 'node.shutdown', target: { kind: 'node', node: 'pve2' } });
    assert.deepEqual(results(report), ['would-succeed']);
    const pve2 = report.nodes.find(({ node }) => node === 'pve2');
    assert.deepEqual(pve2?.status, { before: 'online', after: 'offline' });
    assert.equal(pve2?.memory.after, 0);
    assert.ok(report.guests.length > 0 && report.guests.every(({ fields }) => fields.every(({ field, after: now }) => field === 'status' && now === 'unknown')), guestLines(report).join('\n'));
  });

  it('makes up the passwords it does not know', async () => {
    const report = await rehearsed({
      operation: 'guest.create', target: ct(300, 'pve1'),
      parameters: { hostname: 'new', ostemplate: 'local:vztmpl/alpine-3.22-default_20250617_amd64.tar.xz', rootfs: 'local-lvm:4', password: { $secret: 'new-password' } },
    });
    assert.deepEqual(results(report), ['would-succeed']);
  });

  it('foresees that the user may not', async () => {
    const { url, fingerprint, password } = simulator;
    const bob = clientOf(connectionTo([url], { authentication: { kind: 'password', user: 'bob@pve' }, trust: { kind: 'fingerprint', sha256: fingerprint } }), secretsOf(password));
    const inventory = await inventoryOf(bob);
    // In the pool where bob may operate and not configure.
    const target = { kind: 'guest', type: 'qemu', vmid: 104, node: 'pve1' } as const;
    const { steps } = await rehearse(proposalOf([{ operation: 'guest.shutdown', target }, { operation: 'guest.configure', target, parameters: { cores: 1 }, after: [0] }]), { client: readOnly(bob), inventory, startTwin: twins.start });
    assert.deepEqual(steps.map(({ result }) => result), ['would-succeed', 'would-fail']);
    assert.match(steps[1]?.message ?? '', /VM\.Config\.CPU/);
  });

  it('says what it does not know of a cluster that it may only see in part', async () => {
    const { url, fingerprint, password } = simulator;
    const bob = clientOf(connectionTo([url], { authentication: { kind: 'password', user: 'bob@pve' }, trust: { kind: 'fingerprint', sha256: fingerprint } }), secretsOf(password));
    const inventory = await inventoryOf(bob);
    const guest = [...inventory.rows('test').values()].find((row): row is GuestRow => row.kind === 'qemu');
    assert.ok(guest !== undefined);
    const report = await rehearse(proposalOf([{ operation: 'guest.stop', target: { kind: 'guest', type: 'qemu', vmid: guest.vmid, node: guest.node } }]), { client: readOnly(bob), inventory, startTwin: twins.start });
    assert.ok(report.unknown.some((sentence) => /^How high availability treats its guests is not known: .*\(.*Sys\.Audit.*\)\.$/.test(sentence)), report.unknown.join('\n'));
  });

  it('leaves nothing behind when the simulator does not start, or it is called off', async () => {
    const proposal = proposalOf([{ operation: 'guest.start', target: { kind: 'guest', type: 'qemu', vmid: 129, node: 'pve1' } }]);
    const inventory = await inventoryOf(client);
    await assert.rejects(rehearse(proposal, { client: readOnly(client), inventory, startTwin: twins.fail }), /no simulator/);
    assert.deepEqual(twins.leftBehind(), []);
    const control = new AbortController();
    const startTwin: typeof twins.start = async (...files) => {
      const twin = await twins.start(...files);
      control.abort(new Error('called off'));
      return twin;
    };
    await assert.rejects(rehearse(proposal, { client: readOnly(client), inventory, startTwin, signal: control.signal }), /called off/);
  });

  it('measured: 20 steps on a cluster of 1,000 guests', async () => {
    const large = await spawnSimulator('--nodes', '10', '--guests', '1000');
    try {
      const live = connect(large);
      const stopped = (await guestsThat(live, 'stopped')).slice(0, 10).map((target) => ({ operation: 'guest.start', target }));
      const running = (await guestsThat(live, 'running')).slice(0, 20 - stopped.length).map((target) => ({ operation: 'guest.stop', target }));
      const report = await rehearse(proposalOf([...stopped, ...running]), { client: readOnly(live), inventory: await inventoryOf(live), startTwin: twins.start });
      assert.equal(report.steps.length, 20);
      assert.equal(report.succeeded, true, JSON.stringify(report.steps.find(({ result }) => result !== 'would-succeed')));
      assert.equal(report.guests.length, 20);
      console.log(`      rehearsed 20 steps on 1,000 guests in ${Math.round(report.duration)} ms`);
      assert.ok(report.duration < 20_000, `${report.duration} ms`);
    } finally {
      await large.stop();
    }
  });
});
