import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { init, makePlan, pushUnsavedState, type Surroundings, TerraformFailed } from '../../../../src/terraform/index.ts';
import { PostgresServer } from '../../../support/postgres.ts';
import { failure, partStates, Stage } from './stage.ts';

const thing = (input: number): string => `terraform {\n  backend "pg" {}\n}\nresource "terraform_data" "a" {\n  input = ${input}\n}\n`;

/** The states of projects in a real PostgreSQL. */
describe('A state in PostgreSQL', function () {
  this.timeout(60_000);
  let stage: Stage;
  let postgres: PostgresServer;
  before(async () => {
    [stage, postgres] = await Promise.all([Stage.set('--guests', '0', '--nodes', '1'), PostgresServer.set()]);
    stage.environment['PG_CONN_STR'] = postgres.url;
  });
  after(async () => {
    await stage.strike();
    await postgres.strike();
  });

  it('is planned on and applied to, goes stale, and its password is written nowhere', async () => {
    const folder = await stage.project('remote', thing(1));
    const [one, other] = [await stage.propose(folder), await stage.propose(folder)];
    const ended = await (await stage.door.run(one, { safeguards: [] })).ended;
    assert.deepEqual([ended.state, partStates(ended)], ['succeeded', { a: 'done' }]);
    assert.equal(failure(await (await stage.door.run(other, { safeguards: [] })).ended).kind, 'stale-plan');
    assert.equal((await stage.plan(folder)).wish, undefined);
    for (const file of await readdir(join(stage.home, 'runs'))) assert.ok(!(await readFile(join(stage.home, 'runs', file), 'utf8')).includes(postgres.password), file);
  });

  it('is shown as locked while another client works on it', async () => {
    const gate = join(stage.home, 'gate');
    const begun = join(stage.home, 'begun');
    const folder = await stage.real.projectFolder('shared');
    await stage.write(folder, `terraform {\n  backend "pg" {\n    schema_name = "shared"\n  }\n}\nresource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "touch '${begun}'; while [ ! -e '${gate}' ]; do sleep 0.05; done"\n  }\n}\n`);
    const where: Surroundings = stage.at(folder);
    await init(stage.real.terraform.path, where);
    const other: ChildProcess = spawn(stage.real.terraform.path, ['apply', '-auto-approve', '-no-color'], { cwd: folder, env: stage.environment, stdio: 'ignore' });
    const gone = new Promise((resolve) => other.once('exit', resolve));
    try {
      while ((await readFile(begun).then(() => false, () => true)) && other.exitCode === null) await new Promise((resolve) => setImmediate(resolve));
      const error: unknown = await makePlan(where, stage.plans).then(() => undefined, (reason: unknown) => reason);
      assert.ok(error instanceof TerraformFailed, String(error));
      assert.equal(error.kind, 'state-locked', error.message);
      assert.match(error.message, /^The state is locked by somebody\. .*nobody can take it away.* Whose it is, and since when, the database tells: select .* from pg_stat_activity /);
      assert.deepEqual([error.lock?.who, error.lock?.untilProcessEnds], [undefined, true], 'what Terraform tells is about its own attempt');
    } finally {
      await writeFile(gate, '');
      await gone;
    }
    assert.equal((await makePlan(where, stage.plans)).wish, undefined);
  });

  it('is kept in a file when the database goes away during an apply, and saved from there when it is back', async () => {
    const gate = join(stage.home, 'gate-broken');
    const begun = join(stage.home, 'begun-broken');
    const code = `terraform {\n  backend "pg" {\n    schema_name = "broken"\n  }\n}\nresource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "touch '${begun}'; while [ ! -e '${gate}' ]; do sleep 0.05; done"\n  }\n}\n`;
    const folder = await stage.project('broken', code);
    const running = await stage.door.run(await stage.propose(folder), { safeguards: [] });
    while (await readFile(begun).then(() => false, () => true)) await new Promise((resolve) => setTimeout(resolve, 20));
    await postgres.halt();
    await writeFile(gate, '');
    const ended = await running.ended;
    assert.deepEqual([ended.state, partStates(ended)], ['failed', { slow: 'done' }]);
    const { kind, message } = failure(ended);
    assert.equal(kind, 'backend', message);
    assert.match(message, /^1 of 1 resource is done, but the state that says so is not saved\.$/m);
    assert.ok(message.endsWith(`The state could not be saved. It is in errored.tfstate in ${folder}: run “terraform state push errored.tfstate” before anything else, or plan, which offers it.`), message);
    assert.ok(!message.includes(postgres.password));

    await postgres.start();
    // Planned now, the resource would be made once more.
    await assert.rejects(stage.plan(folder), (error) => error instanceof TerraformFailed && error.kind === 'unsaved-state');
    await pushUnsavedState(stage.real.terraform.path, stage.at(folder));
    assert.deepEqual((await readdir(folder)).filter((name) => name.startsWith('errored')), []);
    assert.equal((await stage.plan(folder)).wish, undefined, 'what was made is known');
  });
});
