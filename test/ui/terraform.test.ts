import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../support/terraform-project.ts';

/** A VM of the demo cluster that runs, on pve1. */
const vmid = 130;

describe('a guest from the explorer to Terraform and back', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let real: RealTerraform;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  let client: ReturnType<typeof simulatorClient>;
  before(async () => {
    simulator = await spawnSimulator('--seed', '1', '--pace', '0.1');
    real = await realTerraform();
    client = simulatorClient(simulator);
    workbench = await openWorkbench({
      env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE: real.environment['TF_CLI_CONFIG_FILE'] },
      // Never by itself: what is seen is seen because something was done.
      settings: { 'proxmox.explorer.refreshInterval': 0 }, viewport: { width: 1400, height: 1000 },
    });
    explorer = new ExplorerPage(workbench);
    page = new CodePage(explorer);
    await explorer.expand('pve1');
  });
  after(async () => {
    await workbench?.dispose();
    client?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  const folder = (): string => join(workbench.folder, 'terraform', 'lab-rocky');
  const memory = async (): Promise<number> => Number(((await client.get(`/nodes/pve1/qemu/${vmid}/config`)) as { memory: string }).memory);
  const code = (): Promise<string> => readFile(join(folder(), 'guests.tf'), 'utf8');
  const line = (text: string): Locator => workbench.page.locator('.editor-instance .view-line', { hasText: text }).first();
  /** Plans the guest's resource by its lens. */
  const plan = async (): Promise<void> => page.useLens((await code()).split('\n').findIndex((text) => text.startsWith('resource ')) + 1, 'Plan');

  it('imports it, and the plan is empty', async () => {
    await explorer.menu(`${vmid} `, 'Import into Terraform');
    await explorer.choose('terraform/lab-rocky');
    await page.review.locator('.status', { hasText: '0 to add, 0 to change, 0 to destroy' }).waitFor({ timeout: 120_000 });
    await page.press('Review and Apply the Import…', page.review.locator('vscode-button[data-action="Run"]'));
    await page.run();
    await workbench.driver.command('workbench.action.closeAllEditors');
  });

  it('says that nothing is to be changed', async () => {
    await page.open('terraform/lab-rocky/guests.tf');
    await page.lens('Plan').waitFor();
    await page.lens('Open Guest').waitFor();
    await workbench.screenshot('terraform-code');
    await plan();
    await explorer.told(/No changes/);
    await explorer.forgetTold();
  });

  it('offers the storages of the cluster where one is to be named', async () => {
    await page.replace(/datastore_id = "local-lvm"/, 'datastore_id = ""');
    await page.goBehind(/datastore_id = "/);
    await workbench.page.keyboard.type('local-l');
    await workbench.page.locator('.suggest-widget.visible .monaco-list-row.focused', { hasText: 'local-lvm' }).waitFor();
    await workbench.screenshot('terraform-completion');
    await workbench.page.keyboard.press('Enter');
    await line('datastore_id = "local-lvm"').waitFor();
    await page.save();
    assert.ok((await code()).includes('datastore_id = "local-lvm"'));
  });

  it('shows what a change of memory means, applies it, and the guest has it', async () => {
    const before = await memory();
    await page.replace(/dedicated = \d+/, `dedicated = ${before * 2}`);
    await plan();
    const review = await page.reviewed('Apply');
    await review.locator('[data-part]', { hasText: 'lab' }).first().waitFor();
    const shown = review.locator('body');
    await shown.filter({ hasText: /shut down, and started again/ }).waitFor();
    await shown.filter({ hasText: new RegExp(`${before}[^]*${before * 2}`) }).waitFor();
    await explorer.picture('terraform-review');
    await page.run();
    await workbench.screenshot('terraform-applied');
    assert.equal(await memory(), before * 2);
    await page.close();
    await explorer.shows(new RegExp(`^${vmid} .*of ${before * 2 / 1024} GiB`));
    await workbench.screenshot('terraform-explorer');
  });

  it('refuses a plan whose code has changed since, and plans again', async () => {
    await page.replace(/dedicated = \d+/, 'dedicated = 1024');
    await plan();
    await page.reviewed('Apply');
    await page.parts(1);
    await writeFile(join(folder(), 'guests.tf'), `${await code()}\n# somebody else was here\n`);
    await page.run('failed');
    await workbench.screenshot('terraform-stale');
    await page.close();
    await explorer.take(/have changed since it was planned/, 'Plan Again');
    await page.reviewed('Apply');
    await page.close();
    await explorer.forgetTold();
  });

  it('says where the code is wrong', async () => {
    await page.replace(/dedicated = \d+/, 'dedicated = ');
    await workbench.command('Proxmox: Terraform Plan');
    await explorer.told(/guests\.tf:21: Invalid expression/);
    await workbench.screenshot('terraform-broken');
    await explorer.take(/guests\.tf:21: Invalid expression/, 'Open guests.tf');
    await workbench.page.locator('.tab.active', { hasText: 'guests.tf' }).waitFor();
    await workbench.page.locator('.statusbar', { hasText: 'Ln 21' }).waitFor();
  });
});
