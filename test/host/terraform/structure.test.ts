import { strict as assert } from 'node:assert';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';
import { execute, terraformFolder, until } from '../../support/host/terraform-folder.ts';

const VM = 'proxmox_virtual_environment_vm';
const files = {
  'main.tf': `locals {\n  tags = ["web", var.stage]\n}\n\nresource "${VM}" "web" {\n  node_name = "pve1"\n  tags      = local.tags\n}\n\nmodule "guest" {\n  source = "./guest"\n  memory = 2048\n}\n`,
  'variables.tf': 'variable "stage" {\n  default = "test"\n}\n',
  'live.tfvars': 'stage = "live"\n',
  'guest/main.tf': 'variable "memory" {}\n',
};

describe('Terraform files in the editor', () => {
  it('are of their languages', async () => {
    const { open } = await terraformFolder('languages', { 'a.tf': '', 'b.tofu': '', 'c.tfvars': '' });
    assert.deepEqual([(await open('a.tf')).languageId, (await open('b.tofu')).languageId, (await open('c.tfvars')).languageId], ['terraform', 'terraform', 'terraform-vars']);
  });

  it('have words with a meaning', async () => {
    const { open } = await terraformFolder('tokens', files);
    const document = await open('main.tf');
    const legend = await execute<vscode.SemanticTokensLegend>('vscode.provideDocumentSemanticTokensLegend', document.uri);
    const { data } = await execute<vscode.SemanticTokens>('vscode.provideDocumentSemanticTokens', document.uri);
    const words: string[] = [];
    for (let at = 0, line = 0, character = 0; at < data.length; at += 5) {
      line += data[at]!;
      character = data[at] === 0 ? character + data[at + 1]! : data[at + 1]!;
      words.push(`${document.lineAt(line).text.slice(character, character + data[at + 2]!)} ${legend.tokenTypes[data[at + 3]!]}`);
    }
    assert.deepEqual(words.slice(0, 6), ['locals keyword', 'tags variable', 'var variable', 'stage parameter', 'resource keyword', `"${VM}" class`]);
  });

  it('lead from a name to its definition and its references', async () => {
    const { path, open, behind } = await terraformFolder('navigation', files);
    const document = await open('main.tf');
    const told = (uri: vscode.Uri, range: vscode.Range | undefined): string => `${relative(path, uri.fsPath)}:${(range?.start.line ?? -1) + 1}`;
    const definition = async (text: string): Promise<string[]> =>
      (await execute<vscode.LocationLink[]>('vscode.executeDefinitionProvider', document.uri, behind(document, text))).map(({ targetUri, targetSelectionRange }) => told(targetUri, targetSelectionRange));
    assert.deepEqual(await definition('var.sta'), ['variables.tf:1']);
    assert.deepEqual(await definition('local.ta'), ['main.tf:2']);
    assert.deepEqual(await definition('mem'), ['guest/main.tf:1']);
    const found = await until('the folder to be known', async () => {
      const all = await execute<vscode.Location[]>('vscode.executeReferenceProvider', document.uri, behind(document, 'var.sta'));
      return all.length === 3 ? all : undefined;
    });
    assert.deepEqual(found.map(({ uri, range }) => told(uri, range)).sort(), ['live.tfvars:1', 'main.tf:2', 'variables.tf:1']);
    const links = await execute<vscode.DocumentLink[]>('vscode.executeLinkProvider', document.uri);
    assert.deepEqual(links.map(({ target }) => target?.path.endsWith('/guest/main.tf')), [true]);
  });

  it('rename a name in all of them, and keep what a state knows', async () => {
    const { path, open, behind } = await terraformFolder('rename', files);
    const document = await open('main.tf');
    const edit = await execute<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, behind(document, 'var.sta'), 'phase');
    assert.deepEqual(edit.entries().map(([uri, edits]) => `${relative(path, uri.fsPath)} ${edits.length}`).sort(), ['live.tfvars 1', 'main.tf 1', 'variables.tf 1']);
    await mkdir(join(path, '.terraform'));
    await writeFile(join(path, '.terraform/terraform.tfstate'), '{}');
    const moved = await execute<vscode.WorkspaceEdit>('vscode.executeDocumentRenameProvider', document.uri, behind(document, `"${VM}" "we`), 'site');
    assert.match(moved.get(document.uri).map(({ newText }) => newText).join('|'), new RegExp(`moved \\{\\s+from = ${VM}\\.web\\s+to   = ${VM}\\.site`));
    await assert.rejects(async () => await execute('vscode.prepareRename', document.uri, behind(document, 'node_na')), /Put the cursor on one/);
  });

  it('have an outline, symbols, folds and growing selections', async () => {
    const { open, behind } = await terraformFolder('symbols', files);
    const document = await open('main.tf');
    const symbols = await execute<vscode.DocumentSymbol[]>('vscode.executeDocumentSymbolProvider', document.uri);
    assert.deepEqual(symbols.map(({ name }) => name), ['locals', `${VM}.web`, 'module.guest']);
    assert.deepEqual(symbols[0]?.children.map(({ name }) => name), ['local.tags']);
    const everywhere = await until('the folders to be known', async () => {
      const all = (await execute<vscode.SymbolInformation[]>('vscode.executeWorkspaceSymbolProvider', 'module.gue')).filter(({ location }) => location.uri.path.includes('/symbols/'));
      return all.length > 0 ? all : undefined;
    });
    assert.deepEqual(everywhere.map(({ name }) => name), ['module.guest']);
    const folds = await execute<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    assert.deepEqual(folds.map(({ start, end }) => [start, end]), [[0, 1], [4, 6], [9, 11]]);
    const [selection] = await execute<vscode.SelectionRange[]>('vscode.executeSelectionRangeProvider', document.uri, [behind(document, '"pve')]);
    const texts: string[] = [];
    for (let one = selection; one !== undefined; one = one.parent) texts.push(document.getText(one.range));
    assert.ok(texts.includes('"pve1"') && texts.includes('node_name = "pve1"'), texts.join('\n---\n'));
  });

  it('are formatted as terraform fmt does, with edits no longer than needed', async () => {
    const { open } = await terraformFolder('formatting', { 'main.tf': 'locals {\n  a = 1\n  bcd   = 2\n}\n', 'broken.tf': 'locals {\n' });
    const document = await open('main.tf');
    const edits = await execute<vscode.TextEdit[]>('vscode.executeFormatDocumentProvider', document.uri, { tabSize: 2, insertSpaces: true });
    const edit = new vscode.WorkspaceEdit();
    edit.set(document.uri, edits);
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.equal(document.getText(), 'locals {\n  a   = 1\n  bcd = 2\n}\n');
    assert.ok(edits.every(({ newText }) => newText.length <= 3), JSON.stringify(edits));
    const broken = await execute<vscode.TextEdit[] | undefined>('vscode.executeFormatDocumentProvider', (await open('broken.tf')).uri, { tabSize: 2, insertSpaces: true });
    assert.deepEqual(broken ?? [], []);
  });

  it('take snippets by their prefix', async () => {
    const { open, behind } = await terraformFolder('snippets', { 'main.tf': 'pve-po' });
    const document = await open('main.tf');
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(behind(document, 'pve-po'), behind(document, 'pve-po'));
    const { items } = await execute<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, behind(document, 'pve-po'));
    const snippet = items.find(({ label }) => (typeof label === 'string' ? label : label.label) === 'pve-pool');
    assert.ok(snippet?.insertText instanceof vscode.SnippetString);
    assert.ok(await editor.insertSnippet(snippet.insertText, new vscode.Range(0, 0, 0, 'pve-po'.length)));
    assert.match(document.getText(), /^resource "proxmox_virtual_environment_pool" "production" \{\n {2}pool_id = "production"\n/);
  });
});
