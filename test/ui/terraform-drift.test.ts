import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import type { Locator } from 'playwright-core';
import type { PveClient } from '../../src/pve/index.ts';
import { eventually } from '../support/eventually.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
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

describe('drift of Terraform projects in the editor', function () {
  this.timeout(120_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  before(async () => {
    [real, simulator] = await Promise.all([realTerraform(), spawnSimulator('--seed', '1', '--pace', '0.2')]);
    client = simulatorClient(simulator);
    const { TF_CLI_CONFIG_FILE } = real.environment;
    workbench = await openWorkbench({
      env: { ...startedWith(simulator), TF_CLI_CONFIG_FILE }, files: { 'main.tf': CODE },
      settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1400, height: 900 },
    });
    const env = await real.environmentFor(simulator);
    for (const args of [['init'], ['apply', '-auto-approve']]) await promisify(execFile)(real.terraform.path, [...args, '-input=false', '-no-color'], { cwd: workbench.folder, env });
    explorer = new ExplorerPage(workbench);
  });
  after(async () => {
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
    await real?.dispose();
  });
  showFailures(() => workbench);

  const lens = (title: string | RegExp): Locator => workbench.page.locator('.codelens-decoration', { hasText: title }).first();
  const set = async (options: Record<string, string | number>): Promise<void> => void (await client.put('/nodes/pve1/qemu/7901/config', options));
  const open = async (): Promise<void> => {
    await workbench.page.keyboard.press('Control+P');
    await explorer.quickInput.locator('input[type="text"]').first().fill('main.tf');
    await explorer.choose('main.tf');
    await workbench.page.locator('.tab.active', { hasText: 'main.tf' }).waitFor();
  };

  it('says that what was just applied is in sync', async () => {
    await explorer.expand('pve1');
    await open();
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
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Drifted' }).click();
    await workbench.page.locator('.monaco-diff-editor .original', { hasText: '4096' }).waitFor();
    await workbench.page.locator('.monaco-diff-editor .modified', { hasText: '2048' }).waitFor();
    await workbench.screenshot('terraform-drift-diff');
    await workbench.command('View: Close Editor');
  });

  it('takes the change into the code, and leaves the rest of it alone', async () => {
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Update Code' }).click();
    await lens('Drifted').waitFor({ state: 'detached' });
    await workbench.command('File: Save');
    await workbench.page.locator('.tab.active:not(.dirty)', { hasText: 'main.tf' }).waitFor();
    const text = await readFile(join(workbench.folder, 'main.tf'), 'utf8');
    assert.equal(text, CODE.replace('2048', '4096').replace('["shop"]', '["blue", "shop"]'));
    await workbench.screenshot('terraform-drift-updated');
  });

  it('makes the cluster as the code says, through a plan that is reviewed', async () => {
    await set({ memory: 1024 });
    await lens(/Drifted: .*dedicated .*1024/).waitFor();
    await workbench.page.locator('.codelens-decoration a', { hasText: 'Restore Cluster' }).click();
    const review = webviewIn(workbench.page);
    await review.locator('h1', { hasText: 'Apply' }).waitFor({ timeout: 60_000 });
    await workbench.screenshot('terraform-drift-restore');
    await review.locator('vscode-button[data-action="Run"]').click();
    await eventually(async () => ((await client.get('/nodes/pve1/qemu/7901/config')) as { memory: string }).memory === '4096');
  });
});
