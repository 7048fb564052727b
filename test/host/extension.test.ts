import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';
import { commandIds, extensionId, historyScheme, taskLogScheme } from '../../src/editor/ids.ts';

interface Contributed {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default?: unknown }>> };
    readonly menus: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly walkthroughs: readonly { readonly id: string; readonly steps: readonly { readonly id: string; readonly media: { readonly markdown?: string } }[] }[];
  };
}

describe('the extension in its host', () => {
  let extension: vscode.Extension<unknown>;
  let manifest: Contributed;
  before(async () => {
    const found = vscode.extensions.getExtension(extensionId);
    assert.ok(found, `${extensionId} is not installed`);
    extension = found;
    manifest = found.packageJSON as Contributed;
    await extension.activate();
  });

  it('is active without being asked', () => assert.equal(extension.isActive, true));

  it('registers the commands that its manifest names, and no others', async () => {
    const registered = new Set((await vscode.commands.getCommands(true)).filter((id) => id.startsWith('proxmox.')));
    const named = manifest.contributes.commands.map(({ command }) => command);
    assert.deepEqual(named.filter((id) => !registered.has(id)), [], 'named but not registered');
    // VS Code itself makes commands for views: proxmox.explorer.focus, .open, .resetViewLocation …
    const own = [...registered].filter((id) => !/^proxmox\.(explorer|audit)\.(focus|open|resetViewLocation|removeView|toggleVisibility)$/.test(id));
    assert.deepEqual(own.filter((id) => !named.includes(id)), [], 'registered but not named');
    assert.deepEqual([...named].sort(), Object.values<string>(commandIds).sort());
  });

  it('offers only commands that exist in its menus', () => {
    const named = new Set(manifest.contributes.commands.map(({ command }) => command));
    for (const [menu, items] of Object.entries(manifest.contributes.menus)) for (const { command } of items) assert.ok(command === undefined || named.has(command), `${menu} offers ${command}`);
  });

  it('gives every setting its default', () => {
    for (const [id, { default: value }] of Object.entries(manifest.contributes.configuration.properties)) {
      if (value !== undefined) assert.deepEqual(vscode.workspace.getConfiguration().get(id), value, id);
    }
  });

  it('has the pictures and pages of its walkthrough', async () => {
    for (const { steps } of manifest.contributes.walkthroughs) {
      for (const { id, media } of steps) {
        assert.ok(media.markdown, id);
        const page = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(extension.extensionUri, media.markdown));
        assert.ok(page.length > 100, id);
      }
    }
  });

  it('answers for documents of things that are not there', async () => {
    const task = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${taskLogScheme}:/nobody/vzdump.log?UPID:pve1:00000001:00000001:00000001:vzdump:100:root@pam:`));
    assert.match(task.getText(), /not there any more|names no task/);
    const history = await vscode.workspace.openTextDocument(vscode.Uri.parse(`${historyScheme}:/nobody/History of nothing.txt?qemu/1`));
    assert.ok(history.getText().length > 0);
  });

  it('runs the demo cluster as a child that ends with it', async () => {
    await vscode.commands.executeCommand(commandIds.tryDemo);
    await vscode.commands.executeCommand(commandIds.refresh);
    await vscode.commands.executeCommand(commandIds.clearFilter);
  });
});
