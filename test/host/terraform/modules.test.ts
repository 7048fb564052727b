import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/editor/ids.ts';
import { execute, terraformFolder, until } from '../../support/host/terraform-folder.ts';

/** A module that describes one VM, and whose VMID is given by who calls it. */
const guest = `variable "id" {}\n\nresource "proxmox_virtual_environment_vm" "this" {\n  node_name = "pve1"\n  vm_id     = var.id\n}\n\noutput "vmid" {\n  value = var.id\n}\n`;
const call = (name: string, source: string, id: number): string => `module "${name}" {\n  source = "${source}"\n  id     = ${String(id)}\n}\n\n`;

describe('Terraform modules that are called', () => {
  const found = (uri: vscode.Uri): string[] => vscode.languages.getDiagnostics(uri).filter(({ code }) => code === 'duplicate-vmid').map(({ message, range }) => `${String(range.start.line + 1)}: ${message}`);
  const labels = async (document: vscode.TextDocument, position: vscode.Position): Promise<string[]> =>
    (await execute<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position)).items.map(({ label }) => (typeof label === 'string' ? label : label.label));

  before(async () => {
    await vscode.commands.executeCommand(commandIds.tryDemo);
  });

  it('are looked through for guests with one VMID, and as they are changed', async () => {
    const site = 'module "inner" {\n  source = "../guest"\n  id     = 777\n}\n';
    const { open, behind } = await terraformFolder('modules-local', { 'main.tf': `${call('a', './guest', 777)}module "site" {\n  source = "./site"\n}\n`, 'guest/main.tf': guest, 'site/main.tf': site });
    const { uri } = await open('main.tf');
    await until('both calls to be told', () => found(uri).length === 2);
    assert.deepEqual(found(uri), [
      '3: module.site.module.inner.proxmox_virtual_environment_vm.this has the VMID 777 too.',
      '6: module.site.module.inner.proxmox_virtual_environment_vm.this gets the VMID 777, which module.a.proxmox_virtual_environment_vm.this has too.',
    ]);
    const inner = await open('site/main.tf');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(inner.uri, behind(inner, '777'), '0');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await until('the module to be looked through again', () => found(uri).length === 0);
  });

  it('have their outputs completed', async () => {
    const { open } = await terraformFolder('modules-outputs', { 'main.tf': `${call('a', './guest', 777)}output "id" {\n  value = module.a.`, 'guest/main.tf': guest });
    const document = await open('main.tf');
    await until('the output', async () => (await labels(document, document.positionAt(document.getText().length))).includes('vmid'));
  });

  it('are followed to where Terraform has fetched them, once it has', async () => {
    const source = 'git::https://git.example.org/acme/vm.git';
    const entry = (Key: string): unknown => ({ Key, Source: source, Dir: '.terraform/modules/a' });
    const files = { 'main.tf': `${call('a', source, 777)}${call('b', source, 777)}output "id" {\n  value = module.a.vmid\n}\n`, '.terraform/modules/a/main.tf': guest };
    const [unfetched, fetched] = await Promise.all([terraformFolder('modules-not-fetched', files), terraformFolder('modules-fetched', { ...files, '.terraform/modules/modules.json': JSON.stringify({ Modules: [entry('a'), entry('b')] }) })]);
    const links = async ({ uri }: vscode.TextDocument): Promise<string[]> => (await execute<vscode.DocumentLink[]>('vscode.executeLinkProvider', uri)).map(({ target }) => target?.path ?? '');
    const definitions = async (one: vscode.TextDocument): Promise<string[]> => (await execute<vscode.LocationLink[]>('vscode.executeDefinitionProvider', one.uri, fetched.behind(one, 'module.a.vm'))).map(({ targetUri, targetRange }) => `${targetUri.path}:${String(targetRange.start.line + 1)}`);
    const [not, document] = await Promise.all([unfetched.open('main.tf'), fetched.open('main.tf')]);
    await until('the modules to be looked through', () => found(document.uri).length === 2);
    const file = join(fetched.path, '.terraform/modules/a/main.tf');
    assert.deepEqual([await definitions(document), await links(document)], [[`${file}:8`], [file, file]]);
    assert.deepEqual([await definitions(not), found(not.uri)], [[], []]);
    await assert.rejects(async () => await execute('vscode.prepareRename', document.uri, fetched.behind(document, '  id')), /fetched/);
  });
});
