import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds } from '../../../src/editor/ids.ts';
import { Formatting } from '../../../src/editor/terraform/language/formatting.ts';
import { findProgram } from '../../../src/editor/terraform/projects/program.ts';
import { execute, terraformFolder, until } from '../../support/host/terraform-folder.ts';

const VM = 'proxmox_virtual_environment_vm';
const codesOf = (uri: vscode.Uri): string => vscode.languages.getDiagnostics(uri).map(({ code }) => String(typeof code === 'object' ? code.value : code)).sort().join();
const labels = async (document: vscode.TextDocument, position: vscode.Position): Promise<string[]> =>
  (await execute<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position)).items.map(({ label }) => (typeof label === 'string' ? label : label.label));
/** Those that say more than their names. */
const told = async (document: vscode.TextDocument, position: vscode.Position): Promise<string[]> =>
  (await execute<vscode.CompletionList>('vscode.executeCompletionItemProvider', document.uri, position)).items.flatMap(({ label }) => (typeof label === 'string' || label.description === undefined ? [] : [`${label.label} ${label.description}`]));
const hovers = async (document: vscode.TextDocument, position: vscode.Position): Promise<string> =>
  (await execute<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, position)).flatMap(({ contents }) => contents.map((one) => (typeof one === 'string' ? one : one.value))).join('\n');
const symbols = async ({ uri }: vscode.TextDocument): Promise<string[]> => (await execute<vscode.DocumentSymbol[] | undefined>('vscode.executeDocumentSymbolProvider', uri) ?? []).map(({ name }) => name);

describe('values for variables in .tfvars files', () => {
  const files = {
    'variables.tf': 'variable "node" {\n  type        = string\n  description = "Where it runs"\n}\n\nvariable "cores" {\n  type = number\n}\n',
    'main.tf': `resource "${VM}" "web" {\n  node_name = var.node\n}\n`,
  };
  before(async () => {
    await vscode.commands.executeCommand(commandIds.tryDemo);
  });

  it('are completed: the variables, and what each may be', async () => {
    const { open, behind } = await terraformFolder('tfvars-completion', { ...files, 'live.tfvars': 'node = ""\n\n' });
    const document = await open('live.tfvars');
    await until('the variable that has no value yet', async () => (await labels(document, new vscode.Position(1, 0))).includes('cores'));
    assert.ok(!(await labels(document, new vscode.Position(1, 0))).includes('node'));
    await until('the nodes', async () => (await labels(document, behind(document, 'node = "'))).includes('pve2'));
  });

  it('are explained', async () => {
    const { open, behind } = await terraformFolder('tfvars-hover', { ...files, 'live.tfvars': 'node = "pve1"\n' });
    const document = await open('live.tfvars');
    await until('the variable to be known', async () => /var\.node.*string, required[\s\S]*Where it runs/.test(await hovers(document, behind(document, 'no'))));
    await until('the node to be known', async () => (await hovers(document, behind(document, '"pv'))).includes('128 GiB'));
  });

  it('are told to be wrong: of no variable, of another type, not there', async () => {
    const { open } = await terraformFolder('tfvars-findings', { ...files, 'live.tfvars': 'node  = "pve9"\ncores = "many"\nnod   = 1\n' });
    const { uri } = await open('live.tfvars');
    await until('all findings', () => codesOf(uri) === 'no-such-node,undeclared,wrong-type');
  });
});

describe('VLANs in Terraform files', () => {
  it('are completed with those that the code has already', async () => {
    const { open } = await terraformFolder('vlans', {
      'other.tf': `resource "${VM}" "other" {\n  node_name = "pve1"\n  network_device {\n    bridge  = "vmbr0"\n    vlan_id = 30\n  }\n}\n`,
      'main.tf': `resource "${VM}" "web" {\n  node_name = "pve1"\n  network_device {\n    bridge  = "vmbr0"\n    vlan_id = `,
    });
    const document = await open('main.tf');
    await until('the VLAN', async () => (await labels(document, document.positionAt(document.getText().length))).includes('30'));
  });
});

