import { strict as assert } from 'node:assert';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { FrameLocator } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect, guestsThat } from '../unit/changes/support.ts';

describe('operations in the explorer', function () {
  this.timeout(120_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let client: ReturnType<typeof connect>;
  let stopped: { readonly vmid: number; readonly name?: string | undefined }[];
  before(async () => {
    simulator = await spawnSimulator('--seed', '1');
    client = connect(simulator);
    stopped = (await guestsThat(client, 'stopped')).filter(({ node }) => node !== 'pve3');
    assert(stopped.length >= 3, `${stopped.length} guests are stopped on nodes that run`);
    workbench = await openWorkbench({ env: startedWith(simulator), settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1280, height: 1300 } });
    explorer = new ExplorerPage(workbench);
    for (const node of ['pve2', 'pve1']) await explorer.expand(node);
  });
  after(async () => {
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);
  const review = (): FrameLocator => webviewIn(workbench.page);
  const told = async (text: RegExp, ...actions: readonly string[]): Promise<void> => {
    const item = await explorer.told(text);
    for (const action of actions) await item.locator('.monaco-button', { hasText: action }).waitFor();
  };
  const config = async (guest: string): Promise<Record<string, unknown>> => (await client.get(`/nodes/pve1/${guest}/config`)) as Record<string, unknown>;

  it('starts a guest from its menu, and shows that it runs', async () => {
    const { vmid } = stopped[0]!;
    await (await explorer.row(String(vmid))).click({ button: 'right' });
    await workbench.page.locator('.monaco-menu').first().waitFor();
    await workbench.screenshot('operations-menu');
    await workbench.page.keyboard.press('Escape');
    await explorer.menu(String(vmid), 'Start');
    await explorer.shows(new RegExp(`^${vmid} .*CPU`));
    await told(new RegExp(`start .*${vmid}.*: done`, 'i'), 'Show Log', 'Undo');
    await workbench.screenshot('operations-started');
    await explorer.forgetTold();
  });

  it('makes one proposal of several selected guests', async () => {
    const [, one, two] = stopped;
    await (await explorer.row(String(one!.vmid))).click();
    await (await explorer.row(String(two!.vmid))).click({ modifiers: ['Control'] });
    await explorer.menu(String(two!.vmid), 'Start');
    for (const { vmid } of [one!, two!]) await explorer.shows(new RegExp(`^${vmid} .*CPU`));
    await told(/Start 2 guests: done/, 'Show Log', 'Undo');
    await workbench.screenshot('operations-several');
    await explorer.forgetTold();
  });

  it('takes a snapshot and shows it below its guest', async () => {
    const { vmid } = stopped[0]!;
    await explorer.menu(String(vmid), 'Take Snapshot');
    const input = explorer.quickInput.locator('input[type="text"]').first();
    await explorer.quickInput.locator('.quick-input-title', { hasText: 'Take Snapshot' }).waitFor();
    await input.fill('1 bad name');
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'begins with a letter' }).waitFor();
    await input.fill('before-update');
    await workbench.page.keyboard.press('Enter');
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'Description' }).waitFor();
    await workbench.page.keyboard.type('Nothing changed yet');
    await workbench.page.keyboard.press('Enter');
    const memory = explorer.quickInput.locator('.monaco-list-row', { hasText: 'Disks only' });
    if (await memory.waitFor({ timeout: 3_000 }).then(() => true, () => false)) await memory.click();
    await explorer.expand(String(vmid));
    await explorer.shows(/^before-update.*Nothing changed yet/);
    await workbench.screenshot('operations-snapshot');
  });

  it('asks for the name before it stops and destroys', async () => {
    const { vmid, name = '' } = stopped[2]!;
    await (await explorer.row('pve3')).click();
    await explorer.menu(String(vmid), 'Destroy');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: 'Purge' }).waitFor();
    await explorer.quickInput.locator('.monaco-list-row', { hasText: 'Stop first' }).click();
    await workbench.screenshot('operations-destroy-asks');
    await workbench.page.keyboard.press('Enter');
    await review().locator('h1', { hasText: 'Destroy' }).waitFor({ timeout: 30_000 });
    await workbench.screenshot('operations-destroy-review');
    for (const tick of await review().locator('vscode-checkbox[data-safeguard]').all()) if ((await tick.getAttribute('checked')) !== null) await tick.click();
    await review().locator('vscode-textfield').click();
    await workbench.page.keyboard.type(name);
    await workbench.page.keyboard.press('Enter');
    await explorer.hides(new RegExp(`^${vmid} `));
    await workbench.screenshot('operations-destroyed');
  });

  it('asks which guest when it is called by its name', async () => {
    await workbench.command('Proxmox: Edit Tags');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: 'gateway' }).first().waitFor();
    await workbench.screenshot('operations-palette');
    await explorer.quickInput.locator('input[type="text"]').first().fill('gateway');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: 'gateway' }).first().click();
    await explorer.quickInput.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'divided by spaces' }).waitFor();
    await explorer.answer('edge important');
    await eventually(async () => (await config('qemu/100'))['tags'] === 'edge;important');
  });

  it('opens notes as a file, and saving them changes them', async () => {
    await workbench.command('Proxmox: Edit Notes');
    await explorer.choose('gateway');
    await workbench.page.locator('.tab.active', { hasText: 'gateway.md' }).waitFor();
    await new CodePage(explorer).focus();
    await workbench.page.keyboard.press('Control+A');
    await workbench.page.keyboard.type('# The way out');
    await workbench.driver.save();
    await eventually(async () => String((await config('qemu/100'))['description']).trim() === '# The way out');
    await workbench.page.locator('.tab.active.dirty').waitFor({ state: 'detached' });
    await workbench.screenshot('operations-notes');
    await workbench.driver.command('workbench.action.closeAllEditors');
  });

  it('uploads a file', async () => {
    await writeFile(join(workbench.folder, 'tiny.iso'), Buffer.alloc(2_000_000, 7));
    await workbench.command('Proxmox: Upload File');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: /^local/ }).first().click();
    await explorer.quickInput.locator('.quick-input-title', { hasText: 'Upload File to local' }).waitFor();
    // Each time the file dialog has looked at a folder it writes where it is over what was typed, and lets Enter pass by meanwhile.
    const input = explorer.quickInput.locator('input').first();
    await eventually(async () => {
      await input.fill(join(workbench.folder, 'tiny.iso'), { timeout: 1_000 }).catch(() => undefined);
      await input.press('Enter', { timeout: 1_000 }).catch(() => undefined);
      return await input.waitFor({ state: 'detached', timeout: 1_000 }).then(() => true, () => false);
    });
    await told(/Upload tiny\.iso.*: done/, 'Show Log', 'Undo');
    await workbench.screenshot('operations-uploaded');
    await explorer.forgetTold();
    await eventually(async () => ((await client.get('/nodes/pve1/storage/local/content')) as { volid: string }[]).some(({ volid }) => volid === 'local:iso/tiny.iso'));
  });

  it('migrates a guest that is dropped on another node', async () => {
    const { vmid } = stopped[0]!;
    const dialog = workbench.page.locator('.monaco-dialog-box', { hasText: `Migrate container ${vmid}` });
    await explorer.drag(String(vmid), 'pve1', () => dialog.isVisible());
    await dialog.locator('.dialog-message-detail', { hasText: 'is restarted on pve1' }).waitFor();
    await workbench.screenshot('operations-dropped');
    await dialog.locator('.monaco-button', { hasText: 'Cancel' }).click();

    // One whose disks all nodes see is just moved.
    const other = stopped[1]!.vmid;
    await explorer.drag(String(other), 'pve2', async () => ((await client.get('/cluster/resources', { type: 'vm' })) as { vmid: number; node: string }[]).some(({ vmid: id, node }) => id === other && node === 'pve2'));
    await told(/Migrate .*from pve1 to pve2: done/, 'Undo');
    await workbench.screenshot('operations-migrated');
    await explorer.forgetTold();
  });

  it('says where a policy is wrong, and heeds it once it is right', async () => {
    await mkdir(join(workbench.folder, '.proxmox'));
    await writeFile(join(workbench.folder, '.proxmox/policy.yaml'), 'rules:\n  - demnd: refuse\n');
    await workbench.driver.command('workbench.panel.markers.view.focus');
    await workbench.page.locator('.markers-panel .monaco-list-row', { hasText: "There is no 'demnd' here" }).waitFor();
    await workbench.screenshot('operations-policy-problem');
    await writeFile(join(workbench.folder, '.proxmox/policy.yaml'), "readOnly: ['*']\n");
    await workbench.page.locator('.markers-panel .monaco-list-row', { hasText: 'demnd' }).waitFor({ state: 'detached' });
    await explorer.forgetTold();
    await (await explorer.row('pve3')).click();
    await explorer.menu(String(stopped[1]!.vmid), 'Shut Down');
    await told(/refused.*is read-only/);
    await workbench.screenshot('operations-refused');
    await explorer.forgetTold();
    const page = new CodePage(explorer);
    await page.open('.proxmox/policy.yaml');
    await page.goTo(2);
    await workbench.page.keyboard.type('max');
    await workbench.page.locator('.suggest-widget.visible .monaco-list-row', { hasText: 'maximumGuests' }).waitFor();
    await workbench.screenshot('operations-policy-completion');
  });
});
