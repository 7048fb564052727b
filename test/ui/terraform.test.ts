import { strict as assert } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { FrameLocator, Locator } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
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
    await explorer.expand('pve1');
  });
  after(async () => {
    await workbench?.dispose();
    client?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  const webview = (): FrameLocator => webviewIn(workbench.page);
  const folder = (): string => join(workbench.folder, 'terraform', 'lab-rocky');
  const editor = (): Locator => workbench.page.locator('.editor-instance:visible .monaco-editor').first();
  const lens = (title: string): Locator => workbench.page.locator('.codelens-decoration a', { hasText: new RegExp(`^\\W*${title}$`) });
  const memory = async (): Promise<number> => Number(((await client.get(`/nodes/pve1/qemu/${vmid}/config`)) as { memory: string }).memory);
  const told = async (text: RegExp, action?: string): Promise<Locator> => {
    const item = await explorer.told(text);
    return action === undefined ? item : item.locator('.monaco-button', { hasText: action });
  };
  const code = (): Promise<string> => readFile(join(folder(), 'guests.tf'), 'utf8');
  const open = async (file: string): Promise<void> => {
    await workbench.page.keyboard.press('Control+P');
    await explorer.quickInput.locator('input[type="text"]').first().fill(file);
    await explorer.choose(file);
    await workbench.page.locator('.tab.active', { hasText: file }).waitFor();
  };
  const edit = async (from: RegExp, to: string): Promise<void> => {
    await editor().click();
    await workbench.page.keyboard.press('Control+H');
    const find = workbench.page.locator('.find-widget.visible');
    await find.locator('.find-part textarea').fill(from.source);
    if ((await find.locator('.find-part [aria-label^="Use Regular Expression"]').getAttribute('aria-checked')) !== 'true') await find.locator('.find-part [aria-label^="Use Regular Expression"]').click();
    await find.locator('.replace-part textarea').fill(to);
    await workbench.page.keyboard.press('Control+Alt+Enter');
    await line(to).waitFor();
    await workbench.page.keyboard.press('Escape');
    await find.waitFor({ state: 'detached' });
    await workbench.page.keyboard.press('Control+Home');
    await save(to);
  };
  const line = (text: string): Locator => editor().locator('.view-line', { hasText: text }).first();
  /** Saves until the file has this. */
  const save = (text: string): Promise<void> =>
    eventually(async () => {
      await workbench.page.keyboard.press('Control+S');
      return (await code()).includes(text);
    });

  it('imports it, and the plan is empty', async () => {
    await explorer.menu(`${vmid} `, 'Import into Terraform');
    await explorer.choose('terraform/lab-rocky');
    await webview().locator('.status', { hasText: '0 to add, 0 to change, 0 to destroy' }).waitFor({ timeout: 120_000 });
    await webview().locator('vscode-button[data-action="Review and Apply the Import…"]').click();
    await webview().locator('vscode-button[data-action="Run"]').click({ timeout: 60_000 });
    await webview().locator('.run[data-state="succeeded"]').waitFor({ timeout: 60_000 });
    await workbench.command('View: Close All Editors');
  });

  it('says that nothing is to be changed', async () => {
    await open('guests.tf');
    await lens('Plan').first().waitFor();
    await lens('Open Guest').first().waitFor();
    await workbench.screenshot('terraform-code');
    await lens('Plan').first().click();
    await told(/No changes/);
    await explorer.forgetTold();
  });

  it('offers the storages of the cluster where one is to be named', async () => {
    await edit(/datastore_id = "local-lvm"/, 'datastore_id = ""');
    await line('datastore_id = ""').click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.press('ArrowLeft');
    await workbench.page.keyboard.type('local-l');
    await workbench.page.locator('.suggest-widget.visible .monaco-list-row.focused', { hasText: 'local-lvm' }).waitFor();
    await workbench.screenshot('terraform-completion');
    await workbench.page.keyboard.press('Enter');
    await line('datastore_id = "local-lvm"').waitFor();
    await save('datastore_id = "local-lvm"');
  });

  it('shows what a change of memory means, applies it, and the guest has it', async () => {
    const before = await memory();
    await edit(/dedicated = \d+/, `dedicated = ${before * 2}`);
    await lens('Plan').first().click();
    await webview().locator('h1').waitFor({ timeout: 60_000 });
    await webview().locator('[data-part]', { hasText: 'lab' }).first().waitFor();
    const shown = webview().locator('body');
    await shown.filter({ hasText: /shut down, and started again/ }).waitFor();
    await shown.filter({ hasText: new RegExp(`${before}[^]*${before * 2}`) }).waitFor();
    await explorer.picture('terraform-review');
    await webview().locator('vscode-button[data-action="Run"]').click();
    await webview().locator('.run[data-state="succeeded"]').waitFor({ timeout: 90_000 });
    await workbench.screenshot('terraform-applied');
    assert.equal(await memory(), before * 2);
    await webview().locator('vscode-button[data-action="Close"]').click();
    await explorer.shows(new RegExp(`^${vmid} .*of ${before * 2 / 1024} GiB`));
    await workbench.screenshot('terraform-explorer');
  });

  it('refuses a plan whose code has changed since, and plans again', async () => {
    await edit(/dedicated = \d+/, 'dedicated = 1024');
    await lens('Plan').first().click();
    await webview().locator('[data-part]').first().waitFor({ timeout: 60_000 });
    await writeFile(join(folder(), 'guests.tf'), `${await code()}\n# somebody else was here\n`);
    await webview().locator('vscode-button[data-action="Run"]').click();
    await webview().locator('.run[data-state="failed"]').waitFor({ timeout: 60_000 });
    await workbench.screenshot('terraform-stale');
    await webview().locator('vscode-button[data-action="Close"]').click();
    await (await told(/have changed since it was planned/, 'Plan Again')).click();
    await webview().locator('vscode-button[data-action="Cancel"]').last().click({ timeout: 60_000 });
    await explorer.forgetTold();
  });

  it('says where the code is wrong', async () => {
    await edit(/dedicated = \d+/, 'dedicated = ');
    await workbench.command('Proxmox: Terraform Plan');
    const action = await told(/guests\.tf:21: Invalid expression/, 'Open guests.tf');
    await workbench.screenshot('terraform-broken');
    await action.click();
    await workbench.page.locator('.tab.active', { hasText: 'guests.tf' }).waitFor();
    await workbench.page.locator('.statusbar', { hasText: 'Ln 21' }).waitFor();
  });
});
