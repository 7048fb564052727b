import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import type { Journal, Proposal, Running } from '../../../../src/changes/index.ts';
import { Refusal, rehearse, verifyAuditLog } from '../../../../src/changes/index.ts';
import { runTerraform, stateIdentity, TerraformFailed } from '../../../../src/terraform/index.ts';
import { applyProcess } from '../../../../src/terraform/apply/apply-process.ts';
import { Twins } from '../../changes/rehearsal/stage.ts';
import { behind, failure, partStates, Stage, TYPE, vm } from './stage.ts';

/** The real provider with the real Terraform, through the one door, to the simulator. */
describe('Applying a plan through the door', function () {
  this.timeout(120_000);
  let stage: Stage;
  before(async () => (stage = await Stage.set('--pace', '0.1')));
  after(() => stage.strike());

  const run = async (proposal: Proposal, typed?: string): Promise<Running> => stage.door.run(proposal, { safeguards: [], ...(typed === undefined ? {} : { typed }) });
  const vmids = async (): Promise<number[]> => ((await stage.client.get('/cluster/resources', { type: 'vm' })) as { vmid: number }[]).map(({ vmid }) => vmid).filter((vmid) => vmid >= 7000 && vmid < 8000).sort();
  /** How often somebody began to create each. */
  const creations = async (): Promise<string[]> => ((await stage.client.get('/nodes/pve1/tasks', { limit: 500, typefilter: 'qmcreate', source: 'all' })) as { id: string }[]).map(({ id }) => id);

  it('rehearses, creates, changes and destroys what was reviewed, resource by resource', async () => {
    const folder = await stage.project('story', vm('web', 7001));
    const first = await stage.propose(folder);
    assert.equal(first.summary, 'Apply the plan of story: 1 to create');
    const kept = stage.placeOf(first);
    const modes = await Promise.all([kept.folder, kept.planFile, kept.json].map(async (file) => ((await stat(file)).mode & 0o777).toString(8)));
    assert.deepEqual(modes, ['700', '600', '600']);
    const twins = new Twins();
    const report = await rehearse(first, { client: stage.client, inventory: stage.inventory, startTwin: twins.start, contributions: [stage.contribution()] });
    assert.deepEqual([report.succeeded, report.steps[0]?.parts, report.guests.map(({ vmid, change }) => [vmid, change])], [true, [{ part: `${TYPE}.web`, result: 'would-succeed' }], [[7001, 'added']]]);
    assert.deepEqual([await vmids(), twins.leftBehind()], [[], []]);

    const running = await run(first);
    const seen = new Set<string>();
    running.onDidChange((journal) => seen.add(partStates(journal)['web'] ?? ''));
    assert.equal((await running.ended).state, 'succeeded');
    assert.deepEqual([...seen], ['waiting', 'running', 'done']);
    assert.deepEqual(await vmids(), [7001]);
    assert.deepEqual((await readdir(kept.folder)).sort(), ['apply.err', 'apply.jsonl', 'record.json'], 'the plan file holds secrets, and is gone');

    await stage.write(folder, vm('web', 7001, { memory: 1024 }));
    const change = await stage.propose(folder);
    const [part] = change.steps[0]?.parts ?? [];
    assert.deepEqual(part?.attributes, [{ path: 'memory[0].dedicated', before: 512, after: 1024, consequence: 'restart' }]);
    assert.deepEqual(change.effect.interruptions, ['VM 7001 (web) is stopped at once, as if its power failed (its guest agent is not enabled), and started again.']);
    assert.deepEqual(change.safeguards.map(({ label }) => label), ['Take a snapshot of VM 7001 (web) first']);
    assert.equal((await stage.door.decide(change)).demand, 'confirm');
    const guarded = await (await stage.door.run(change, { safeguards: change.safeguards.map(({ id }) => id) })).ended;
    assert.deepEqual(Object.values(guarded.steps).map(({ state }) => state), ['done', 'done']);

    const end = await stage.propose(folder, { destroy: true });
    const decision = await stage.door.decide(end);
    assert.deepEqual([decision.demand, decision.confirmation, end.risk.level], ['type-the-name', 'web', 'critical']);
    assert.deepEqual(end.safeguards.map(({ label, recommended }) => [label.replace(/ to \S+ first/, ''), recommended]), [['Back up VM 7001 (web)', true]]);
    await assert.rejects(run(end, 'wab'), Refusal);
    assert.equal((await (await run(end, 'web')).ended).state, 'succeeded');
    assert.deepEqual(await vmids(), []);
    assert.ok((await verifyAuditLog(join(stage.home, 'audit'))).ok);
    for (const file of await readdir(join(stage.home, 'runs'))) assert.ok(!(await readFile(join(stage.home, 'runs', file), 'utf8')).includes(stage.simulator.tokenSecret), file);
  });

  it('refuses a plan that has gone stale, as Terraform itself does', async () => {
    const folder = await stage.project('stale', vm('stale', 7002));
    const [one, other] = [await stage.propose(folder), await stage.propose(folder)];
    const planFile = join(stage.home, 'stale-plan');
    await copyFile(stage.placeOf(other).planFile, planFile);
    assert.equal((await (await run(one)).ended).state, 'succeeded');
    const ended = await (await run(other)).ended;
    assert.deepEqual([ended.state, failure(ended).kind], ['failed', 'stale-plan']);
    assert.match(failure(ended).message, /The state has changed since the plan was made .*Plan again/);
    const ran = await runTerraform(stage.real.terraform.path, ['apply', '-no-color', '-input=false', planFile], { folder, environment: stage.environment });
    assert.equal(new TerraformFailed(ran.errors).kind, 'stale-plan');
    assert.equal((await stage.plan(folder)).wish, undefined, 'nothing is left to do');
  });

  it('says what was done and what was not when it fails half-way, and does not apply the same plan again', async () => {
    const code = `${vm('good', 7010)}${vm('huge', 7011, { size: 9_000_000, more: behind('good') })}${vm('never', 7012, { more: behind('huge') })}`;
    const folder = await stage.project('half', code);
    const proposal = await stage.propose(folder);
    assert.ok(proposal.risk.reasons.some(({ text }) => /local-lvm on pve1 may run full/.test(text)));
    const ended = await (await run(proposal)).ended;
    assert.deepEqual([ended.state, failure(ended).kind, partStates(ended)], ['failed', 'apply-failed', { good: 'done', huge: 'failed', never: 'skipped' }]);
    assert.match(failure(ended).message, /1 of 3 resources are done, and the state says so; plan again for the rest\./);
    assert.match(Object.values(ended.steps)[0]?.parts?.[`${TYPE}.huge`]?.error ?? '', /space|size/i);
    const again = await (await stage.door.resume(proposal.id)).ended;
    assert.equal(failure(again).kind, 'stale-plan');
    await stage.write(folder, code.replace('9000000', '1'));
    const rest = await stage.plan(folder);
    assert.ok(/^(?:1 to create, 1 to replace|2 to create)$/.test(rest.inWords), rest.inWords);
  });

  it('refuses to destroy what is protected, and lets the plan go when it is declined', async () => {
    const folder = await stage.project('protected', vm('kept', 7020));
    await (await run(await stage.propose(folder))).ended;
    const wanted = await stage.propose(folder, { destroy: true });
    const kept = stage.placeOf(wanted);
    await stage.door.decline(wanted);
    await assert.rejects(stat(kept.folder), /ENOENT/);
    await assert.rejects(stage.door.propose(stage.asking, [{ operation: 'terraform.apply', target: wanted.steps[0]!.target, parameters: wanted.steps[0]!.parameters }]), /The plan is not there any more\. Plan again\./);
    await stage.client.put('/nodes/pve1/qemu/7020/config', { protection: 1 });
    await assert.rejects(stage.propose(folder, { destroy: true }), /VM 7020 \(kept\) is protected; unprotect it first\./);
  });

  it('ends gracefully when it is cancelled, and keeps the state', async () => {
    const folder = await stage.project('cancelled', `${vm('c0', 7030)}${vm('c1', 7031, { more: behind('c0') })}${vm('c2', 7032, { more: behind('c1') })}`);
    const running = await run(await stage.propose(folder));
    await new Promise<void>((resolve) => running.onDidChange((journal) => partStates(journal)['c1'] === 'running' && resolve()));
    await running.cancel();
    const ended = await running.ended;
    assert.equal(ended.state, 'cancelled');
    assert.deepEqual([partStates(ended)['c0'], partStates(ended)['c2']], ['done', 'skipped']);
    const there = (await vmids()).filter((vmid) => vmid >= 7030 && vmid < 7040);
    const rest = await stage.plan(folder);
    // What is on the cluster is in the state: nothing is made twice, and nothing is forgotten.
    assert.equal(rest.counts.create + rest.counts.replace, there.includes(7031) && rest.counts.replace === 0 ? 1 : 2);
    assert.ok((await stateIdentity(stage.real.terraform.path, { folder, environment: stage.environment }))?.serial);
  });

  describe('whose process is killed', () => {
    const four = (first: number): string => [0, 1, 2, 3].map((index) => vm(`k${index}`, first + index, { more: index === 0 ? '' : behind(`k${index - 1}`) })).join('');

    /** Runs it in a process of its own and kills that the moment its journal shows the part running. */
    const killAt = async (proposal: Proposal, folder: string, label: string): Promise<void> => {
      const input = join(stage.home, `${proposal.id}.input`);
      await writeFile(input, JSON.stringify({ home: stage.home, surroundings: stage.at(folder), proposal, connection: stage.client.connection }), { mode: 0o600 });
      const child: ChildProcess = spawn(process.execPath, [join(import.meta.dirname, 'apply-worker.ts'), input], { stdio: 'ignore' });
      const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      for (;;) {
        const text = await readFile(join(stage.home, 'runs', `${proposal.id}.json`), 'utf8').catch(() => '');
        if (text !== '' && partStates(JSON.parse(text) as Journal)[label] === 'running') break;
        assert.equal(child.exitCode, null, 'it ended by itself');
        await delay(5);
      }
      child.kill('SIGKILL');
      await gone;
    };

    it('lets Terraform finish, and the next session follows it: nothing is applied twice', async () => {
      const folder = await stage.project('killed', four(7040));
      const proposal = await stage.propose(folder);
      await killAt(proposal, folder, 'k1');
      assert.ok(await applyProcess(stage.placeOf(proposal).planFile), 'Terraform goes on');
      const door = stage.openDoor();
      assert.ok((await door.unfinished()).some(({ id }) => id === proposal.id));
      const ended = await (await door.resume(proposal.id)).ended;
      assert.deepEqual([ended.state, partStates(ended)], ['succeeded', { k0: 'done', k1: 'done', k2: 'done', k3: 'done' }]);
      const begun = await creations();
      for (const vmid of [7040, 7041, 7042, 7043]) assert.equal(begun.filter((id) => id === String(vmid)).length, 1, `VM ${vmid}`);
      door.dispose();
    });

    it('reads from the state how far Terraform came that was killed with it', async () => {
      const folder = await stage.project('both-killed', four(7050));
      const proposal = await stage.propose(folder);
      const { planFile } = stage.placeOf(proposal);
      await killAt(proposal, folder, 'k1');
      const pid = await applyProcess(planFile);
      assert.ok(pid);
      process.kill(pid, 'SIGKILL');
      while ((await applyProcess(planFile)) !== undefined) await delay(20);
      const door = stage.openDoor();
      const ended = await (await door.resume(proposal.id)).ended;
      assert.equal(ended.state, 'failed');
      assert.match(failure(ended).message, /^Terraform was ended before it had finished\.\n1 of 4 resources are done/);
      assert.deepEqual(partStates(ended), { k0: 'done', k1: 'unknown', k2: 'skipped', k3: 'skipped' });
      const again = await (await door.resume(proposal.id)).ended;
      assert.equal(failure(again).kind, 'stale-plan', 'never again the same plan');
      assert.equal((await creations()).filter((id) => id === '7051').length <= 1, true);
      door.dispose();
    });
  });
});
