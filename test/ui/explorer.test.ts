import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { ExplorerPage, startedWith } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { raw } from '../support/https.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';

describe('the explorer', () => {
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  before(async () => {
    simulator = await spawnSimulator();
    workbench = await openWorkbench({ env: startedWith(simulator), settings: { 'proxmox.explorer.refreshInterval': 2 } });
    explorer = new ExplorerPage(workbench);
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  const post = (path: string): Promise<unknown> => raw(`${simulator.url}/api2/json${path}`, { method: 'POST', headers: { authorization: `PVEAPIToken=${simulator.tokenId}=${simulator.tokenSecret}` } });

  it('shows the cluster that was handed over, without anybody doing anything', async () => {
    await explorer.shows(/^Demo cluster3 nodes · 40 guests$/);
    await explorer.shows(/^pve1CPU \d+ % · \d+ % of 128 GiB$/);
    await explorer.shows(/^pve3offline$/);
    await workbench.page.locator('.statusbar-item', { hasText: 'Demo cluster' }).waitFor();
    await workbench.page.locator('.sidebar .pane-header', { hasText: 'Explorer' }).waitFor();
  });

  it('shows guests with their state below their nodes, and tells of them in a tooltip', async () => {
    await explorer.expand('pve1');
    const row = await explorer.row('100 gateway');
    await row.filter({ hasText: /CPU \d+ % · \d+ % of 2 GiB/ }).waitFor();
    await row.and(workbench.page.locator('[aria-label*="VM 100 gateway, running"]')).waitFor();
    const hover = workbench.page.locator('.monaco-hover:visible', { hasText: 'gateway' });
    // A refresh that paints the row again takes the tooltip away; a person would rest on it again.
    for (let tries = 0; !(await hover.waitFor({ timeout: 2_000 }).then(() => true, () => false)); tries++) {
      assert.ok(tries < 10, 'there is no tooltip');
      await workbench.page.mouse.move(900, 600);
      await (await explorer.row('100 gateway')).hover();
    }
    await explorer.picture('explorer');
    await workbench.page.mouse.move(900, 600);
  });

  it('follows what happens on the cluster by itself', async () => {
    await explorer.shows(/^\d+ .*stopped/);
    const stopped = (await explorer.texts()).find((text) => /^\d+ .*stopped/.test(text));
    const vmid = Number(/^\d+/.exec(stopped ?? '')?.[0]);
    assert.ok(vmid, stopped);
    const kind = (await (await explorer.row(String(vmid))).getAttribute('aria-label'))?.startsWith('VM') === true ? 'qemu' : 'lxc';
    await post(`/nodes/pve1/${kind}/${vmid}/status/start`);
    await explorer.shows(new RegExp(`^${vmid} .*CPU`));
  });

  it('filters as a person types, and shows everything again', async () => {
    await workbench.command('Proxmox: Filter Explorer');
    await explorer.quickInput.locator('input').first().fill('web');
    await explorer.shows(/^10\d web-0/);
    await explorer.hides(/gateway/);
    await workbench.screenshot('explorer-filtered');
    await workbench.page.keyboard.press('Enter');
    await explorer.hides(/gateway/);
    await workbench.command('Proxmox: Clear Filter');
    await explorer.shows(/gateway/);
  });

  it('groups by pool, tag and storage', async () => {
    for (const [grouping, group] of [['Pool', /^production\d+/], ['Tag', /^critical\d+/], ['Storage', /^local-lvmpve1/], ['Node', /^pve1CPU/]] as const) {
      await workbench.command(`Proxmox: Group by ${grouping}`);
      await explorer.shows(group);
      await workbench.screenshot(`explorer-by-${grouping.toLowerCase()}`);
    }
  });

  it('shows what a storage holds', async () => {
    await explorer.collapse('pve1');
    await explorer.expand('Storages');
    await explorer.expand('nas');
    await explorer.expand('ISO images');
    await explorer.shows(/debian-13.*\.iso/i);
    await explorer.expand('Backups');
    await explorer.shows(/vzdump-/);
    await workbench.screenshot('explorer-storage');
  });

  it('opens the log of a task, which grows while the task runs', async () => {
    await explorer.collapse('Storages');
    await explorer.expand('Tasks');
    const failed = explorer.rows().filter({ hasText: /^vzstart 128.*failed/ }).first();
    await failed.click();
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'TASK ERROR' }).waitFor();
    await workbench.screenshot('task-log-failed');
    await post('/nodes/pve1/vzdump?vmid=100&storage=nas&mode=snapshot&compress=zstd');
    const running = explorer.rows().filter({ hasText: /^vzdump 100.*running/ }).first();
    await running.waitFor();
    await running.click();
    await workbench.page.locator('.editor-instance .view-line', { hasText: 'INFO: Starting Backup of VM 100' }).waitFor();
    // More comes as the task goes on.
    await workbench.page.locator('.editor-instance .view-line', { hasText: /INFO:\s+\d+%\s/ }).nth(2).waitFor();
    await workbench.screenshot('task-log-running');
  });

  it('is legible in dark and high-contrast themes', async () => {
    for (const [theme, name] of [['Dark Modern', 'dark'], ['Dark High Contrast', 'high-contrast'], ['Light High Contrast', 'high-contrast-light']] as const) {
      await workbench.command('Preferences: Color Theme');
      await explorer.quickInput.locator('input').first().fill(theme);
      await explorer.quickInput.locator('.monaco-list-row', { hasText: theme }).first().click();
      await explorer.quickInput.waitFor({ state: 'hidden' });
      await workbench.screenshot(`explorer-${name}`);
    }
    await explorer.shows(/^Demo cluster/);
  });

  it('says what to do when the cluster goes away, and keeps what it knew', async () => {
    simulator.process.kill('SIGKILL');
    await explorer.shows(/^Demo clusterCannot be reached · 3 nodes · 40 guests, as last seen$/);
    await explorer.shows(/^pve1CPU/);
    await explorer.expand('Cannot be reached');
    await explorer.shows(/Reconnect/);
    await workbench.page.locator('.statusbar-item', { hasText: 'Demo cluster' }).locator('.codicon-error').waitFor();
    await workbench.screenshot('explorer-unreachable');
  });
});
