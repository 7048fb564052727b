import { strict as assert } from 'node:assert';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { PveClient } from '../../src/pve/index.ts';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { StateServer } from '../support/state-server.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../support/terraform-project.ts';

const TYPE = 'proxmox_virtual_environment_vm';
const vm = (label: string, vmid: number, memory: number | string, after?: string): string => `resource "${TYPE}" "${label}" {
  name      = "${label}"
  node_name = "pve1"
  vm_id     = ${vmid}
  started   = false
${after === undefined ? '' : `  depends_on = [${TYPE}.${after}]\n`}
  memory {
    dedicated = ${memory}
  }
}
`;
const PROVIDER = 'terraform {\n  required_providers {\n    proxmox = {\n      source = "bpg/proxmox"\n    }\n  }\n}\n\nprovider "proxmox" {}\n';
/** The first line is a resource's: its lenses and the project's would stand in one row. */
const MAIN = `${vm('web', 7901, 'var.memory')}\n${vm('db', 7902, 1024)}`;
const FILES = { 'versions.tf': `${PROVIDER}\nvariable "memory" {\n  default = 512\n}\n`, 'main.tf': MAIN, 'large.tfvars': 'memory = 4096\n' };
/** Where `db` begins in it. */
const DB = MAIN.split('\n').findIndex((line) => line.includes('"db"')) + 1;
/** Made one after the other, which leaves time to think better of it also on a slow machine; more would be folded in the review. */
const LINKS = 24;
const CHAIN = Array.from({ length: LINKS }, (_, index) => vm(`link-${index}`, 7911 + index, 512, index === 0 ? undefined : `link-${index - 1}`));

