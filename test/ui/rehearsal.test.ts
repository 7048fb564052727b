import { strict as assert } from 'node:assert';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { after, before, describe, it } from 'mocha';
import type { FrameLocator } from 'playwright-core';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect, guestsThat } from '../unit/changes/support.ts';

describe('rehearsing from the review', function () {
  this.timeout(120_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let guest: { readonly vmid: number; readonly node: string };
  before(async () => {
    simulator = await spawnSimulator('--seed', '1');
    const client = connect(simulator);
    const found = (await guestsThat(client, 'stopped')).find(({ node, type }) => node !== 'pve3' && type === 'qemu');
    client.dispose();
    assert(found !== undefined);
    guest = found;
    workbench = await openWorkbench({ env: startedWith(simulator), viewport: { width: 1280, height: 1300 } });
    explorer = new ExplorerPage(workbench);
    await explorer.expand(guest.node);
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);
  const review = (): FrameLocator => webviewIn(workbench.page);

  it('shows what a destruction would come to, and destroys nothing', async () => {
    const { vmid } = guest;
    await explorer.menu(String(vmid), 'Destroy');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: 'Purge' }).waitFor();
    await workbench.page.keyboard.press('Enter');
    await review().locator('h1', { hasText: 'Destroy' }).waitFor({ timeout: 30_000 });
    await review().locator('vscode-button', { hasText: 'Rehearse' }).click();
    await review().locator('.preview .good', { hasText: /would succeed/ }).waitFor({ timeout: 30_000 });
    await workbench.screenshot('review-rehearsed');
    await review().locator('.preview', { hasText: new RegExp(`VM ${vmid} \\(.*\\) would be gone\\.`) }).waitFor();
    await review().locator('vscode-button', { hasText: 'Cancel' }).last().click();
    await explorer.shows(new RegExp(`^${vmid} `));
    assert.deepEqual((await readdir(tmpdir())).filter((name) => name.startsWith('proxmox-workbench-rehearsal-')), []);
  });
});
