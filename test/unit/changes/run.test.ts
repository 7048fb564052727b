import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { Refusal } from '../../../src/changes/door.ts';
import { silentLogger, systemClock } from '../../../src/base/index.ts';
import type { Outcome } from '../../../src/changes/operations/operation.ts';
import { operationByName } from '../../../src/changes/operations/index.ts';
import { JournalStore } from '../../../src/changes/run/journal-store.ts';
import { apiDriver, type Driver, type Journal, journal, lostByRollBack, Runs, StepFailed, type StepRecord, withSafeguards } from '../../../src/changes/run/index.ts';
import { type PveClient, PveError } from '../../../src/pve/index.ts';
import { eventually } from '../../support/eventually.ts';
import { type SpawnedSimulator, spawnSimulator } from '../../support/spawned-simulator.ts';
import { disposeAll } from '../pve/client/client.ts';
import { connect, guestsThat, proposalOf, runsIn, tasksBegun } from './support.ts';

describe('runs', function () {
  this.timeout(60_000);
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let folder: string;
  const more: SpawnedSimulator[] = [];
  before(async () => (simulator = await spawnSimulator('--pace', '0.1')));
  after(() => simulator.stop());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'runs-'));
    client = connect(simulator);
  });
  afterEach(async () => {
    disposeAll();
    for (const each of more.splice(0)) await each.stop();
    await rm(folder, { recursive: true });
  });

  /** A simulator of the test's own with these faults. */
  const faulty = async (faults: string, ...args: string[]): Promise<PveClient> => {
    const file = join(folder, 'faults.yaml');
    await writeFile(file, `faults:\n${faults}`);
    const started = await spawnSimulator('--pace', '0.05', '--faults', file, ...args);
    more.push(started);
    return connect(started);
  };

  it('do their steps in order, write everything down, and tell', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const audited: string[] = [];
    const proposal = proposalOf([{ operation: 'guest.start', target }, { operation: 'guest.reboot', target, after: [0] }, { operation: 'guest.stop', target, after: [1] }]);
    const running = await runsIn(folder, client, { audited }).start(proposal);
    const lines: string[] = [];
    running.onDidLog(({ step, lines: more }) => lines.push(...more.map((line) => `${step} ${line}`)));
    const ended = await running.ended;
    assert.equal(ended.state, 'succeeded');
    assert.deepEqual(audited, ['s0 done', 's1 done', 's2 done', 'succeeded']);
    assert.ok(lines.includes('s2 TASK OK'));
    const onDisk = journal.parse(JSON.parse(await readFile(join(folder, `${proposal.id}.json`), 'utf8')));
    assert.deepEqual(onDisk, ended);
    assert.ok(Object.values(onDisk.steps).every(({ state, attempts, upid }) => state === 'done' && attempts === 1 && upid?.startsWith('UPID:')));
  });

  it('happen once, whoever tries', async () => {
    const [target] = await guestsThat(client, 'running');
    assert.ok(target);
    const proposal = proposalOf([{ operation: 'guest.reboot', target }]);
    const windows = [runsIn(folder, client), runsIn(folder, client), runsIn(folder, client)];
    const tried = await Promise.allSettled(windows.map((each) => each.start(proposal)));
    const begun = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    assert.equal(begun.length, 1);
    for (const each of tried) if (each.status === 'rejected') assert.ok(each.reason instanceof Refusal);
    await assert.rejects(windows[1]!.resume(proposal.id), Refusal);
    await begun[0]?.ended;
    await assert.rejects(windows[2]!.start(proposal), /has been run already/);
    assert.equal((await tasksBegun(client, /reboot/)).get(String(target.vmid)), 1);
  });

  it('can be tried again when they could not begin', async () => {
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const proposal = proposalOf([{ operation: 'guest.start', target }]);
    let reachable = false;
    const runs = new Runs({
      folder, secrets: { secret: () => Promise.resolve(undefined) }, audit: () => Promise.resolve(), clock: systemClock, logger: silentLogger,
      driversOf: () => (reachable ? Promise.resolve({ api: apiDriver(() => Promise.resolve(client), operationByName) }) : Promise.reject(new Error('no password was entered'))),
    });
    await assert.rejects(runs.start(proposal), /no password was entered/);
    assert.deepEqual(await runs.unfinished(), []);
    reachable = true;
    assert.equal((await (await runs.start(proposal)).ended).state, 'succeeded');
  });

  it('can be tried again when the disk was full', async () => {
    // A limit on the size of files stands in for the disk: what is written breaks off in the middle, as it does there.
    const [target] = await guestsThat(client, 'stopped');
    assert.ok(target);
    const first: Journal = { version: 1, id: randomUUID(), state: 'running', started: new Date().toISOString(), proposal: proposalOf([{ operation: 'guest.start', target, parameters: { note: 'x'.repeat(8_192) } }]), steps: {} };
    const program = `
      import { JournalStore } from ${JSON.stringify(new URL('../../../src/changes/run/journal-store.ts', import.meta.url).href)};
      process.on('SIGXFSZ', () => undefined);
      await new JournalStore(${JSON.stringify(folder)}, { error() {} }).create(${JSON.stringify(first)}).then(() => process.exit(0), (error) => process.exit(error.code === 'EFBIG' ? 3 : 4));`;
    const full = spawnSync('bash', ['-c', 'ulimit -f 4; exec "$0" --input-type=module -e "$1"', process.execPath, program], { encoding: 'utf8' });
    assert.equal(full.status, 3, full.stderr);
    const store = new JournalStore(folder, silentLogger);
    assert.deepEqual(await readdir(folder), []);
    assert.equal(await store.create(first), true);
    assert.deepEqual(await store.read(first.id), first);
  });

  it('stop at a step that fails, and go on from there when told', async () => {
    const client = await faulty('  - { task: { type: qmreset, at: 50, message: simulated trouble }, probability: 1 }\n');
    const [target, other] = (await guestsThat(client, 'running')).filter(({ type }) => type === 'qemu');
    assert.ok(target && other);
    const runs = runsIn(folder, client);
    const proposal = proposalOf([
      { operation: 'guest.suspend', target, inverse: 'guest.resume' }, { operation: 'guest.reset', target: other, after: [0] }, { operation: 'guest.resume', target, after: [1] },
    ]);
    const failed = await (await runs.start(proposal)).ended;
    assert.equal(failed.state, 'failed');
    assert.deepEqual(Object.values(failed.steps).map(({ state }) => state), ['done', 'failed', 'waiting']);
    assert.deepEqual(lostByRollBack(failed), []);
    assert.match(failed.steps['s1']?.error?.message ?? '', /simulated trouble/);
    assert.ok(failed.steps['s1']?.log?.some((line) => line.includes('simulated trouble')));
    assert.deepEqual((await runs.unfinished()).map(({ id }) => id), [proposal.id]);
    assert.equal((await (await runs.resume(proposal.id)).ended).steps['s1']?.attempts, 2);
    const undone = await (await runs.rollBack(proposal.id)).ended;
    assert.equal(undone.state, 'rolled-back');
    assert.equal(undone.steps['s0~']?.state, 'done');
    assert.deepEqual(await runs.unfinished(), []);
  });

  it('try the fallback when a step fails for good', async () => {
    const client = await faulty('  - { task: { type: qmshutdown, at: 50, message: guest is deaf }, probability: 1 }\n');
    const [target] = (await guestsThat(client, 'running')).filter(({ type }) => type === 'qemu');
    assert.ok(target);
    const ended = await (await runsIn(folder, client).start(proposalOf([{ operation: 'guest.shutdown', target, fallback: 'guest.stop' }]))).ended;
    assert.equal(ended.state, 'succeeded');
    assert.deepEqual([ended.steps['s0']?.state, ended.steps['s0']?.fallback], ['done', true]);
  });

  it('wait for a lock that another task holds', async () => {
    const client = await faulty('  - { path: "/nodes/*/qemu/*/status/start", method: POST, status: 500, message: "VM is locked (backup)", probability: 0.7 }\n');
    const [target] = (await guestsThat(client, 'stopped')).filter(({ type }) => type === 'qemu');
    assert.ok(target);
    const ended = await (await runsIn(folder, client).start(proposalOf([{ operation: 'guest.start', target }]))).ended;
    assert.equal(ended.state, 'succeeded');
  });

  it('do not repeat what cannot succeed', async () => {
    const [target] = await guestsThat(client, 'running');
    assert.ok(target);
    const ended = await (await runsIn(folder, client).start(proposalOf([{ operation: 'guest.start', target: { ...target, vmid: 99_999 } }]))).ended;
    assert.equal(ended.state, 'failed');
    assert.equal(ended.steps['s0']?.attempts, 1);
  });

  it('end their tasks on the cluster when cancelled', async () => {
    const slow = await spawnSimulator('--pace', '8');
    more.push(slow);
    const client = connect(slow);
    const [first, second] = (await guestsThat(client, 'running')).filter(({ type }) => type === 'qemu');
    assert.ok(first && second);
    const runs = runsIn(folder, client);
    const running = await runs.start(proposalOf([{ operation: 'guest.shutdown', target: first }, { operation: 'guest.shutdown', target: second, after: [0] }]));
    for (let i = 0; running.journal.steps['s0']?.state !== 'running'; i++) {
      assert.ok(i < 200);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await running.cancel();
    const ended = await running.ended;
    assert.equal(ended.state, 'cancelled');
    assert.deepEqual([ended.steps['s0']?.state, ended.steps['s1']?.state], ['cancelled', 'waiting']);
    const upid = ended.steps['s0']?.upid ?? '';
    const { exitstatus } = (await client.get(`/nodes/${first.node}/tasks/${encodeURIComponent(upid)}/status`)) as { exitstatus?: string };
    assert.match(exitstatus ?? '', /interrupt|signal|stopp/);
  });

  it('end a task on the cluster whose answer was still on its way when they are cancelled', async () => {
    const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1' } as const;
    const upid = 'UPID:pve1:0000C0DE:00000001:69200000:qmshutdown:100:root@pam:';
    const stopped: string[] = [];
    let outcome: Outcome = { running: upid };
    const driver: Driver = {
      send: (_action, _parameters, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
      follow: (which) => (which === upid && stopped.includes(upid) ? Promise.reject(new StepFailed('task-failed', 'interrupted by signal')) : Promise.reject(new PveError({ kind: 'cancelled', message: 'it goes on' }))),
      stop: (which) => Promise.resolve(void stopped.push(which)),
      outcome: () => Promise.resolve(outcome),
    };
    const cancelled = async (): Promise<StepRecord | undefined> => {
      const proposal = proposalOf([{ operation: 'guest.shutdown', target }]);
      const running = await new Runs({
        folder, driversOf: () => Promise.resolve({ api: driver }), secrets: { secret: () => Promise.resolve(undefined) }, audit: () => Promise.resolve(), clock: systemClock, logger: silentLogger,
      }).start(proposal);
      await eventually(() => Promise.resolve(running.journal.steps['s0']?.state === 'sending'));
      await running.cancel();
      return (await running.ended).steps['s0'];
    };
    const record = await cancelled();
    assert.deepEqual([stopped, record?.state, record?.upid], [[upid], 'cancelled', upid]);
    outcome = 'done';
    assert.equal((await cancelled())?.state, 'done');
    // Told to stop in vain, it goes on, and a retry must not begin a second one.
    outcome = { running: 'UPID:pve1:0000C0DE:00000002:69200000:qmshutdown:100:root@pam:' };
    const deaf = await cancelled();
    assert.deepEqual([deaf?.state, deaf?.upid], ['unknown', outcome.running]);
    stopped.pop();
    // It may still arrive: what is not there yet is not known never to come.
    outcome = 'not-done';
    assert.equal((await cancelled())?.state, 'unknown');
    assert.equal(stopped.length, 1);
  });

  it('ask the cluster first when they are resumed after it did not tell how a step ended', async () => {
    const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1' } as const;
    const upid = 'UPID:pve1:0000C0DE:00000001:69200000:vzdump:100:root@pam:';
    let reachable = false;
    const ways = (['unreachable', 'not-proxmox', 'cancelled', 'unauthorised'] as const).flatMap((kind) => [[kind, true], [kind, false]] as const);
    for (const [kind, answered] of ways) {
      const away = (): Promise<never> => Promise.reject(new PveError({ kind, message: 'nobody answers' }));
      const lost = (): Promise<never> => Promise.reject(new PveError({ kind: 'unreachable', message: 'nobody answers' }));
      const asked: string[] = [];
      const driver: Driver = {
        send: () => (asked.push('send'), answered ? Promise.resolve({ upid }) : kind === 'unauthorised' ? lost() : away()),
        follow: () => (asked.push('follow'), reachable ? Promise.resolve() : away()),
        stop: away,
        outcome: () => (asked.push('outcome'), reachable ? Promise.resolve('done') : away()),
      };
      const runs = new Runs({
        folder, driversOf: () => Promise.resolve({ api: driver, other: driver }), secrets: { secret: () => Promise.resolve(undefined) }, audit: () => Promise.resolve(), clock: systemClock, logger: silentLogger,
        backoff: { first: 1, longest: 2, repetitions: 2 },
      });
      reachable = false;
      const proposal = proposalOf([{ operation: 'guest.backup', target, fallback: 'guest.stop' }, { operation: 'guest.stop', target, after: [0] }]);
      const left = await (await runs.start(proposal)).ended;
      assert.deepEqual([left.state, left.steps['s0']?.state, left.steps['s0']?.error?.kind, left.steps['s1']?.state], ['failed', 'unknown', kind, 'waiting']);
      assert.equal(asked.filter((each) => each === 'send').length, 1);
      await assert.rejects(runs.rollBack(proposal.id), /Resume the run first/);
      asked.length = 0;
      reachable = true;
      const ended = await (await runs.resume(proposal.id)).ended;
      assert.equal(asked[0], answered ? 'follow' : 'outcome');
      assert.equal(ended.steps['s0']?.attempts, 1);
      assert.deepEqual([ended.steps['s0']?.state, ended.steps['s0']?.error], ['done', undefined]);
    }
  });

  it('take an answer that is nothing Proxmox VE sends for no word about the outcome', async () => {
    const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1' } as const;
    const answers: Readonly<Record<string, unknown>> = { '/nodes/pve1/time': { time: 1 }, '/nodes/pve1/tasks': [], '/nodes/pve1/qemu/100/status/current': null };
    const client = { connection: { name: 'Home' }, get: (path: string) => Promise.resolve(answers[path]) } as unknown as PveClient;
    const action = { driver: 'api', operation: 'guest.start', target, parameters: {}, description: 'Start VM 100' };
    await assert.rejects(apiDriver(() => Promise.resolve(client), operationByName).outcome(action, Date.now(), new AbortController().signal), (error) => error instanceof PveError && error.kind === 'not-proxmox' && error.message.includes('Start VM 100'));
  });

  it('complete fifty steps while a fifth of the connections breaks, doing nothing twice', async () => {
    // Before the request was carried out, and after it.
    const client = await faulty('  - { path: "/**", drop: true, probability: 0.1 }\n  - { path: "/**", truncate: true, probability: 0.11 }\n', '--guests', '90', '--nodes', '2', '--seed', '5');
    let targets: Awaited<ReturnType<typeof guestsThat>> = [];
    for (let i = 0; targets.length === 0 && i < 20; i++) targets = await guestsThat(client, 'running').catch(() => []);
    assert.ok(targets.length >= 50, `${targets.length} running guests`);
    const ended = await (await runsIn(folder, client).start(proposalOf(targets.slice(0, 50).map((target) => ({ operation: 'guest.reboot', target }))))).ended;
    assert.deepEqual(Object.entries(ended.steps).filter(([, { state }]) => state !== 'done').slice(0, 3), []);
    assert.equal(ended.state, 'succeeded');
    let begun: Map<string, number> | undefined;
    for (let i = 0; begun === undefined && i < 20; i++) begun = await tasksBegun(client, /reboot/).catch(() => undefined);
    for (const { vmid } of targets.slice(0, 50)) assert.equal(begun?.get(String(vmid)), 1, `guest ${vmid}`);
  });

  it('leave the cluster as it was when a storage fills up midway and the run is rolled back', async () => {
    const client = await faulty('  - { task: { type: qmclone, at: 60, message: "No space left on device" }, probability: 1 }\n');
    const [target, source] = (await guestsThat(client, 'stopped')).filter(({ type }) => type === 'qemu');
    assert.ok(target && source);
    const newid = Number(await client.get('/cluster/nextid'));
    const runs = runsIn(folder, client);
    const proposal = proposalOf([
      { operation: 'guest.start', target, inverse: 'guest.stop' },
      { operation: 'guest.clone', target: source, parameters: { newid, full: true }, after: [0] },
    ]);
    const failed = await (await runs.start(proposal)).ended;
    assert.deepEqual([failed.state, failed.steps['s1']?.state], ['failed', 'failed']);
    assert.match(failed.steps['s1']?.error?.message ?? '', /No space left on device/);
    assert.equal((await (await runs.rollBack(proposal.id)).ended).state, 'rolled-back');
    const after = (await client.get('/cluster/resources', { type: 'vm' })) as { vmid: number; status: string; lock?: string }[];
    assert.equal(after.find(({ vmid }) => vmid === target.vmid)?.status, 'stopped');
    assert.deepEqual(after.filter(({ vmid }) => vmid === newid), []);
    assert.equal(after.find(({ vmid }) => vmid === source.vmid)?.lock, undefined);
  });

  it('undo the making of a guest that was started with it, whether it still runs or not', async () => {
    const runs = runsIn(folder, client);
    const ostemplate = ((await client.get('/nodes/pve1/storage/local/content', { content: 'vztmpl' })) as { volid: string }[])[0]?.volid ?? '';
    const wanted = { qemu: { name: 'undone', memory: 512 }, lxc: { hostname: 'undone', ostemplate, rootfs: 'local-lvm:1' } };
    const vmids: number[] = [];
    for (const [type, stopped] of [['qemu', false], ['qemu', true], ['lxc', false], ['lxc', true]] as const) {
      const vmid = Number(await client.get('/cluster/nextid'));
      vmids.push(vmid);
      const target = { kind: 'guest', type, vmid, node: 'pve1', name: 'undone' } as const;
      const proposal = proposalOf([{ operation: 'guest.create', target, parameters: { ...wanted[type], start: true }, inverse: 'guest.destroy' }]);
      const made = await (await runs.start(proposal)).ended;
      assert.equal(made.state, 'succeeded');
      assert.deepEqual(lostByRollBack(made), [`${type === 'qemu' ? 'VM' : 'Container'} ${vmid} (undone) is destroyed with its disks: what was written to them since is lost for good.`]);
      // It is started by a task of its own, which begins when that of its making has ended.
      await eventually(async () => ((await client.get(`/nodes/pve1/${type}/${vmid}/status/current`)) as { status: string }).status === 'running');
      if (stopped) await client.waitForTask(String(await client.post(`/nodes/pve1/${type}/${vmid}/status/stop`)));
      const undone = await (await runs.rollBack(proposal.id)).ended;
      assert.deepEqual([undone.state, undone.steps['s0~']?.error], ['rolled-back', undefined]);
    }
    const there = (await client.get('/cluster/resources', { type: 'vm' })) as { vmid: number }[];
    assert.deepEqual(there.filter(({ vmid }) => vmids.includes(vmid)), []);
  });

  it('stop a guest once more before they destroy it when it was started meanwhile', async () => {
    const runs = runsIn(folder, client);
    const vmid = Number(await client.get('/cluster/nextid'));
    const target = { kind: 'guest', type: 'qemu', vmid, node: 'pve1', name: 'undone' } as const;
    const proposal = proposalOf([{ operation: 'guest.create', target, parameters: { name: 'undone', memory: 512, start: true, protection: true }, inverse: 'guest.destroy' }]);
    const path = `/nodes/pve1/qemu/${vmid}`;
    const isRunning = async (): Promise<boolean> => ((await client.get(`${path}/status/current`)) as { status: string }).status === 'running';
    await (await runs.start(proposal)).ended;
    await eventually(isRunning);
    const failed = await (await runs.rollBack(proposal.id)).ended;
    assert.deepEqual([failed.state, failed.steps['s0-stop~']?.state, failed.steps['s0~']?.state], ['failed', 'done', 'failed']);
    await client.put(`${path}/config`, { protection: false });
    await client.waitForTask(String(await client.post(`${path}/status/start`)));
    assert.equal((await (await runs.rollBack(proposal.id)).ended).state, 'rolled-back');
  });

  it('go on rolling back where a closed window left it, sending nothing twice', async () => {
    const slow = await spawnSimulator('--pace', '1');
    more.push(slow);
    const client = connect(slow);
    const [target] = (await guestsThat(client, 'running')).filter(({ type }) => type === 'qemu');
    assert.ok(target);
    const proposal = proposalOf([{ operation: 'guest.stop', target, inverse: 'guest.start' }]);
    const closed = runsIn(folder, client);
    assert.equal((await (await closed.start(proposal)).ended).state, 'succeeded');
    const undoing = await closed.rollBack(proposal.id);
    await eventually(() => Promise.resolve(undoing.journal.steps['s0~']?.state === 'running'));
    closed.dispose();
    assert.equal((await undoing.ended).state, 'rolling-back');
    const ended = await (await runsIn(folder, client).rollBack(proposal.id)).ended;
    assert.deepEqual([ended.state, ended.steps['s0~']?.attempts], ['rolled-back', 1]);
    assert.equal((await tasksBegun(client, /^qmstart$/)).get(String(target.vmid)), 1);
  });

  it('do not go forward again from a roll-back that failed', async () => {
    const client = await faulty('  - { task: { type: qmstart, at: 50, message: out of memory }, probability: 1 }\n');
    const [target] = (await guestsThat(client, 'running')).filter(({ type }) => type === 'qemu');
    assert.ok(target);
    const runs = runsIn(folder, client);
    const proposal = proposalOf([{ operation: 'guest.stop', target, inverse: 'guest.start' }]);
    assert.equal((await (await runs.start(proposal)).ended).state, 'succeeded');
    assert.equal((await (await runs.rollBack(proposal.id)).ended).state, 'failed');
    const again = await (await runs.resume(proposal.id)).ended;
    assert.deepEqual([again.state, again.steps['s0~']?.state, again.steps['s0~']?.attempts], ['failed', 'failed', 2]);
  });

  it('say what stands in the way of a migration with local disks', async () => {
    const guests = (await guestsThat(client, 'running')).filter(({ type, node }) => type === 'qemu' && node === 'pve1');
    for (const target of guests) {
      const { local_disks: local } = (await client.get(`/nodes/${target.node}/qemu/${target.vmid}/migrate`)) as { local_disks: unknown[] };
      if (local.length === 0) continue;
      const ended = await (await runsIn(folder, client).start(proposalOf([{ operation: 'guest.migrate', target, parameters: { target: 'pve2', online: true } }]))).ended;
      assert.equal(ended.state, 'failed');
      assert.match([ended.steps['s0']?.error?.message, ...(ended.steps['s0']?.log ?? [])].join('\n'), /local disk/);
      return;
    }
    assert.fail('no guest has local disks');
  });

  it('put ticked safeguards before the steps they guard', () => {
    const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve1' } as const;
    const plain = proposalOf([{ operation: 'guest.stop', target }]);
    const action = { driver: 'api', operation: 'guest.snapshot', target, parameters: { snapname: 'before' }, description: 'Take a snapshot' };
    const guarded = { ...plain, safeguards: [{ id: 'g0', label: 'Snapshot first', recommended: true, action, before: ['s0'] }] };
    assert.deepEqual(withSafeguards(guarded, []), guarded);
    const { steps } = withSafeguards(guarded, ['g0']);
    assert.deepEqual(steps.map(({ id, after, safeguard }) => [id, after, safeguard]), [['guard-g0', [], true], ['s0', ['guard-g0'], undefined]]);
  });

  it('put a safeguard also before what prepares the guarded step, and after what brings the guest there', () => {
    const target = { kind: 'guest', type: 'qemu', vmid: 100, node: 'pve2' } as const;
    const plain = proposalOf([
      { operation: 'guest.migrate', target: { ...target, node: 'pve1' }, parameters: { target: 'pve2' } },
      { operation: 'guest.stop', target, after: [0] },
      { operation: 'guest.destroy', target, after: [1] },
    ]);
    const action = { driver: 'api', operation: 'guest.backup', target, parameters: { storage: 'backup' }, description: 'Back up' };
    const guarded = withSafeguards({ ...plain, safeguards: [{ id: 'g0', label: 'Backup first', recommended: true, action, before: ['s2'] }] }, ['g0']);
    assert.deepEqual(guarded.steps.map(({ id, after }) => [id, after]), [['s0', []], ['guard-g0', ['s0']], ['s1', ['s0', 'guard-g0']], ['s2', ['s1', 'guard-g0']]]);
  });
});
