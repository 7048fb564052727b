import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { after, before, describe, it } from 'mocha';
import { findProgram } from '../../../../src/editor/terraform/projects/program.ts';
import { findTerraform, init, makePlan, type Surroundings, TerraformFailed, validate } from '../../../../src/terraform/index.ts';
import { PROVIDER, Stage, vm } from './stage.ts';

/** What a person meets on the way to a plan, with the real program and the real provider. */
describe('What hinders a plan', function () {
  this.timeout(60_000);
  let stage: Stage;
  before(async () => (stage = await Stage.set('--guests', '0', '--nodes', '1')));
  after(() => stage.strike());

  const failed = async (folder: string, other: Partial<Surroundings> = {}, lockTimeout?: number): Promise<TerraformFailed> => {
    const error: unknown = await makePlan({ ...stage.at(folder), ...other, lockTimeout }, stage.plans).then(() => undefined, (reason: unknown) => reason);
    assert.ok(error instanceof TerraformFailed, `It was planned, or failed otherwise: ${String(error)}`);
    return error;
  };
  /** A program that calls itself Terraform, and is it but for what the lines do first. */
  const wrapped = async (name: string, ...lines: string[]): Promise<string> => {
    const path = join(stage.home, name, 'terraform');
    await mkdir(join(stage.home, name));
    await writeFile(path, ['#!/bin/sh', `real='${stage.real.terraform.path}'`, ...lines, 'exec "$real" "$@"', ''].join('\n'));
    await chmod(path, 0o755);
    return path;
  };

  it('finds no program, one that does not run, and one that is too old', async () => {
    const nowhere = { PATH: join(stage.home, 'nowhere') };
    assert.equal(await findTerraform(nowhere), undefined);
    await assert.rejects(findProgram(nowhere, ''), { kind: 'program-missing', message: /Neither Terraform nor OpenTofu is on the PATH\. Install one/ });
    await assert.rejects(findProgram(nowhere, '/bin/false'), { kind: 'program-missing', message: /“\/bin\/false” is not a Terraform or OpenTofu that runs/ });
    const old = await wrapped('old', 'if [ "$1" = version ]; then echo "Terraform v1.4.6"; echo "on linux_amd64"; exit 0; fi');
    await assert.rejects(findProgram({ PATH: [join(old, '..'), '/bin', '/usr/bin'].join(delimiter) }, ''), { kind: 'program-too-old', message: /is version 1\.4\.6\. Version 1\.5 or later is needed\./ });
    const { kind, message } = await failed(await stage.project('no-program', ''), { terraform: { path: join(stage.home, 'gone'), product: 'terraform', version: '1.11.4' } });
    assert.deepEqual([kind, /gone cannot be started: .*ENOENT/.test(message)], ['not-started', true]);
  });

  it('wants “init” first, and the provider to be there', async () => {
    const folder = await stage.real.projectFolder('no-init');
    await stage.write(folder, vm('web', 7001));
    const first = await failed(folder);
    assert.ok(first.kind === 'init-needed' || first.kind === 'provider-missing', first.kind);
    assert.match(first.message, /Run “terraform init” in the folder/);
    await assert.rejects(validate(stage.real.terraform.path, stage.at(folder)), (error: TerraformFailed) => error.kind === first.kind);
    await init(stage.real.terraform.path, stage.at(folder));
    await rm(join(folder, '.terraform', 'providers'), { recursive: true });
    const second = await failed(folder);
    assert.deepEqual([second.kind, /Run “terraform init” in the folder to install it, then plan again\./.test(second.message)], ['provider-missing', true]);
    await init(stage.real.terraform.path, stage.at(folder));
    await mkdir(join(folder, 'site'));
    await writeFile(join(folder, 'more.tf'), 'module "site" {\n  source = "./site"\n}\n');
    assert.equal((await failed(folder)).kind, 'init-needed');
  });

  it('says where the code is broken, by file and line', async () => {
    const folder = await stage.project('broken', vm('web', 7001));
    await writeFile(join(folder, 'broken.tf'), '\nresource "proxmox_virtual_environment_vm" "half" {\n  node_name = \n}\n');
    const syntax = await failed(folder);
    assert.match(syntax.message, /^broken\.tf:3: Invalid expression/);
    assert.deepEqual(syntax.diagnostics[0]?.range, { file: 'broken.tf', line: 3 });
    await writeFile(join(folder, 'broken.tf'), '\nresource "proxmox_virtual_environment_vm" "half" {\n  node_name = "pve1"\n  memory {\n    dedicatedd = 5\n  }\n}\n');
    assert.match((await failed(folder)).message, /^broken\.tf:5: Unsupported argument/m);
    await writeFile(join(folder, 'broken.tf'), 'variable "size" {}\n');
    assert.match((await failed(folder)).message, /No value for required variable/);
  });

  it('tells credentials that are missing or wrong from other faults', async () => {
    const folder = await stage.project('credentials', vm('web', 7001));
    const { PROXMOX_VE_API_TOKEN: token, PROXMOX_VE_ENDPOINT: endpoint, ...neither } = stage.environment;
    for (const environment of [neither, { ...neither, PROXMOX_VE_ENDPOINT: endpoint }, { ...stage.environment, PROXMOX_VE_API_TOKEN: 'root@pam!nobody=00000000-0000-0000-0000-000000000000' }]) {
      await writeFile(join(folder, 'main.tf'), `${PROVIDER}${vm('web', 7001)}data "proxmox_virtual_environment_version" "here" {}\n`);
      const { kind, message } = await failed(folder, { environment });
      assert.equal(kind, 'credentials', message);
      assert.match(message, /Choose the connection that the folder belongs to/);
      assert.ok(!message.includes(String(token)));
    }
  });

  it('says who holds the lock of the state, since when, and what may be done', async () => {
    const gate = join(stage.home, 'gate');
    // Held by a real apply, which waits for the gate to be opened.
    const folder = await stage.project('locked', `resource "terraform_data" "slow" {\n  provisioner "local-exec" {\n    command = "while [ ! -e '${gate}' ]; do sleep 0.05; done"\n  }\n}\n`);
    const other = spawn(stage.real.terraform.path, ['apply', '-auto-approve', '-no-color'], { cwd: folder, env: stage.environment, stdio: 'ignore' });
    const ended = new Promise((resolve) => other.once('exit', resolve));
    try {
      while ((await readFile(join(folder, '.terraform.tfstate.lock.info'), 'utf8').catch(() => '')) === '') await delay(20);
      const { kind, message, lock } = await failed(folder);
      assert.equal(kind, 'state-locked');
      const { ID: id, Who: who } = JSON.parse(await readFile(join(folder, '.terraform.tfstate.lock.info'), 'utf8')) as { ID: string; Who: string };
      assert.deepEqual([lock?.id, lock?.who, lock?.operation], [id, who, 'OperationTypeApply']);
      assert.ok(lock?.created !== undefined && Math.abs(lock.created.getTime() - Date.now()) < 60_000, String(lock?.created));
      assert.equal(message, `The state is locked by ${who} since ${lock.created.toISOString()} (apply). The lock is that Terraform’s own, and nobody can take it away: wait until it is done, or end it.`);
      assert.equal(lock.untilProcessEnds, true);
    } finally {
      await writeFile(gate, '');
      await ended;
    }
    assert.equal((await makePlan(stage.at(folder), stage.plans)).wish, undefined, 'nobody has taken the lock away, and the other one was done in peace');
  });

  it('reads no plan of a format that it does not know, and keeps none of it', async () => {
    const folder = await stage.project('future', vm('web', 7001));
    const path = await wrapped('future-program', 'if [ "$1" = show ]; then "$real" "$@" | sed \'s/"format_version":"1\\.[0-9]*"/"format_version":"2.0"/\'; exit; fi');
    const before = await stage.keptPlans();
    await assert.rejects(makePlan({ ...stage.at(folder), terraform: { ...stage.real.terraform, path } }, stage.plans), {
      name: 'UnknownPlanFormat', message: 'This plan’s format is version 2.0; version 1 is known here. Use an older Terraform, or a newer Proxmox Workbench.',
    });
    assert.deepEqual(await stage.keptPlans(), before);
  });
});
