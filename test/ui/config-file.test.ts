import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { createClient } from '../../src/pve/index.ts';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';

describe("a guest's configuration as a file", () => {
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let code: CodePage;

  before(async () => {
    simulator = await spawnSimulator();
    const { url, fingerprint, tokenId, tokenSecret } = simulator;
    workbench = await openWorkbench({
      env: { PROXMOX_WORKBENCH_CLUSTER: JSON.stringify({ name: 'Test', url, fingerprint, tokenId, tokenSecret }) },
      settings: { 'workbench.startupEditor': 'none', 'editor.minimap.enabled': false },
    });
    explorer = new ExplorerPage(workbench);
    code = new CodePage(explorer);
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  it('opens from the explorer, is coloured, tells what is wrong and completes', async () => {
    const { page } = workbench;
    await explorer.expand('pve1');
    await explorer.menu('100 ', 'Edit Configuration');
    const editor = page.locator('.editor-instance .monaco-editor').first();
    await editor.locator('.view-line', { hasText: 'memory:' }).waitFor();
    await page.locator('.statusbar-item', { hasText: 'Proxmox Configuration' }).waitFor();
    // Colours: the key and the storage of a volume are no plain text.
    await eventually(async () => {
      const colours = await editor.locator('.view-line', { hasText: 'scsi0:' }).locator('span > span').evaluateAll((spans) => spans.map((span) => span.className));
      return new Set(colours).size >= 4;
    });

    const line = async (text: string): Promise<void> => {
      await code.goBehind(/^vmgenid: .*$/);
      await page.keyboard.press('Enter');
      await page.keyboard.type(text);
    };
    await line('net1: virtio,brige=vmbr0');
    await page.keyboard.press('Escape');
    await page.locator('.squiggly-error').first().waitFor();
    await page.locator('.tab.dirty', { hasText: '100.conf' }).waitFor();
    await line('net2: virtio,bridge=');
    const proposal = page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'vmbr1' });
    await proposal.waitFor();
    await workbench.screenshot('config-file');
    await page.keyboard.press('Escape');

    const problem = page.locator('.markers-panel .monaco-list-row', { hasText: "'net1' has no 'brige'. Is 'bridge' meant?" });
    await workbench.driver.command('workbench.panel.markers.view.focus');
    await problem.waitFor();
    await editor.locator('.view-line', { hasText: 'scsihw' }).locator('span', { hasText: 'scsihw' }).last().hover();
    await page.locator('.monaco-hover:visible', { hasText: 'The SCSI controller.' }).waitFor();
    await workbench.screenshot('config-file-problems');
  });

  it('shows what waits for the next start, and opens the merge editor when somebody else was quicker', async () => {
    const { page } = workbench;
    const client = createClient(
      { id: 'test', name: 'Test', endpoints: [simulator.url], authentication: { kind: 'token', tokenId: simulator.tokenId }, trust: { kind: 'fingerprint', sha256: simulator.fingerprint } },
      { secret: () => Promise.resolve(simulator.tokenSecret) },
    );
    try {
      await workbench.driver.command('workbench.action.files.revert');
      await page.locator('.tab:not(.dirty)', { hasText: '100.conf' }).waitFor();
      await client.put('/nodes/pve1/qemu/100/config', { cores: 4 });
      const editor = page.locator('.editor-instance .monaco-editor').first();
      await editor.locator('.codelens-decoration', { hasText: 'cores changes at the next start (now: 2)' }).waitFor();
      await editor.locator('.view-line', { hasText: 'cores:' }).getByText('4', { exact: true }).waitFor();
      await workbench.screenshot('config-file-pending');

      await workbench.driver.replace(/^onboot: 1$/, 'onboot: 0');
      await client.put('/nodes/pve1/qemu/100/config', { onboot: 1, tags: 'elsewhere' });
      await code.focus();
      await page.keyboard.press('Control+s');
      await page.locator('.merge-editor').waitFor();
      await page.getByText(/\d Conflicts? Remaining/).waitFor();
      await page.locator('.tab.dirty', { hasText: 'Merging: 100.conf' }).waitFor();
      await workbench.screenshot('config-file-conflict');
      assert.match(String(((await client.get('/nodes/pve1/qemu/100/config')) as { onboot: unknown }).onboot), /1/);
    } finally {
      client.dispose();
    }
  });
});
