import { strict as assert } from 'node:assert';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/editor/ids.ts';
import { execute, terraformFolder, until } from '../../support/host/terraform-folder.ts';

/** A VM that has nothing wrong. The demo cluster has no VMID 777. */
const vm = `resource "proxmox_virtual_environment_vm" "web" {
  node_name = "pve1"
  vm_id     = 777
  pool_id   = "production"

  clone {
    vm_id = 9000
  }

  memory {
    dedicated = 2048
  }

  disk {
    datastore_id = "local-lvm"
    interface    = "scsi0"
    size         = 20
  }

  cdrom {
    file_id = "nas:iso/debian-13.2.0-amd64-netinst.iso"
  }

  network_device {
    bridge = "vmbr0"
  }
}
`;

interface Case {
  readonly title: string;
  /** What stands in the VM otherwise. */
  readonly change: readonly [from: string, to: string];
  readonly code: string;
  readonly message: RegExp;
  /** The preferred way out, and what the changed text is then; undefined where there is none. */
  readonly fix?: readonly [title: RegExp, text: string];
}

const cases: readonly Case[] = [
  { title: 'syntax', change: ['= 2048', '='], code: 'syntax', message: /./ },
  { title: 'an unknown attribute', change: ['node_name', 'node_nam'], code: 'unknown-attribute', message: /node_name/, fix: [/node_name/, 'node_name = "pve1"'] },
  { title: 'an unknown block', change: ['memory {', 'memry {'], code: 'unknown-block', message: /memory/, fix: [/memory/, 'memory {'] },
  { title: 'a missing attribute', change: ['    interface    = "scsi0"\n', ''], code: 'missing-attribute', message: /interface/, fix: [/Add interface/, 'interface = ""'] },
  { title: 'a deprecated attribute', change: ['vm_id     = 777', 'vm_id     = 777\n  timeout_move_disk = 60'], code: 'deprecated', message: /timeout_move_disk is deprecated/, fix: [/Remove timeout_move_disk/, 'vm_id     = 777\n  pool_id'] },
  { title: 'a wrong type', change: ['= 2048', '= "much"'], code: 'wrong-type', message: /number/ },
  { title: 'a value that is none of those allowed', change: ['vm_id     = 777', 'vm_id     = 777\n  bios      = "ovmff"'], code: 'wrong-value', message: /ovmf/, fix: [/ovmf/, '"ovmf"'] },
  { title: 'a name that nothing declares', change: ['"pve1"', 'var.node'], code: 'undeclared', message: /variable node/ },
  { title: 'a node that is not there', change: ['"pve1"', '"pve11"'], code: 'no-such-node', message: /no node pve11/, fix: [/pve1/, 'node_name = "pve1"'] },
  { title: 'a storage that is not there', change: ['"local-lvm"', '"local-lvn"'], code: 'no-such-storage', message: /local-lvm/, fix: [/local-lvm/, '"local-lvm"'] },
  { title: 'a storage that takes no disks', change: ['"local-lvm"', '"nas"'], code: 'storage-content', message: /nas takes no disks/, fix: [/Change to/, 'datastore_id = "'] },
  { title: 'a bridge that is not there', change: ['"vmbr0"', '"vmbr00"'], code: 'no-such-bridge', message: /vmbr0/, fix: [/vmbr0/, 'bridge = "vmbr0"'] },
  { title: 'a file that is not there', change: ['debian-13.2.0', 'debian-13.1.0'], code: 'no-such-file', message: /nas holds no/, fix: [/13\.2\.0/, 'debian-13.2.0'] },
  { title: 'a pool that is not there', change: ['"production"', '"prodution"'], code: 'no-such-pool', message: /production/, fix: [/production/, '"production"'] },
  { title: 'a template that is not there', change: ['= 9000', '= 9009'], code: 'no-such-template', message: /9009/, fix: [/9000/, 'vm_id = 9000'] },
  { title: 'a VMID that is taken', change: ['= 777', '= 100'], code: 'vmid-taken', message: /gateway/, fix: [/next free/, 'vm_id     = 137'] },
  { title: 'a VMID given twice', change: ['resource', 'resource "proxmox_virtual_environment_container" "other" {\n  node_name = "pve1"\n  vm_id     = 777\n}\n\nresource'], code: 'duplicate-vmid', message: /777/, fix: [/next free/, '= 137'] },
  { title: 'more memory than the node has', change: ['= 2048', '= 262144'], code: 'too-much-memory', message: /256 GiB .*128 GiB/ },
];