describe('files in OpenTofu’s languages', () => {
  it('get everything too', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'opentofu', content: `resource "${VM}" "web" {\n  node_name = "pve9"\n  nothing = 1\n  \n}\n` });
    await until('the findings', () => codesOf(document.uri) === 'no-such-node,unknown-attribute');
    assert.deepEqual(await symbols(document), [`${VM}.web`]);
    assert.ok((await labels(document, new vscode.Position(3, 2))).includes('bios'));
    assert.match(await hovers(document, new vscode.Position(1, 4)), /node_name.*required/);
    const values = await vscode.workspace.openTextDocument({ language: 'opentofu-vars', content: 'locals {\n}\n' });
    await until('the finding among the values', () => codesOf(values.uri) === 'block-in-values');
  });
});

describe('the setting proxmox.terraform.languageFeatures', () => {
  const setting = async (value: string | undefined): Promise<void> => {
    await vscode.workspace.getConfiguration().update('proxmox.terraform.languageFeatures', value, vscode.ConfigurationTarget.Global);
  };
  const expected: readonly (readonly [value: string, codes: string, symbols: boolean, attribute: boolean])[] = [
    ['clusterOnly', 'no-such-node', false, false], ['off', '', false, false], ['all', 'no-such-node,unknown-attribute', true, true], ['auto', 'no-such-node,unknown-attribute', true, true],
  ];

  it('decides how much is done', async () => {
    const { open, behind } = await terraformFolder('setting', { 'main.tf': `resource "${VM}" "web" {\n  node_name = "pve9"\n  nothing = 1\n}\n` });
    const document = await open('main.tf');
    try {
      for (const [value, codes, outlined, explained] of expected) {
        await setting(value);
        await until(`${codes === '' ? 'no findings' : codes} with ${value}`, () => codesOf(document.uri) === codes);
        await until(`symbols as ${value} has it`, async () => (await symbols(document)).length > 0 === outlined);
        await until(`hovers as ${value} has it`, async () => ((await hovers(document, behind(document, 'node_na'))) !== '') === explained);
        // Words of open files, which VS Code offers where nobody else does, say nothing of a node.
        await until(`nodes as ${value} has it`, async () => (await told(document, behind(document, '"pve'))).some((one) => one.startsWith('pve1 ')) === (value !== 'off'));
      }
    } finally {
      await setting(undefined);
    }
  });
});

describe('around an error in a Terraform file', () => {
  it('everything goes on', async () => {
    const { open, behind } = await terraformFolder('broken', {
      'main.tf': `resource "${VM}" "first" {\n  node_name = "pve1"\n}\n\nresource "${VM}" "broken" {\n  name = "never closed\n  cpu {\n\nresource "${VM}" "last" {\n  node_name = "pve1"\n  bios = "s"\n}\n`,
    });
    const document = await open('main.tf');
    await until('the findings', () => /syntax/.test(codesOf(document.uri)) && /wrong-value/.test(codesOf(document.uri)));
    assert.deepEqual(await symbols(document), [`${VM}.first`, `${VM}.broken`, `${VM}.last`]);
    assert.ok((await labels(document, behind(document, 'bios = "'))).includes('seabios'));
    assert.match(await hovers(document, behind(document, 'bi')), /bios.*string/);
    const folds = await execute<vscode.FoldingRange[]>('vscode.executeFoldingRangeProvider', document.uri);
    assert.ok(folds.some(({ start }) => start === 0) && folds.some(({ start }) => start === 8), JSON.stringify(folds));
  });
});

describe('formatting without a Terraform', () => {
  it('says so, once', async () => {
    const { open } = await terraformFolder('no-terraform', { 'main.tf': 'locals {\n  a = 1\n  bcd   = 2\n}\n' });
    const document = await open('main.tf');
    const messages: string[] = [];
    const window = vscode.window as { showErrorMessage: unknown };
    const shown = window.showErrorMessage;
    window.showErrorMessage = (message: string): Promise<undefined> => {
      messages.push(message);
      return Promise.resolve(undefined);
    };
    try {
      const formatting = new Formatting({ program: () => findProgram(process.env, '/nowhere/terraform') });
      const { token } = new vscode.CancellationTokenSource();
      for (let save = 0; save < 3; save++) assert.deepEqual(await formatting.edits(document, token), []);
    } finally {
      window.showErrorMessage = shown;
    }
    assert.deepEqual(messages, ['“/nowhere/terraform” is not a Terraform or OpenTofu that runs. Correct the setting proxmox.terraform.path.']);
  });
});
