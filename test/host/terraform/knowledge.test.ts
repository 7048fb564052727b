import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/editor/ids.ts';
import { execute, terraformFolder, until } from '../../support/host/terraform-folder.ts';
import { tinyExtension } from '../../support/host/tiny-extension.ts';

const VM = 'proxmox_virtual_environment_vm';

/** What is typed up to the cursor within a VM on pve1, and a label that must be offered there. */
const cases: readonly (readonly [what: string, typed: string, offered: string])[] = [
  ['nested blocks', '  ', 'network_device'],
  ['attributes', '  ', 'bios'],
  ['references', '  description = var.', 'stage'],
  ['nodes', '  migrate = "x"\n  clone {\n    node_name = "', 'pve2'],
  ['storages that take disks', '  disk {\n    datastore_id = "', 'local-lvm'],
  ['bridges', '  network_device {\n    bridge = "', 'vmbr0'],
  ['templates', '  clone {\n    vm_id = ', '9000'],
  ['image files', '  cdrom {\n    file_id = "', 'nas:iso/debian-13.2.0-amd64-netinst.iso'],
  ['pools', '  pool_id = "', 'production'],
  ['the next free VMID', '  vm_id = ', '137'],
];

describe('what is known in Terraform files', () => {
  const labels = async (document: vscode.TextDocument, position: vscode.Position): Promise<string[]> =>
    (await execute<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position)).items.map(({ label }) => (typeof label === 'string' ? label : label.label));
  const hovers = async (document: vscode.TextDocument, position: vscode.Position): Promise<string> =>
    (await execute<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position)).flatMap(({ contents }) => contents.map((one) => (typeof one === 'string' ? one : one.value))).join('\n');

  before(async () => {
    await vscode.commands.executeCommand(commandIds.tryDemo);
  });

  for (const [index, [what, typed, offered]] of cases.entries()) {
    it(`completes ${what}`, async () => {
      const head = `variable "stage" {}\n\nresource "${VM}" "web" {\n  node_name = "pve1"\n`;
      const { open } = await terraformFolder(`knowledge-${index}`, { 'main.tf': `${head}${typed}` });
      const document = await open('main.tf');
      const end = document.positionAt(document.getText().length);
      await until(`${offered} to be offered`, async () => (await labels(document, end)).includes(offered));
    });
  }

  it('offers what fits the text that was asked about, whatever is typed meanwhile', async () => {
    const { open, behind } = await terraformFolder('knowledge-typing', { 'main.tf': `resource "${VM}" "web" {\n  disk {\n    datastore_id = ""\n  }\n}\n` });
    const document = await open('main.tf');
    const position = behind(document, '= "');
    await until('storages to be offered', async () => (await labels(document, position)).includes('local-lvm'));
    const before = document.getText();
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(position, position);
    const { executeCommand } = vscode.commands;
    const sent = [executeCommand('editor.action.triggerSuggest'), ...[...'loc'].map((text) => executeCommand('type', { text }))];
    // As on a machine that is busy: what is asked and what is typed arrive together.
    await new Promise((resolve) => setTimeout(resolve, 2));
    for (const end = Date.now() + 500; Date.now() < end;);
    await Promise.all(sent);
    await until('the suggestion to be taken', async () => {
      await executeCommand('acceptSelectedSuggestion');
      return !document.getText().includes('"loc"');
    });
    assert.equal(document.getText(), before.replace('""', '"local-lvm"'));
  });

  it('tells on hover what the provider says, and what the cluster knows', async () => {
    const { open, behind } = await terraformFolder('knowledge-hover', { 'main.tf': `resource "${VM}" "web" {\n  node_name = "pve1"\n}\n` });
    const document = await open('main.tf');
    assert.match(await hovers(document, behind(document, 'node_na')), /node_name.*required/);
    await until('the node to be known', async () => (await hovers(document, behind(document, '"pv'))).includes('128 GiB'));
  });

  it('leaves to HashiCorp’s extension what that one does, while it is there', async () => {
    const { open, behind } = await terraformFolder('knowledge-neighbour', { 'main.tf': `resource "${VM}" "web" {\n  node_name = "pve9"\n  nothing = 1\n}\n` });
    const document = await open('main.tf');
    const codes = (): string => vscode.languages.getDiagnostics(document.uri).map(({ code }) => (typeof code === 'object' ? code.value : code)).sort().join();
    await until('all findings', () => codes() === 'no-such-node,unknown-attribute');
    await vscode.commands.executeCommand('workbench.extensions.installExtension', vscode.Uri.file(await tinyExtension('hashicorp.terraform')));
    try {
      await until('the findings about the cluster alone', () => codes() === 'no-such-node');
      assert.equal(await hovers(document, behind(document, 'node_na')), '');
      assert.deepEqual(await execute<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri) ?? [], []);
    } finally {
      await vscode.commands.executeCommand('workbench.extensions.uninstallExtension', 'hashicorp.terraform');
    }
  });
});
