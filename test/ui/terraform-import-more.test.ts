import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform } from '../support/terraform-project.ts';

/** Of the demo cluster with seven guests on two nodes: these are on pve1 with the cluster's template, the others on pve2. */
const [onNode, selected] = [[100, 103], [101, 105]] as const;

describe('importing a node, and more into the same project', function () {
  this.timeout(240_000);
  let simulator: SpawnedSimulator;
  let real: RealTerraform;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  before(async () => {
    [real, simulator] = await Promise.all([realTerraform(), spawnSimulator('--seed', '1', '--nodes', '2', '--guests', '7', '--pace', '0.1')]);
    workbench = await openWorkbench({ env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE: real.environment['TF_CLI_CONFIG_FILE'] }, settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1280, height: 1000 } });
    explorer = new ExplorerPage(workbench);
    page = new CodePage(explorer);
    await explorer.expand('pve2');
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  const folder = (): string => join(workbench.folder, 'terraform/pve1');
  const files = async (): Promise<readonly string[]> => (await readdir(folder())).filter((name) => name.endsWith('.tf')).sort();
  const code = async (): Promise<string> => (await Promise.all((await files()).map((name) => readFile(join(folder(), name), 'utf8')))).join('\n');
  const status = (text: string | RegExp): Locator => page.review.locator('.status', { hasText: text });
  const isInCode = async (vmid: number): Promise<boolean> => new RegExp(`vm_id\\s+= ${vmid}\\b`).test(await code());

  it('imports all guests of a node, and none of another', async () => {
    await explorer.menu('pve1', 'Import into Terraform');
    await page.pick('Import into Terraform', 'terraform/pve1');
    await page.pick('Import into Terraform', 'One File per Node');
    await status(/to import, 0 to add, 0 to change, 0 to destroy/).waitFor({ timeout: 120_000 });
    assert.ok((await files()).includes('node-pve1.tf'), String(await files()));
    for (const vmid of onNode) assert.ok(await isInCode(vmid), String(vmid));
    for (const vmid of selected) assert.ok(!(await isInCode(vmid)), String(vmid));
    await workbench.screenshot('terraform-import-node');
    await workbench.driver.command('workbench.action.closeAllEditors');
  });

  it('adds the selected guests to the project that is there, and leaves its files alone', async () => {
    const before = await readFile(join(folder(), 'node-pve1.tf'), 'utf8');
    const [one, two] = selected;
    await eventually(async () => {
      await (await explorer.row(`${one} `)).click();
      await (await explorer.row(`${two} `)).click({ modifiers: ['Control'] });
      return (await explorer.view.locator('.monaco-list-row.selected').count()) === 2;
    });
    await explorer.menu(`${two} `, 'Import into Terraform');
    await page.pick('Import into Terraform', 'add to this project');
    await page.pick('Import into Terraform', 'One File per Node');
    await status(/to import, 0 to add, 0 to change, 0 to destroy/).waitFor({ timeout: 120_000 });
    for (const vmid of selected) assert.ok(await isInCode(vmid), String(vmid));
    assert.ok(!(await isInCode(102)), 'only what was selected');
    assert.equal(await readFile(join(folder(), 'node-pve1.tf'), 'utf8'), before);
    await workbench.screenshot('terraform-import-added');
  });

  it('takes the import blocks out once they are applied, and puts them back by Undo', async () => {
    await page.press('Review and Apply the Import…', page.review.locator('vscode-button[data-action="Run"]'));
    await page.run();
    await page.close();
    await page.press('Plan Again', page.review.locator('vscode-button[data-action="Remove Import Blocks"]'));
    await status('0 to import, 0 to add, 0 to change, 0 to destroy').waitFor({ timeout: 120_000 });
    const before = await code();
    const blocks = (text: string): number => text.match(/^import \{/gm)?.length ?? 0;
    const own = selected.length;
    assert.ok(blocks(before) > own, 'those of the first import are there too');
    await eventually(async () => {
      await page.review.locator('vscode-button[data-action="Remove Import Blocks"]').click({ timeout: 5_000 }).catch(() => undefined);
      return blocks(await code()) === blocks(before) - own;
    });
    await explorer.take(/The import blocks are gone from imports_more\.tf/, 'Undo');
    await eventually(async () => (await code()) === before);
    await workbench.screenshot('terraform-import-undone');
  });
});
