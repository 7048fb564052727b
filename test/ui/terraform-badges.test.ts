import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { PveClient } from '../../src/pve/index.ts';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { type RealTerraform, realTerraform, simulatorClient } from '../support/terraform-project.ts';

const vm = (label: string, vmid: number): string => `resource "proxmox_virtual_environment_vm" "${label}" {
  name      = "${label}"
  node_name = "pve1"
  vm_id     = ${vmid}
  started   = false
  memory {
    dedicated = 1024 # MiB
  }
}
`;
const CODE = `terraform {
  required_providers {
    proxmox = {
      source = "bpg/proxmox"
    }
  }
}

provider "proxmox" {}

${[vm('same', 7901), vm('other', 7902), vm('gone', 7903)].join('\n')}`;
const lineOf = (label: string): number => CODE.split('\n').findIndex((line) => line.includes(`"${label}"`)) + 1;

describe('how guests and code stand to each other, at a glance', function () {
  this.timeout(180_000);
  let real: RealTerraform;
  let simulator: SpawnedSimulator;
  let client: PveClient;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  before(async () => {
    [real, simulator] = await Promise.all([realTerraform(), spawnSimulator('--seed', '1', '--nodes', '1', '--guests', '3', '--pace', '0.1')]);
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

  const memory = async (): Promise<string> => ((await client.get('/nodes/pve1/qemu/7902/config')) as { memory: string }).memory;
  const onDisk = (): Promise<string> => readFile(join(workbench.folder, 'main.tf'), 'utf8');
  /** Which letter or sign stands behind a guest's row. VS Code draws it by a style sheet. */
  const badge = async (label: string): Promise<string> => {
    const drawn = await (await explorer.row(label)).evaluate((row) => {
      const window = globalThis as unknown as { getComputedStyle(part: unknown, pseudo: string): { readonly content: string } };
      const within = (row as unknown as { querySelectorAll(all: string): Iterable<unknown> }).querySelectorAll('*');
      return [...within].map((part) => window.getComputedStyle(part, '::after').content);
    });
    return drawn.map((content) => content.replaceAll('"', '').trim()).find((content) => /^[A-Z≠]$/.test(content)) ?? '';
  };
  const badged = (label: string, wanted: string): Promise<void> => eventually(async () => (await badge(label).catch(() => '')) === wanted);

  it('marks in the explorer what is managed, what is otherwise, and what nobody manages', async () => {
    await explorer.expand('pve1');
    await page.open('main.tf');
    await page.lens('In sync').waitFor();
    for (const label of ['7901 ', '7902 ', '7903 ']) await badged(label, 'T');
    await client.put('/nodes/pve1/qemu/7902/config', { memory: 2048 });
    await client.waitForTask(String(await client.delete('/nodes/pve1/qemu/7903')));
    await page.lens('Drifted: memory.dedicated 1024 → 2048').waitFor();
    await page.lens('Missing in the cluster').waitFor();
    await badged('7901 ', 'T');
    await badged('7902 ', '≠');
    await badged('100 ', 'U');
    await explorer.hides(/^7903 /);
    await eventually(async () => (await workbench.page.locator('.editor-instance .cgmr').count()) >= 3);
    await explorer.inThemes('terraform-badges');
  });

  it('opens the code of a guest from the explorer', async () => {
    await page.goTo(1);
    await workbench.driver.command('workbench.action.closeAllEditors');
    await explorer.menu('7902 ', 'Open Terraform Code');
    await workbench.page.locator('.tab.active', { hasText: 'main.tf' }).waitFor();
    await workbench.page.locator('.statusbar', { hasText: `Ln ${lineOf('other')},` }).waitFor();
  });

  it('takes an update of the code back by Ctrl+Z', async () => {
    await page.useLens(lineOf('other'), 'Update Code');
    await workbench.page.locator('.editor-instance .view-line', { hasText: '2048 # MiB' }).waitFor();
    await page.lens('Drifted').waitFor({ state: 'detached' });
    await page.focus();
    await workbench.page.keyboard.press('Control+Z');
    await workbench.page.locator('.editor-instance .view-line', { hasText: '2048 # MiB' }).waitFor({ state: 'detached' });
    await page.lens('Drifted: memory.dedicated 1024 → 2048').waitFor();
    await page.save();
    assert.equal(await onDisk(), CODE);
  });

  it('is in sync again once the cluster is restored', async () => {
    await page.useLens(lineOf('other'), 'Restore Cluster');
    await page.reviewed('Apply');
    assert.deepEqual(await page.parts(1), ['proxmox_virtual_environment_vm.other']);
    await page.run();
    assert.equal(await memory(), '1024');
    await page.close();
    await page.lens('Drifted').waitFor({ state: 'detached' });
    await badged('7902 ', 'T');
    await page.useLens(lineOf('gone'), 'Restore Cluster');
    await page.reviewed('Apply');
    assert.deepEqual(await page.parts(1), ['proxmox_virtual_environment_vm.gone']);
    await page.run();
    await page.close();
    await badged('7903 ', 'T');
    // That of the one above is in sight too.
    const inSync = workbench.page.locator('.editor-instance .codelens-decoration a', { hasText: 'In sync' });
    await eventually(async () => (await inSync.count()) >= 2 && (await page.lens('Missing in the cluster').count()) === 0);
    await workbench.screenshot('terraform-badges-restored');
  });
});
