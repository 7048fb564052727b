import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { rehearse } from '../../../../src/changes/index.ts';
import { stateIdentity } from '../../../../src/terraform/index.ts';
import { applyProcess } from '../../../../src/terraform/apply/apply-process.ts';
import { Twins } from '../../changes/rehearsal/stage.ts';
import { behind, failure, partStates, Stage, TYPE, vm } from './stage.ts';

/** The real Terraform and provider, on a cluster where work goes wrong in the middle. */
describe('An apply that does not come to its end', function () {
  this.timeout(180_000);
  let folder: string;
  before(async () => (folder = await mkdtemp(join(tmpdir(), 'faults-'))));
  after(() => rm(folder, { recursive: true, force: true }));

  const apply = async (stage: Stage, project: string): ReturnType<Stage['door']['run']> => stage.door.run(await stage.propose(project), { safeguards: [] });

  describe('because a task on the cluster fails half-way', () => {
    let stage: Stage;
    before(async () => {
      const faults = join(folder, 'faults.yaml');
      await writeFile(faults, 'faults:\n  - { task: { type: resize, at: 50, message: no space left on device } }\n');
      stage = await Stage.set('--pace', '0.1', '--faults', faults);
    });
    after(() => stage.strike());

    it('says what was done and what was not, and what is planned then is the rest', async () => {
      const code = (size: number, memory = 512): string => `${vm('first', 7101, { memory })}${vm('grows', 7102, { size, more: behind('first') })}${vm('last', 7103, { memory, more: behind('grows') })}`;
      const project = await stage.project('resized', code(1));
      assert.equal((await (await apply(stage, project)).ended).state, 'succeeded');
      await stage.write(project, code(2, 1024));
      const ended = await (await apply(stage, project)).ended;
      assert.deepEqual([ended.state, failure(ended).kind, partStates(ended)], ['failed', 'apply-failed', { first: 'done', grows: 'failed', last: 'skipped' }]);
      assert.match(failure(ended).message, /no space left on device/);
      assert.match(failure(ended).message, /1 of 3 resources are done, and the state says so; plan again for the rest\.$/m);
      assert.match(Object.values(ended.steps)[0]?.parts?.[`${TYPE}.grows`]?.error ?? '', /no space left on device/);
      const rest = await stage.propose(project);
      assert.deepEqual(rest.steps[0]?.parts?.map(({ id, action }) => [id.replace(/^.*\./, ''), action]), [['grows', 'update'], ['last', 'update']]);
      // What failed is as it was; what is left can be done without it.
      await stage.write(project, code(1, 1024));
      assert.equal((await (await apply(stage, project)).ended).state, 'succeeded');
      assert.equal((await stage.plan(project)).wish, undefined, 'nothing is left to do');
    });
  });

  describe('because somebody cancels it', () => {
    let stage: Stage;
    before(async () => (stage = await Stage.set('--pace', '6')));
    after(() => stage.strike());

    /** How often Terraform was interrupted, in its own words. */
    const interrupts = async (log: string): Promise<{ first: number; second: number }> => {
      const text = await readFile(log, 'utf8');
      return { first: text.match(/Interrupt received/g)?.length ?? 0, second: text.match(/Two interrupts received/g)?.length ?? 0 };
    };
    const begin = async (project: string, label: string): Promise<Awaited<ReturnType<typeof apply>>> => {
      const running = await apply(stage, project);
      if (partStates(running.journal)[label] !== 'running') await new Promise<void>((resolve) => running.onDidChange((journal) => partStates(journal)[label] === 'running' && resolve()));
      return running;
    };

    it('is interrupted once, however often that is said, and the state knows what was made', async () => {
      const project = await stage.project('once', `${vm('c0', 7111)}${vm('c1', 7112, { more: behind('c0') })}`);
      const running = await begin(project, 'c0');
      const { log } = stage.placeOf(running.journal.proposal);
      await Promise.all([running.cancel(), running.cancel()]);
      const ended = await running.ended;
      assert.deepEqual([ended.state, partStates(ended)['c1']], ['cancelled', 'skipped']);
      assert.deepEqual(await interrupts(log), { first: 1, second: 0 });
      assert.ok((await stateIdentity(stage.real.terraform.path, stage.at(project)))?.serial);
    });

    it('ends at once when it is insisted on, and says of what is not known that it is not', async () => {
      const project = await stage.project('insisted', `${vm('i0', 7121)}${vm('i1', 7122, { more: behind('i0') })}`);
      const running = await begin(project, 'i0');
      const { log, planFile } = stage.placeOf(running.journal.proposal);
      const cancelled = running.cancel();
      while ((await interrupts(log)).first === 0) await new Promise((resolve) => setTimeout(resolve, 50));
      await running.insist();
      await cancelled;
      const ended = await running.ended;
      assert.deepEqual(await interrupts(log), { first: 1, second: 1 });
      assert.equal(await applyProcess(planFile), undefined);
      assert.deepEqual([ended.state, partStates(ended)['i1']], ['cancelled', 'skipped']);
      assert.notEqual(partStates(ended)['i0'], 'done');
      // The state is whole, and what is planned then takes up what there is.
      assert.ok((await stage.plan(project)).wish);
    });
  });

  describe('seen beforehand', () => {
    let stage: Stage;
    before(async () => (stage = await Stage.set('--pace', '0.1')));
    after(() => stage.strike());

    it('is what a rehearsal says, resource by resource, and nothing has happened', async () => {
      const project = await stage.project('foreseen', `${vm('fits', 7131)}${vm('huge', 7132, { size: 9_000_000, more: behind('fits') })}${vm('after', 7133, { more: behind('huge') })}`);
      const proposal = await stage.propose(project);
      const twins = new Twins();
      const report = await rehearse(proposal, { client: stage.client, inventory: stage.inventory, startTwin: twins.start, contributions: [stage.contribution()] });
      const [step] = report.steps;
      assert.deepEqual([report.succeeded, step?.result], [false, 'would-fail']);
      assert.deepEqual(step?.parts?.map(({ part, result }) => [part.replace(/^.*\./, ''), result]), [['after', 'not-reached'], ['fits', 'would-succeed'], ['huge', 'would-fail']]);
      assert.match(step?.message ?? '', /space|size/i);
      assert.equal(await stateIdentity(stage.real.terraform.path, stage.at(project)), undefined);
      assert.deepEqual(((await stage.client.get('/cluster/resources', { type: 'vm' })) as { vmid: number }[]).filter(({ vmid }) => vmid > 7100 && vmid < 7200), []);
    });
  });
});
