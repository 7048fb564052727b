import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { findTerraform, init, plan, type RunSettings, stateLock, type Terraform, TerraformFailed } from '../../../../src/terraform/index.ts';

describe('What the user’s environment tells Terraform', () => {
  let folder: string;
  let terraform: Terraform;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'environment-'));
    const found = await findTerraform(process.env);
    assert(found !== undefined);
    terraform = found;
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const run = (more: NodeJS.ProcessEnv): RunSettings => ({ folder, environment: { ...process.env, ...more } });

  it('may be to tell by the exit code of a plan whether it changes something', async () => {
    await writeFile(join(folder, 'main.tf'), 'resource "terraform_data" "new" {}\n');
    const settings = run({ TF_CLI_ARGS_plan: '-detailed-exitcode' });
    await init(terraform.path, settings);
    assert.equal((await plan(terraform.path, join(folder, 'plan'), settings)).summary.add, 1);
    assert.equal(await stateLock(terraform.path, settings), undefined);
  });

  it('to write a log, which stands in its file and never among what went wrong', async () => {
    await writeFile(join(folder, 'main.tf'), 'resource "terraform_data" {\n');
    const failure = async (more: NodeJS.ProcessEnv): Promise<TerraformFailed> => {
      const error: unknown = await init(terraform.path, run(more)).then(() => undefined, (reason: unknown) => reason);
      assert.ok(error instanceof TerraformFailed, String(error));
      return error;
    };
    const { message, kind } = await failure({});
    const logged = await failure({ TF_LOG: 'trace', TF_LOG_CORE: 'trace' });
    assert.deepEqual([logged.message, logged.kind], [message, kind]);
    const file = join(folder, 'terraform.log');
    assert.equal((await failure({ TF_LOG: 'trace', TF_LOG_PATH: file })).message, message);
    assert.match(await readFile(file, 'utf8'), /\[(?:INFO|DEBUG|TRACE)\]/);
  });
});
