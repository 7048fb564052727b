import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import type { PveClient } from '../../src/pve/index.ts';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { appears, ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../support/terraform-project.ts';

const CODE = `terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

provider "proxmox" {}

resource "proxmox_virtual_environment_vm" "web" {
  name      = "web"
  node_name = "pve1"
  vm_id     = 7901
  started   = false
  tags      = ["shop"]

  memory {
    dedicated = 2048 # MiB, as measured
  }
}
`;
/** Where `web` begins in it. */
const WEB = CODE.split('\n').findIndex((line) => line.includes('"web"')) + 1;

describe('drift of Terraform projects in the editor', function () {
  this.timeout(120_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  before(async () => {
    [real, simulator] = await Promise.all([realTerraform(), spawnSimulator('--seed', '1', '--pace', '0.2')]);
    client = simulatorClient(simulator);
    const { TF_CLI_CONFIG_FILE } = real.environment;
    workbench = await openWorkbench({
      env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE }, files: { 'main.tf': CODE },
      settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1400, height: 900 },
    });
    for (const args of [['init'], ['apply', '-auto-approve']]) await real.run(simulator, workbench.folder, ...args);
    explorer = new ExplorerPage(workbench);
    page = new CodePage(explorer);
  });
  after(async () => {
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  const lens = (title: string | RegExp): Locator => workbench.page.locator('.codelens-decoration', { hasText: title }).filter({ visible: true }).first();
  const set = async (options: Record<string, string | number>): Promise<void> => void (await client.put('/nodes/pve1/qemu/7901/config', options));

  it('says that what was just applied is in sync', async () => {
    await explorer.expand('pve1');
    await page.open('main.tf');
    await lens('In sync').waitFor();
    await eventually(async () => (await workbench.page.locator('.codelens-decoration', { hasText: 'In sync' }).count()) === 1);
  });

  it('sees a change behind its back without running Terraform', async () => {
    const before = await readFile(join(workbench.folder, 'terraform.tfstate'), 'utf8');
    await set({ memory: 4096, tags: 'shop;blue' });
    await lens(/Drifted: .*dedicated 2048 → 4096/).waitFor();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Drifted' }).hover();
    await workbench.screenshot('terraform-drifted');
    assert.equal(await readFile(join(workbench.folder, 'terraform.tfstate'), 'utf8'), before);
  });

  it('shows code and cluster side by side', async () => {
    // By the mouse: a click on a lens that is being drawn anew is lost.
    const original = workbench.page.locator('.monaco-diff-editor .original', { hasText: '4096' });
    await eventually(async () => {
      if (!(await original.isVisible())) await page.lens('Drifted').click({ timeout: 2_000 }).catch(() => undefined);
      return await appears(original, 5_000);
    });
    await workbench.page.locator('.monaco-diff-editor .modified', { hasText: '2048' }).waitFor();
    await workbench.screenshot('terraform-drift-diff');
    await workbench.driver.command('workbench.action.closeActiveEditor');
  });

  it('takes the change into the code, and leaves the rest of it alone', async () => {
    await page.useLens(WEB, 'Update Code');
    await lens('Drifted').waitFor({ state: 'detached' });
    await page.save();
    const text = await readFile(join(workbench.folder, 'main.tf'), 'utf8');
    assert.equal(text, CODE.replace('2048', '4096').replace('["shop"]', '["blue", "shop"]'));
    await workbench.screenshot('terraform-drift-updated');
  });

  it('makes the cluster as the code says, through a plan that is reviewed', async () => {
    await set({ memory: 1024 });
    await lens(/Drifted: .*dedicated .*1024/).waitFor();
    await page.useLens(WEB, 'Restore Cluster');
    await page.reviewed('Apply');
    await workbench.screenshot('terraform-drift-restore');
    await page.run();
    await eventually(async () => ((await client.get('/nodes/pve1/qemu/7901/config')) as { memory: string }).memory === '4096');
  });
});
