import { strict as assert } from 'node:assert';
import { mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { init } from '../../../../src/terraform/index.ts';
import { failure, partStates, PROVIDER, Stage } from './stage.ts';

/** Resources that exist in the state only: what is looked at here is the plan, not the cluster. */
const thing = (name: string, input: string): string => `resource "terraform_data" "${name}" {\n  input = ${input}\n}\n`;

describe('A plan that is not what is wanted any more', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async () => (stage = await Stage.set('--guests', '0', '--nodes', '1')));
  after(() => stage.strike());

  const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);

  it('is refused when code, a module or a variables file is another one, before anything is touched, and its secrets go', async () => {
    const folder = await stage.real.projectFolder('changed');
    await mkdir(join(folder, '..', 'changed-module'));
    await writeFile(join(folder, '..', 'changed-module', 'main.tf'), thing('inner', '1'));
    await writeFile(join(folder, 'sizes.tfvars'), 'size = 1\n');
    await writeFile(join(folder, 'terraform.tfvars'), 'colour = "red"\n');
    await stage.write(folder, `variable "size" {}\nvariable "colour" {}\n${thing('a', '[var.size, var.colour]')}module "m" {\n  source = "../changed-module"\n}\n`);
    await init(stage.real.terraform.path, stage.at(folder));
    const edits: readonly (readonly [string, () => Promise<void>])[] = [
      ['main.tf', () => stage.write(folder, `variable "size" {}\nvariable "colour" {}\n${thing('a', '[var.size, var.colour, 2]')}module "m" {\n  source = "../changed-module"\n}\n`)],
      ['more.tf', () => writeFile(join(folder, 'more.tf'), thing('b', '1'))],
      ['more.tf', () => rename(join(folder, 'more.tf'), join(folder, 'more.txt'))],
      ['../changed-module/main.tf', () => writeFile(join(folder, '..', 'changed-module', 'main.tf'), thing('inner', '2'))],
      ['sizes.tfvars', () => writeFile(join(folder, 'sizes.tfvars'), 'size = 2\n')],
      ['terraform.tfvars', () => writeFile(join(folder, 'terraform.tfvars'), 'colour = "blue"\n')],
    ];
    for (const [file, edit] of edits) {
      const proposal = await stage.propose(folder, { variableFiles: ['sizes.tfvars'] });
      await edit();
      const ended = await (await stage.door.run(proposal, { safeguards: [] })).ended;
      assert.deepEqual([ended.state, failure(ended)], ['failed', { kind: 'stale-plan', message: `${file} has changed since the plan was made. Plan again, and review what is different.` }]);
      assert.deepEqual([...new Set(Object.values(partStates(ended)))], ['skipped']);
      const { planFile, json, log } = stage.placeOf(proposal);
      assert.deepEqual([await exists(planFile), await exists(json), await exists(log)], [false, false, false]);
    }
    await writeFile(join(folder, 'README.md'), 'What is no code may change.\n');
    const last = await stage.propose(folder, { variableFiles: ['sizes.tfvars'] });
    await writeFile(join(folder, 'README.md'), 'It does.\n');
    assert.equal((await (await stage.door.run(last, { safeguards: [] })).ended).state, 'succeeded');
  });

  it('is refused when a file that the code reads is another one, however it is named, and only then', async () => {
    const folder = await stage.real.projectFolder('reads');
    const outside = join(folder, '..', 'outside.txt');
    const write = async (file: string, text: string): Promise<void> => {
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
    };
    const files = ['user data.yml', 'greeting.tftpl', 'logo.bin', 'sets/a.yml', 'sets/b.yml', 'sets/notes.txt', 'parts/web.json', 'by-local.txt', 'by-variable.txt', 'in-heredoc.txt', 'inner/within.txt', 'unused.txt'];
    for (const file of files) await write(join(folder, file), `${file}\n`);
    await write(outside, 'outside\n');
    await write(join(folder, 'inner', 'main.tf'), thing('inner', 'file("${path.module}/within.txt")'));
    await write(join(folder, 'named.auto.tfvars'), 'named = "by-variable.txt"\n');
    await stage.write(folder, [
      'variable "named" {}\n', 'locals {\n  # file("unused.txt")\n  path = "by-local.txt"\n}\n', 'module "inner" {\n  source = "./inner"\n}\n',
      thing('a', '[file("user data.yml"), templatefile("${path.module}/greeting.tftpl", { who = "me" }), filebase64("${path.root}/logo.bin")]'),
      thing('b', '[for each in fileset("${path.module}/sets", "*.yml") : file("${path.module}/sets/${each}")]'),
      thing('c', `[file(local.path), file(var.named), file("${outside}"), [for name in ["web"] : file("parts/\${name}.json")]]`),
      thing('d', '<<-EOT\n    $${file("unused.txt")} # ${join(",", [for each in [1] : "}"])}\n    ${file("in-heredoc.txt")}\n  EOT\n'),
    ].join(''));
    await init(stage.real.terraform.path, stage.at(folder));
    const edits = ['user data.yml', 'greeting.tftpl', 'logo.bin', 'sets/a.yml', 'sets/c.yml', 'parts/web.json', 'by-local.txt', 'by-variable.txt', 'in-heredoc.txt', 'inner/within.txt', '../outside.txt'];
    for (const file of edits) {
      const proposal = await stage.propose(folder);
      await write(join(folder, file), 'edited\n');
      const ended = await (await stage.door.run(proposal, { safeguards: [] })).ended;
      assert.deepEqual([ended.state, failure(ended).kind, failure(ended).message], ['failed', 'stale-plan', `${file} has changed since the plan was made. Plan again, and review what is different.`]);
    }
    const last = await stage.propose(folder);
    for (const file of ['README.md', 'unused.txt', 'inner/README.md']) await write(join(folder, file), 'Nobody reads this.\n');
    assert.equal((await (await stage.door.run(last, { safeguards: [] })).ended).state, 'succeeded');
  });

  it('is refused when its file is another one than was reviewed', async () => {
    const folder = await stage.project('exchanged', thing('a', '1'));
    const reviewed = await stage.propose(folder);
    await stage.write(folder, thing('b', '2'));
    const other = await stage.propose(folder);
    await rename(stage.placeOf(other).planFile, stage.placeOf(reviewed).planFile);
    const ended = await (await stage.door.run(reviewed, { safeguards: [] })).ended;
    assert.deepEqual(failure(ended), { kind: 'stale-plan', message: 'The plan is not the one that was reviewed. Plan again.' });
  });

  it('goes after a day, and all that is known of it after a week', async () => {
    const folder = await stage.project('old', thing('a', '1'));
    const proposal = await stage.propose(folder);
    const place = stage.placeOf(proposal);
    const ago = async (hours: number, ...paths: string[]): Promise<void> => {
      const then = Date.now() / 1000 - hours * 3600;
      for (const path of paths) await utimes(path, then, then);
    };
    await ago(23, place.planFile);
    await stage.plans.sweep();
    assert.ok(await exists(place.planFile));
    await ago(25, place.planFile);
    await stage.plans.sweep();
    assert.deepEqual([await exists(place.planFile), await exists(place.json), await exists(place.record)], [false, false, true]);
    const ended = await (await stage.door.run(proposal, { safeguards: [] })).ended;
    assert.deepEqual(failure(ended), { kind: 'stale-plan', message: 'The plan is too old and was taken away. Plan again.' });
    await ago(24 * 8, place.folder);
    await stage.plans.sweep();
    assert.equal(await exists(place.folder), false);
  });

  it('is not made while a state waits to be saved that an apply left behind', async () => {
    const folder = await stage.project('unsaved', thing('a', '1'));
    await (await stage.door.run(await stage.propose(folder), { safeguards: [] })).ended;
    await rename(join(folder, 'terraform.tfstate'), join(folder, 'errored.tfstate'));
    await assert.rejects(stage.plan(folder), { kind: 'unsaved-state', message: `An apply could not save its state, and left it as errored.tfstate in ${folder}.\nRun “terraform state push errored.tfstate” in the folder, then plan again.` });
    await rename(join(folder, 'errored.tfstate'), join(folder, 'terraform.tfstate'));
    await writeFile(join(folder, 'errored.tfstate'), '{"lineage":"of-another-project","serial":9}');
    await writeFile(join(folder, 'main.tf'), `${PROVIDER}${thing('a', '1')}`);
    assert.equal((await stage.plan(folder)).wish, undefined);
  });
});