describe('what is wrong in Terraform files', () => {
  const found = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'proxmox');
  const finding = (uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> => until(`${code}, among ${JSON.stringify(found(uri).map((one) => one.code))}`, () => found(uri).find((one) => one.code === code));

  before(async () => {
    await vscode.commands.executeCommand(commandIds.tryDemo);
  });

  it('is nothing in code that fits', async () => {
    const { open } = await terraformFolder('findings-none', { 'main.tf': `${vm}\nresource "proxmox_virtual_environment_pool" "a" {\n  pool_id = var.nothing\n}\n` });
    const { uri } = await open('main.tf');
    await finding(uri, 'undeclared');
    assert.deepEqual(found(uri).map(({ message }) => message), ['There is no variable nothing in this module.']);
  });

  for (const [index, { title, change, code, message, fix }] of cases.entries()) {
    it(`is ${title}${fix === undefined ? '' : ', which one click mends'}`, async () => {
      const { open } = await terraformFolder(`findings-${index}`, { 'main.tf': vm.replace(...change) });
      const document = await open('main.tf');
      const diagnostic = await finding(document.uri, code);
      assert.match(diagnostic.message, message);
      if (fix === undefined) return;
      const actions = await execute<vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, diagnostic.range);
      const preferred = actions.find(({ isPreferred }) => isPreferred === true);
      assert.match(preferred?.title ?? 'no preferred action', fix[0]);
      assert.ok(preferred?.edit !== undefined && (await vscode.workspace.applyEdit(preferred.edit)));
      assert.ok(document.getText().includes(fix[1]), document.getText());
      await until(`${code} to be gone`, () => found(document.uri).every((one) => one.code !== code));
    });
  }

  it('is told in files that are not saved, and forgotten with them', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'terraform', content: vm.replace('"pve1"', '"pve9"') });
    await finding(document.uri, 'no-such-node');
    const values = await vscode.workspace.openTextDocument({ language: 'terraform-vars', content: 'locals {\n}\n' });
    await finding(values.uri, 'block-in-values');
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until('the findings to be cleared', () => found(document.uri).length === 0);
  });

  it('follows what stands in the other files of the folder, open or not', async () => {
    const { path, open } = await terraformFolder('findings-files', { 'main.tf': 'output "a" {\n  value = var.node\n}\n', 'variables.tf': 'variable "node" {}\n' });
    const main = await open('main.tf');
    const variables = await open('variables.tf');
    const edit = new vscode.WorkspaceEdit();
    edit.replace(variables.uri, new vscode.Range(0, 10, 0, 14), 'place');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await finding(main.uri, 'undeclared');
    await writeFile(join(path, 'more.tf'), 'variable "node" {}\n');
    await until('the new file to be seen', () => found(main.uri).length === 0);
    await rm(join(path, 'more.tf'));
    await finding(main.uri, 'undeclared');
  });

  it('does not take what the state holds for somebody else’s', async () => {
    const instance = { attributes: { vm_id: 100, node_name: 'pve1' } };
    const state = { version: 4, serial: 1, lineage: 'a', resources: [{ mode: 'managed', type: 'proxmox_virtual_environment_vm', name: 'web', provider: 'provider["registry.terraform.io/bpg/proxmox"]', instances: [instance] }] };
    const { path, open } = await terraformFolder('findings-state', { 'main.tf': vm.replace('= 777', '= 100'), 'terraform.tfstate': JSON.stringify(state) });
    const { uri } = await open('main.tf');
    await rm(join(path, 'terraform.tfstate'));
    await finding(uri, 'vmid-taken');
    await writeFile(join(path, 'terraform.tfstate'), JSON.stringify(state));
    await until('the state to be seen', () => found(uri).every(({ code }) => code !== 'vmid-taken'));
  });
});
