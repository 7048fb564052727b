import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../support/terraform-project.ts';

describe('a VM from the form to Terraform to the cluster', function () {
  this.timeout(180_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  before(async () => {
    [real, simulator] = await Promise.all([realTerraform(), spawnSimulator('--seed', '1', '--nodes', '1', '--guests', '4', '--pace', '0.1')]);
    const { TF_CLI_CONFIG_FILE } = real.environment;
    workbench = await openWorkbench({ env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE }, settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1400, height: 1000 } });
    explorer = new ExplorerPage(workbench);
    page = new CodePage(explorer);
    await explorer.expand('pve1');
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  /** The form is a webview as the review is. */
  const field = (label: string): Locator => page.review.getByLabel(label, { exact: true });

  it('writes what was filled in as code', async () => {
    await workbench.command('Proxmox: Create VM');
    await field('Boots from').waitFor();
    await page.review.locator('[role="status"]', { hasText: 'missing or wrong' }).waitFor();
    await field('Name').fill('desk');
    await page.review.locator('[role="status"]', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await page.press('Create as Terraform', explorer.quickInput.locator('.quick-input-title', { hasText: 'Create as Terraform' }));
    await page.pick('Create as Terraform', 'terraform/demo-cluster');
    await workbench.page.locator('.tab.active', { hasText: 'guests.tf' }).waitFor();
    const folder = join(workbench.folder, 'terraform/demo-cluster');
    assert.deepEqual((await readdir(folder)).sort(), ['guests.tf', 'provider.tf', 'versions.tf']);
    assert.match(await readFile(join(folder, 'guests.tf'), 'utf8'), /^resource "proxmox_virtual_environment_vm" "desk" \{\n/);
  });

  it('plans it from the notification, though the project was never set up, and makes it once that is reviewed', async () => {
    await explorer.take(/desk is in .*terraform\/demo-cluster\/guests\.tf now/, 'Plan');
    await page.reviewed('Apply');
    assert.deepEqual(await page.parts(1), ['proxmox_virtual_environment_vm.desk']);
    await page.review.locator('summary', { hasText: 'Create: 1' }).waitFor();
    await workbench.screenshot('terraform-create-review');
    await page.run();
    await page.close();
    await explorer.shows(/^\d+ desk/);
    await page.lens('In sync').waitFor();
    await workbench.screenshot('terraform-create-made');
    const client = simulatorClient(simulator);
    const guests = (await client.get('/cluster/resources', { type: 'vm' })) as readonly { readonly name: string; readonly type: string }[];
    client.dispose();
    assert.deepEqual(guests.filter(({ name }) => name === 'desk').map(({ type }) => type), ['qemu']);
  });
});
