import { strict as assert } from 'node:assert';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { newWorkspace, workspaces } from '../../../../src/terraform/index.ts';
import { partStates, Stage } from './stage.ts';

/** What a person chooses for a plan. */
describe('A plan', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async () => (stage = await Stage.set('--guests', '0', '--nodes', '1')));
  after(() => stage.strike());

  it('is of one workspace, confined to targets, and made with variables files; replacing and destroying are told apart', async () => {
    const folder = await stage.project('choices', 'variable "a" {}\nvariable "b" {}\nresource "terraform_data" "a" {\n  input            = var.a\n  triggers_replace = var.a\n}\nresource "terraform_data" "b" {\n  input = var.b\n}\n');
    await writeFile(join(folder, 'usual.auto.tfvars'), 'a = 1\nb = 1\n');
    await writeFile(join(folder, 'other.tfvars'), 'a = 2\n');
    await newWorkspace(stage.real.terraform.path, 'staging', stage.at(folder));
    const settings = stage.at(folder);
    assert.deepEqual(await workspaces(settings.terraform.path, settings), { all: ['default', 'staging'], selected: 'staging' });
    const one = await stage.propose(folder, { targets: ['terraform_data.a'] });
    assert.equal(one.summary, 'Apply the plan of choices (staging): 1 to create');
    assert.deepEqual(partStates(await (await stage.door.run(one, { safeguards: [] })).ended), { a: 'done' });
    assert.equal((await stage.plan(folder)).inWords, '1 to create');
    assert.equal((await stage.plan(folder, { workspace: 'default' })).inWords, '2 to create', 'another workspace, another state');
    assert.equal((await stage.plan(folder, { variableFiles: ['other.tfvars'] })).inWords, '1 to create, 1 to replace');
    assert.equal((await stage.plan(folder, { destroy: true })).inWords, '1 to destroy');
  });
});
