import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { FrameLocator, Locator } from 'playwright-core';
import type { PveClient } from '../../src/pve/index.ts';
import { eventually } from '../support/eventually.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../support/terraform-project.ts';

interface GuestRow {
  readonly vmid: number;
  readonly type: string;
  readonly node: string;
  readonly name: string;
  readonly pool?: string;
  readonly status: string;
  readonly template?: number;
}

describe('importing guests into Terraform', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let real: RealTerraform;
  let client: PveClient;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let guests: readonly GuestRow[];
  const violations: string[] = [];

  before(async () => {
    simulator = await spawnSimulator('--seed', '1', '--nodes', '2', '--pace', '0.1');
    real = await realTerraform();
    client = simulatorClient(simulator);
    guests = (await client.get('/cluster/resources', { type: 'vm' })) as readonly GuestRow[];
    workbench = await openWorkbench({ env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE: real.environment['TF_CLI_CONFIG_FILE'] }, settings: { 'proxmox.explorer.refreshInterval': 2 } });
    explorer = new ExplorerPage(workbench);
    workbench.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text()) && /import-report/.test(`${message.text()} ${message.location().url}`)) violations.push(message.text());
    });
    await explorer.open();
    await explorer.shows(/^Demo cluster2 nodes/);
    await workbench.command('Proxmox: Group by Pool');
  });
  after(async () => {
    await workbench?.dispose();
    client?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  const report = (): FrameLocator => webviewIn(workbench.page);
  const status = (text: string | RegExp): Locator => report().locator('.status', { hasText: text });
  const button = (label: string): Locator => report().locator(`vscode-button[data-action="${label}"]`);
  const folder = (): string => join(workbench.folder, 'terraform/lab');
  const code = async (): Promise<string> => (await Promise.all((await readdir(folder())).filter((name) => name.endsWith('.tf')).map((name) => readFile(join(folder(), name), 'utf8')))).join('\n');
  const ofPool = (): readonly GuestRow[] => guests.filter(({ pool }) => pool === 'lab');
  /** A container that runs, and a VM that does not. */
  const tampered = (): readonly GuestRow[] => ofPool().filter(({ type, status: state }) => type === 'lxc' || state === 'stopped').toSorted((a, b) => (a.type < b.type ? -1 : 1));
  const titleOf = (guest: GuestRow | undefined): string => `${guest?.type === 'lxc' ? 'Container' : 'VM'} ${guest?.vmid ?? ''} `;

  it('writes a project for a pool, and its plan imports and changes nothing', async () => {
    await explorer.expand('Demo cluster');
    await explorer.menu('lab', 'Import into Terraform');
    await explorer.quickInput.waitFor();
    await workbench.screenshot('terraform-import-folder');
    await explorer.choose('terraform/lab');
    await explorer.choose('One File per Pool');
    await status(`${ofPool().length + 1} to import, 0 to add, 0 to change, 0 to destroy`).waitFor({ timeout: 120_000 });
    assert.deepEqual((await readdir(folder())).filter((name) => name.endsWith('.tf')), ['imports.tf', 'pool-lab.tf', 'pools.tf', 'provider.tf', 'versions.tf']);
    assert.ok(!(await code()).includes(simulator.tokenSecret), 'the code holds no secret');
    await explorer.inThemes('terraform-import-clean');
  });

  it('tells what a plan would change, when a guest is not as its code says any more', async () => {
    for (const { node, vmid, type } of tampered()) await client.put(`/nodes/${node}/${type}/${vmid}/config`, { memory: 1536, description: '<b>not markup</b> $(alert) \u202e\n' });
    await button('Plan Again').click();
    await status(/2 to change, 0 to destroy/).waitFor({ timeout: 120_000 });
    const residue = report().locator('article', { hasText: titleOf(tampered()[0]) });
    await residue.locator('tr[data-path="memory[0].dedicated"] td', { hasText: '1536' }).waitFor();
    await residue.locator('tr[data-path="description"] td', { hasText: '“<b>not markup</b> $(alert) ‹U+202E›\\n”' }).waitFor();
    const [container, vm] = tampered();
    const told = (guest: GuestRow | undefined, path: string, tag: string): Promise<void> => report().locator('article', { hasText: titleOf(guest) }).locator(`tr[data-path="${path}"] .tag`, { hasText: tag }).waitFor();
    await told(container, 'memory[0].dedicated', 'reboots');
    await told(container, 'description', 'no restart');
    await residue.locator('.verdict', { hasText: 'would be changed and rebooted' }).waitFor();
    await residue.locator('.consequence', { hasText: `${container?.vmid ?? ''} (${container?.name ?? ''}) is rebooted.` }).waitFor();
    await told(vm, 'memory[0].dedicated', 'no restart');
    await report().locator('article', { hasText: titleOf(vm) }).locator('.verdict', { hasText: 'would be changed without a restart' }).waitFor();
    await explorer.inThemes('terraform-import-residue');
  });

  it('takes over by one click what the cluster has, and leaves by another an attribute to the cluster', async () => {
    const [one, two] = tampered();
    const at = (guest: GuestRow | undefined, path: string): Locator => report().locator('article', { hasText: titleOf(guest) }).locator(`tr[data-path="${path}"]`);
    await at(one, 'memory[0].dedicated').locator('vscode-button[data-action="Take Over"]').focus();
    await workbench.page.keyboard.press('Enter');
    await at(one, 'memory[0].dedicated').waitFor({ state: 'detached', timeout: 120_000 });
    await button('Plan Again').waitFor();
    await at(two, 'memory[0].dedicated').locator('vscode-button[data-action="Ignore"]').click();
    await at(two, 'memory[0].dedicated').waitFor({ state: 'detached', timeout: 120_000 });
    await button('Leave All of It to the Cluster').click();
    await status(/to import, 0 to add, 0 to change, 0 to destroy/).waitFor({ timeout: 120_000 });
    const text = await readFile(join(folder(), 'pool-lab.tf'), 'utf8');
    assert.match(text, /dedicated = 1536/);
    assert.match(text, /ignore_changes = \[[^\]]*memory/);
  });

  it('is applied at the one door, and then the import blocks can go', async () => {
    await button('Review and Apply the Import…').click();
    const run = report().locator('vscode-button[data-action="Run"]');
    await run.waitFor({ timeout: 120_000 });
    await workbench.screenshot('terraform-import-review');
    await run.click();
    await report().locator('.run[data-state="succeeded"]').waitFor({ timeout: 120_000 });
    await report().locator('vscode-button[data-action="Close"]').click();
    await button('Plan Again').click();
    await status('0 to import, 0 to add, 0 to change, 0 to destroy').waitFor({ timeout: 120_000 });
    await button('Remove Import Blocks').click();
    await eventually(async () => !(await readdir(folder())).includes('imports.tf'));
    await workbench.screenshot('terraform-import-done');
  });

  it('moves another guest into a file of the project', async () => {
    const [guest] = guests.filter(({ pool, template, status: state }) => pool !== 'lab' && template !== 1 && state === 'stopped');
    assert.ok(guest);
    await explorer.open();
    await workbench.command('Proxmox: Group by Node');
    await explorer.expand(guest.node);
    await explorer.menu(`${guest.vmid} `, 'Move to Terraform');
    await explorer.choose('terraform/lab');
    await explorer.choose('pool-lab.tf');
    await status(/1 to import, 0 to add, 0 to change, 0 to destroy/).waitFor({ timeout: 120_000 });
    assert.match(await readFile(join(folder(), 'pool-lab.tf'), 'utf8'), new RegExp(`vm_id\\s+= ${guest.vmid}\\b`));
    assert.match(await readFile(join(folder(), 'imports.tf'), 'utf8'), new RegExp(`/${guest.vmid}"`));
  });

  it('breaks no rule of its content security policy', () => assert.deepEqual(violations, []));
});
