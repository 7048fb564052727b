import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect } from '../unit/changes/support.ts';

/** VM 129 of the demo cluster, which is stopped. */
const guest = 'legacy-erp';

describe('operations that ask', function () {
  this.timeout(120_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let client: ReturnType<typeof connect>;
  before(async () => {
    simulator = await spawnSimulator('--seed', '1', '--pace', '0.05', '--ssh-port', '0');
    client = connect(simulator);
    workbench = await openWorkbench({ env: startedWith(simulator), settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1280, height: 1300 } });
    explorer = new ExplorerPage(workbench);
    await explorer.row('pve1');
  });
  after(async () => {
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  const config = async (vmid: number): Promise<Record<string, unknown>> => (await client.get(`/nodes/pve1/qemu/${vmid}/config`)) as Record<string, unknown>;
  const guests = async (): Promise<{ vmid: number; name: string; node: string; pool?: string }[]> => (await client.get('/cluster/resources', { type: 'vm' })) as never;
  const question = (text: string): Promise<void> => explorer.quickInput.locator(`input[placeholder^="${text}"], .quick-input-message:has-text("${text}")`).first().waitFor();
  const pick = async (text: string): Promise<void> => {
    await question('Guest');
    await explorer.quickInput.locator('input[type="text"]').first().fill(text);
    await explorer.choose(text);
  };
  const confirm = (): Promise<void> => workbench.page.locator('.monaco-dialog-box .monaco-button', { hasText: 'Run' }).click();

  it('clones', async () => {
    await workbench.command('Proxmox: Clone');
    await pick(guest);
    await question('VMID of the clone');
    await explorer.answer('555');
    await question('Name of the clone');
    await explorer.answer('erp-copy');
    await question('Node');
    await workbench.screenshot('operations-clone-node');
    await explorer.choose('pve1');
    await question('Storage');
    await workbench.screenshot('operations-clone-storage');
    await explorer.choose('Where the disks are now');
    await eventually(async () => (await guests()).some(({ vmid, name }) => vmid === 555 && name === 'erp-copy'));
  });

  it('resizes a disk', async () => {
    const disk = (): Promise<string> => config(129).then((read) => String(Object.entries(read).find(([key, value]) => /^(scsi|virtio)0$/.test(key) && String(value).includes('size='))?.[1]));
    const before = await disk();
    await workbench.command('Proxmox: Resize Disk');
    await pick(guest);
    await question('Disks of VM 129');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: before.split(',')[0]! }).click();
    await question('New size');
    await explorer.answer('+3G');
    await confirm();
    await eventually(async () => (await disk()) !== before);
    assert.equal(Number(/size=(\d+)G/.exec(await disk())?.[1]), Number(/size=(\d+)G/.exec(before)?.[1]) + 3);
  });

  it('backs up and restores as a new guest', async () => {
    await workbench.command('Proxmox: Back Up Now');
    await pick(guest);
    await explorer.quickInput.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
    await question('Storage for the backup');
    await explorer.choose('nas');
    await eventually(async () => ((await client.get('/nodes/pve1/storage/nas/content', { content: 'backup' })) as { volid: string }[]).some(({ volid }) => volid.includes('vzdump-qemu-129-')));
    await explorer.expand('Storages');
    await explorer.expand('nas');
    await explorer.expand('Backups');
    await explorer.menu('vzdump-qemu-129-', 'Restore from Backup');
    await explorer.choose('As a new guest');
    await question('VMID');
    await explorer.answer('556');
    await question('Node');
    await explorer.choose('pve1');
    await question('Storage');
    await explorer.choose('Where the disks were');
    await eventually(async () => (await guests()).some(({ vmid }) => vmid === 556));
    await workbench.screenshot('operations-restored');
    await explorer.collapse('Storages');
  });

  it('renames, protects and moves to a pool', async () => {
    await workbench.command('Proxmox: Rename');
    await pick(guest);
    await question('New name');
    await explorer.answer('not_a_name');
    await explorer.quickInput.locator('.quick-input-message', { hasText: 'letters, digits and hyphens' }).waitFor();
    await explorer.answer('erp-old');
    await eventually(async () => (await config(129))['name'] === 'erp-old');
    for (const [title, choice, holds] of [
      ['Protect or Unprotect', 'Protect', async () => Number((await config(129))['protection']) === 1],
      ['Move to Pool', 'lab', async () => (await guests()).some(({ vmid, pool }) => vmid === 129 && pool === 'lab')],
    ] as const) {
      await workbench.command(`Proxmox: ${title}`);
      await pick('129 ');
      await explorer.quickInput.locator('.quick-input-action .monaco-button', { hasText: 'OK' }).click();
      await question(title === 'Move to Pool' ? 'Pool' : 'A protected guest');
      await explorer.choose(choice);
      await eventually(holds);
    }
  });

  it('downloads from an address', async () => {
    await workbench.command('Proxmox: Download from URL');
    await question('Storage');
    await explorer.quickInput.locator('.monaco-list-row', { hasText: /^local/ }).first().click();
    await question('Address');
    await explorer.answer('https://download.example.org/images/tiny.iso');
    await question('File name');
    await explorer.answer('tiny.iso');
    await question('Checksum');
    await explorer.answer('');
    await eventually(async () => (await Promise.all(['pve1', 'pve2'].map((node) => client.get(`/nodes/${node}/storage/local/content`)))).flat().some((volume) => (volume as { volid: string }).volid === 'local:iso/tiny.iso'));
  });

  it('puts a node into maintenance over SSH, and shows it', async () => {
    await explorer.menu('pve2', 'Enter Maintenance Mode');
    const dialog = workbench.page.locator('.monaco-dialog-box', { hasText: 'Put node pve2 into maintenance' });
    await dialog.locator('.dialog-message-detail', { hasText: 'High availability moves' }).waitFor();
    await workbench.screenshot('operations-maintenance-asks');
    await dialog.locator('.monaco-button', { hasText: 'Run' }).click();
    await explorer.shows(/^pve2.*maintenance/);
    await workbench.screenshot('operations-maintenance');
    await (await explorer.row('pve2')).click({ button: 'right' });
    await workbench.page.locator('.monaco-menu .action-label', { hasText: 'Leave Maintenance Mode' }).first().waitFor();
    await workbench.page.keyboard.press('Escape');
  });

  it('asks before a node is rebooted', async () => {
    await explorer.menu('pve1', 'Reboot Node');
    const review = webviewIn(workbench.page);
    await review.locator('h1', { hasText: 'Reboot' }).waitFor();
    await review.locator('.risk', { hasText: /critical/i }).waitFor();
    await workbench.screenshot('operations-reboot');
  });
});
