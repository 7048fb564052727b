import { strict as assert } from 'node:assert';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import type { FrameLocator, Locator } from 'playwright-core';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect } from '../unit/changes/support.ts';

/** Every regular file below a folder. */
async function filesBelow(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

describe('creating guests by the form', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  const violations: string[] = [];

  before(async () => {
    simulator = await spawnSimulator('--seed', '1');
    workbench = await openWorkbench({ env: startedWith(simulator), settings: { 'proxmox.explorer.refreshInterval': 2 } });
    explorer = new ExplorerPage(workbench);
    workbench.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text()) && /create/.test(`${message.text()} ${message.location().url}`)) violations.push(message.text());
    });
    await explorer.open();
    await explorer.shows(/^Demo cluster3 nodes/);
  });
  after(async () => {
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  const form = (): FrameLocator => webviewIn(workbench.page);
  const field = (label: string): Locator => form().getByLabel(label, { exact: true });
  const messageAt = (id: string): Locator => form().locator(`[data-field="${id}"] .message`);
  const ready = async (): Promise<void> => {
    await form().getByLabel('Template').or(form().getByLabel('Boots from')).first().waitFor();
    await form().locator('[role="status"]', { hasText: 'missing or wrong' }).waitFor();
  };

  it('makes a container of two answers, by the keyboard alone, and it stands in the tree', async () => {
    const { page } = workbench;
    await workbench.command('Proxmox: Create Container');
    await ready();
    await explorer.inThemes('create-container');
    await field('Name').focus();
    await page.keyboard.type('of-the-form');
    await field('Password').focus();
    await page.keyboard.type('quite a secret');
    await form().locator('[role="status"]', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await page.keyboard.press('Enter');
    await form().locator('h1', { hasText: /^Create container \d+ \(of-the-form\) on pve1 and start it$/ }).waitFor();
    await workbench.screenshot('create-container-review');
    await form().locator('vscode-button[data-action="Run"]').focus();
    await page.keyboard.press('Enter');
    await form().locator('.run[data-state="succeeded"]').waitFor({ timeout: 120_000 });
    await page.locator('.tab', { hasText: /^Create Container/ }).waitFor({ state: 'detached' });
    await explorer.expand('Demo cluster');
    await explorer.expand('pve1');
    // It is started by a task of its own.
    await explorer.shows(/of-the-form.*CPU/);
    await workbench.screenshot('create-container-made');
    const client = connect(simulator);
    const guests = (await client.get('/cluster/resources', { type: 'vm' })) as readonly { readonly name: string; readonly type: string; readonly status: string }[];
    client.dispose();
    assert.deepEqual(guests.filter(({ name }) => name === 'of-the-form').map(({ type, status }) => [type, status]), [['lxc', 'running']]);
  });

  it('asks before it undoes what would be lost with it', async () => {
    const page = new CodePage(explorer);
    await page.press('Undo', workbench.page.locator('.monaco-dialog-box'));
    await workbench.screenshot('create-container-undo');
    assert.match(await page.answer(/Undo “Create container \d+ \(of-the-form\)/, 'Cancel'), /Container \d+ \(of-the-form\) is destroyed with its disks/);
    await explorer.shows(/of-the-form.*CPU/);
  });

  it('wrote the password nowhere', async () => {
    for (const file of await filesBelow(workbench.data)) assert.ok(!(await readFile(file)).includes('quite a secret'), file);
  });

  it('tells at the fields what cannot be, and shows a folded question that has a problem', async () => {
    await workbench.command('Proxmox: Create Container');
    await ready();
    for (const [label, id, value, said] of [
      ['Name', 'name', 'web_1', /Letters, digits/],
      ['VMID', 'vmid', '100', /is taken by/],
      ['Memory in MiB', 'memory', '100000', /free/],
      ['Disk size in GiB', 'size', '99999', /in all/],
      ['VLAN tag', 'vlan', '5000', /from 1 to 4,094/],
    ] as const) {
      if (id === 'vlan') await form().locator('summary').click();
      await field(label).fill(value);
      await messageAt(id).filter({ hasText: said }).waitFor();
      await field(label).and(form().locator(`[aria-invalid="${id !== 'memory'}"]`)).waitFor();
    }
    await field('IPv4 address').selectOption('static');
    await field('Static IPv4 address').fill('10.20.0.300/16');
    await field('IPv4 gateway').focus();
    await messageAt('ip').filter({ hasText: 'is no IPv4 address' }).waitFor();
    await form().locator('vscode-button[data-action="Review"]').click();
    await messageAt('password').filter({ hasText: 'needed to log in' }).waitFor();
    // The first problem has the focus.
    await field('Name').and(form().locator(':focus')).waitFor();
    await explorer.inThemes('create-container-wrong');
    await form().locator('vscode-button[data-action="Cancel"]').click();
    await workbench.page.locator('.tab', { hasText: /^Create Container/ }).waitFor({ state: 'detached' });
    // What comes forward takes the focus in its own time.
    await form().locator('vscode-button[data-action="Close"]').click();
    await workbench.page.locator('.tab', { hasText: /^Review/ }).waitFor({ state: 'detached' });
    await (await explorer.row('pve1')).click();
  });

  it('downloads a template first, as the review says', async () => {
    await explorer.menu('pve2', 'Create Container');
    await ready();
    await field('Node').locator('option:checked', { hasText: /^pve2/ }).waitFor({ state: 'attached' });
    await field('Name').fill('fresh');
    await field('Password').fill('quite a secret');
    await field('Template').selectOption('+alpine-3.23-default_20260116_amd64.tar.xz');
    await field('Download the template to').waitFor();
    await form().locator('vscode-button[data-action="Review"]').click();
    await form().locator('.step-rows > li').nth(1).waitFor();
    await form().locator('.step-rows', { hasText: /Download template alpine-3\.23.*Create container/s }).waitFor();
    await workbench.screenshot('create-container-download');
    await form().locator('vscode-button[data-action="Run"]').click();
    await form().locator('.run[data-state="succeeded"]').waitFor({ timeout: 120_000 });
    await explorer.expand('pve2');
    await explorer.shows(/fresh/);
  });

  it('asks about a VM what a VM needs', async () => {
    await workbench.command('Proxmox: Create VM');
    await ready();
    await field('Name').fill('desk');
    await field('Boots from').selectOption({ label: await form().locator('option', { hasText: 'Win11' }).first().textContent() ?? '' });
    await form().locator('summary').click();
    // What fits Windows comes in with the answer to the choice of the medium.
    await eventually(async () => (await field('Firmware').inputValue()) === 'ovmf');
    await field('Set it up with cloud-init').check();
    await field('User').waitFor();
    await workbench.screenshot('create-vm');
  });

  it('writes a container as Terraform instead, and the password nowhere', async () => {
    await workbench.command('Proxmox: Create Container');
    await ready();
    await field('Name').fill('as-code');
    await field('Password').fill('quite a secret');
    await form().locator('[role="status"]', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await form().locator('vscode-button[data-action="Create as Terraform"]').scrollIntoViewIfNeeded();
    await workbench.screenshot('create-container-buttons');
    await form().locator('vscode-button[data-action="Create as Terraform"]').click();
    await explorer.choose('terraform/demo-cluster');
    await workbench.page.locator('.tab.active', { hasText: 'guests.tf' }).waitFor();
    await workbench.page.locator('.tab', { hasText: /^Create Container/ }).waitFor({ state: 'detached' });
    const told = await explorer.told(/as-code is in .*terraform\/demo-cluster\/guests\.tf now.* TF_VAR_as_code_password/);
    await told.locator('.monaco-button', { hasText: 'Plan' }).waitFor();
    await workbench.screenshot('create-container-as-terraform');
    const folder = join(workbench.folder, 'terraform/demo-cluster');
    assert.deepEqual((await readdir(folder)).sort(), ['guests.tf', 'provider.tf', 'versions.tf']);
    const code = await readFile(join(folder, 'guests.tf'), 'utf8');
    assert.match(code, /^variable "as_code_password" \{[^}]*sensitive {3}= true\n\}\n\nresource "proxmox_virtual_environment_container" "as-code" \{\n {2}node_name +=/);
    assert.match(code, /hostname = "as-code"[^]*password = var\.as_code_password/);
    assert.ok(!code.includes('quite a secret'));
    // Another of the same name takes another label, and another VMID than the one that is only in the code yet.
    await workbench.command('Proxmox: Create Container');
    await ready();
    await field('Name').fill('as-code');
    await field('Password').fill('quite a secret');
    await form().locator('[role="status"]', { hasText: /^$/ }).waitFor({ state: 'attached' });
    await form().locator('vscode-button[data-action="Create as Terraform"]').click();
    await explorer.choose('terraform/demo-cluster');
    await explorer.choose('guests.tf');
    await workbench.page.locator('.tab', { hasText: /^Create Container/ }).waitFor({ state: 'detached' });
    const both = await readFile(join(folder, 'guests.tf'), 'utf8');
    const vmids = [...both.matchAll(/ vm_id +=  *(\d+)/g)].map(([, vmid]) => Number(vmid));
    assert.ok(both.startsWith(code), 'what was there stays');
    assert.equal(vmids[1], (vmids[0] ?? 0) + 1);
    assert.ok(both.includes(`"as-code_ct${vmids[1]}"`));
    const client = connect(simulator);
    const guests = (await client.get('/cluster/resources', { type: 'vm' })) as readonly { readonly name: string }[];
    client.dispose();
    assert.ok(!guests.some(({ name }) => name === 'as-code'), 'the cluster is as it was');
  });

  it('breaks no rule of its content security policy', () => assert.deepEqual(violations, []));
});