describe('working with Terraform in the editor', function () {
  this.timeout(240_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let server: StateServer;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  const others: ChildProcess[] = [];
  before(async () => {
    [real, simulator, server] = await Promise.all([realTerraform(), spawnSimulator('--seed', '1', '--nodes', '1', '--guests', '4', '--pace', '2'), StateServer.open()]);
    client = simulatorClient(simulator);
    const { TF_CLI_CONFIG_FILE } = real.environment;
    workbench = await openWorkbench({
      env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE }, files: FILES,
      settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1400, height: 1000 },
    });
    for (const args of [['init'], ['apply', '-auto-approve']]) await real.run(simulator, workbench.folder, ...args);
    explorer = new ExplorerPage(workbench);
    page = new CodePage(explorer);
    await explorer.expand('pve1');
  });
  after(async () => {
    for (const other of others) other.kill('SIGKILL');
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
    await server?.close();
    await real?.dispose();
  });
  showFailures(() => workbench);

  /** Somebody else's Terraform, which holds the lock while it waits to be told to go on. */
  const someoneElse = async (folder: string): Promise<ChildProcess> => {
    const other = spawn(real.terraform.path, ['apply', '-no-color'], { cwd: folder, env: await real.environmentFor(simulator), stdio: ['pipe', 'pipe', 'ignore'] });
    others.push(other);
    let said = '';
    other.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await eventually(() => Promise.resolve(said.includes('Enter a value')));
    return other;
  };
  const write = (name: string, text: string): Promise<void> => writeFile(join(workbench.folder, name), text);
  const memory = async (vmid: number): Promise<number> => Number(((await client.get(`/nodes/pve1/qemu/${vmid}/config`)) as { memory: string }).memory);
  const vmids = async (): Promise<readonly number[]> => ((await client.get('/cluster/resources', { type: 'vm' })) as { vmid: number }[]).map(({ vmid }) => vmid).filter((vmid) => vmid > 7900).sort();

  it('says of the first line which lens is about the resource, and which about the project', async () => {
    await page.open('main.tf');
    await page.lens('In sync').waitFor();
    await page.lens('Project ').waitFor();
    await workbench.screenshot('terraform-work-lenses');
    await page.useLens(1, 'Project ');
    await page.pick('Terraform Project', 'Plan Project');
    await explorer.told(/No changes/);
    await explorer.forgetTold();
  });

  it('plans one resource by its lens, and only that one', async () => {
    await write('main.tf', MAIN.replace('dedicated = 1024', 'dedicated = 1536'));
    await write('versions.tf', FILES['versions.tf'].replace('512', '768'));
    await page.useLens(DB, 'Plan');
    await page.reviewed('Apply');
    assert.deepEqual(await page.parts(1), [`${TYPE}.db`]);
    await page.close();
  });

  it('plans and applies those that are selected, and leaves the others alone', async () => {
    await workbench.command('Proxmox: Terraform Plan Selected Resources');
    await page.tick('Terraform Plan Selected Resources', `${TYPE}.web`);
    await page.reviewed('Apply');
    assert.deepEqual(await page.parts(1), [`${TYPE}.web`]);
    await workbench.screenshot('terraform-work-selected');
    await page.run();
    await page.close();
    assert.deepEqual([await memory(7901), await memory(7902)], [768, 1024]);
  });

  it('plans with the variables file that was chosen, and says so above the code', async () => {
    await workbench.command('Proxmox: Choose Terraform Variables Files');
    await page.tick('Choose Terraform Variables Files', 'large.tfvars');
    await page.open('versions.tf');
    await page.lens('large.tfvars').waitFor();
    await workbench.screenshot('terraform-work-variables');
    await page.useLens(1, 'Plan Project');
    await page.reviewed('Apply');
    await page.review.locator(`[data-part="${TYPE}.web"] td.after`, { hasText: '4096' }).waitFor();
    await page.close();
    await workbench.command('Proxmox: Choose Terraform Variables Files');
    await page.tick('Choose Terraform Variables Files');
    await page.lens('large.tfvars').waitFor({ state: 'detached' });
  });

  it('goes into a new workspace, which has nothing yet, and back', async () => {
    await page.useLens(1, 'default');
    await page.pick('Select Terraform Workspace', 'New Workspace');
    await explorer.answerTo('Its name', 'staging');
    await page.lens('staging').waitFor();
    await page.useLens(1, 'Plan Project');
    await page.reviewed('Apply');
    await page.review.locator('summary', { hasText: 'Create: 2' }).waitFor();
    await workbench.screenshot('terraform-work-workspace');
    await page.close();
    await page.useLens(1, 'staging');
    await page.pick('Select Terraform Workspace', 'default');
    await page.lens('default').waitFor();
  });

  it('says who holds the lock of a state that is a file, which nobody can take away', async () => {
    const other = await someoneElse(workbench.folder);
    await workbench.command('Proxmox: Terraform Plan');
    const told = await explorer.told(/state is locked by .*\(apply\)\. The lock is that Terraform’s own/);
    await told.locator('.monaco-button', { hasText: 'Try Again' }).waitFor();
    assert.equal(await told.locator('.monaco-button', { hasText: 'Force Unlock' }).count(), 0);
    await workbench.command('Proxmox: Force Unlock Terraform State');
    const said = await page.answer(/holds the lock of the state/, 'OK');
    assert.match(said, /Held by: .+@[^]*Since: [^]*For: apply[^]*free as soon as that is done, or ended/);
    other.kill('SIGINT');
    await explorer.take(/The lock is that Terraform’s own/, 'Try Again');
    await page.reviewed('Apply');
    await page.close();
    await explorer.forgetTold();
  });

  it('takes the lock away from somebody else, once that is confirmed', async () => {
    const folder = join(workbench.folder, 'shared');
    await mkdir(folder);
    const { address } = server;
    await write('shared/main.tf', `${PROVIDER.replace('terraform {', `terraform {\n  backend "http" {\n    address        = "${address}"\n    lock_address   = "${address}"\n    unlock_address = "${address}"\n  }`)}\n${vm('far', 7905, 512)}`);
    await real.run(simulator, folder, 'init');
    await someoneElse(folder);
    const { ID: id = '' } = server.lock ?? {};
    await page.open('shared/main.tf');
    await page.useLens(1, 'Plan Project');
    await explorer.take(/shared: The state is locked by somebody/, 'Force Unlock…');
    // Terraform tells with this backend which lock is held, but not by whom.
    const said = await page.answer(/Take the lock of the state away/, 'Cancel');
    assert.match(said, new RegExp(`Held by: this backend does not tell[^]*Lock: ${id}[^]*both may spoil it`));
    assert.equal(server.lock?.ID, id, 'it was asked first');
    await workbench.command('Proxmox: Force Unlock Terraform State');
    await page.answer(/Take the lock of the state away/, 'Force Unlock');
    await explorer.told(/The state of .*shared is not locked any more/);
    assert.equal(server.lock, undefined);
    await explorer.forgetTold();
    await page.useLens(1, 'Plan Project');
    await page.reviewed('Apply');
    await page.close();
  });

  it('ends an apply in good order when it is cancelled, and says what was done and what was not', async () => {
    await write('main.tf', `${MAIN}\n${CHAIN.join('\n')}`);
    await page.open('versions.tf');
    await page.useLens(1, 'Plan Project');
    await page.reviewed('Apply');
    const part = (label: string, state: string) => page.review.locator(`[data-part="${TYPE}.${label}"][data-state="${state}"]`);
    await page.run('running');
    await part('link-0', 'done').waitFor({ timeout: 60_000 });
    await page.press('Cancel run', page.review.locator('.run[data-state="cancelled"]'));
    await page.review.locator('.run-text', { hasText: /Cancelled: \d+ of 24 changes done, \d+ not begun/ }).waitFor({ timeout: 60_000 });
    await part(`link-${LINKS - 1}`, 'skipped').waitFor();
    await page.review.locator('.error', { hasText: /^Terraform was interrupted, and ended in good order\.\n\d+ of 24 resources are done/ }).waitFor();
    assert.equal(await page.review.locator('vscode-button[data-action="Retry from here"]').count(), 0, 'what has begun is not begun again');
    await workbench.screenshot('terraform-work-cancelled');
    const made = (await vmids()).filter((vmid) => vmid > 7910);
    assert.ok(made.includes(7911) && !made.includes(7910 + LINKS), String(made));
    const state = JSON.parse(await readFile(join(workbench.folder, 'terraform.tfstate'), 'utf8')) as { resources: { name: string }[] };
    assert.deepEqual(state.resources.map(({ name }) => name).filter((name) => name !== 'web' && name !== 'db').length, made.length, 'what was made is in the state');
    await page.close();
    await explorer.told(/applied in part only/);
    await explorer.forgetTold();
    await explorer.shows(/^7911 link-0/);
    await write('main.tf', MAIN);
    await page.useLens(1, 'Plan Project');
    await page.reviewed('Apply');
    await page.review.locator('summary', { hasText: `Destroy: ${made.length}` }).waitFor();
    await page.close();
  });

  it('destroys one resource by its lens, once its name is typed', async () => {
    await page.open('main.tf');
    await page.useLens(DB, 'Destroy');
    await page.reviewed('Destroy');
    assert.deepEqual(await page.parts(1), [`${TYPE}.db`]);
    await page.review.locator('section', { hasText: 'VM 7902 (db) is destroyed with its disks and snapshots.' }).first().waitFor();
    await workbench.screenshot('terraform-work-destroy');
    await page.review.locator('vscode-textfield#confirmation').click();
    await workbench.page.keyboard.type('db');
    await page.run();
    await explorer.hides(/^7902 /);
    assert.deepEqual((await vmids()).filter((vmid) => vmid < 7910), [7901]);
    await page.close();
    await page.lens('Not applied yet').waitFor();
    await workbench.screenshot('terraform-work-destroyed');
  });
});
