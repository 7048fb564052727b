/**
 * An extension beside the one that is tested: it does at once and for certain what a test needs but does not test, as
 * opening a file or choosing a theme. Keys and clicks for that may be lost while the window is busy.
 */
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { Order } from './driver.ts';

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const server = createServer((request, response) => {
    void read(request).then(carryOut).then(
      () => response.end(),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
  });
  context.subscriptions.push({ dispose: () => server.close() });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const file = process.env['PROXMOX_WORKBENCH_DRIVER'];
  if (file !== undefined) await writeFile(file, String((server.address() as AddressInfo).port));
}

async function read(request: IncomingMessage): Promise<Order> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += String(part);
  return JSON.parse(text) as Order;
}

async function carryOut(order: Order): Promise<void> {
  switch (order.kind) {
    case 'command':
      await vscode.commands.executeCommand(order.id);
      return;
    case 'open':
      await vscode.window.showTextDocument(vscode.Uri.file(order.path), { preview: false });
      return;
    case 'go':
      await goTo(new vscode.Position(order.line - 1, 0));
      return;
    case 'find':
      await goTo((await find(order.pattern)).end);
      return;
    case 'replace': {
      const { document } = await activeEditor();
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, await find(order.pattern), order.text);
      if (!(await vscode.workspace.applyEdit(edit))) throw new Error(`${document.fileName} could not be changed.`);
      return;
    }
    case 'save':
      if (!(await (await activeEditor()).document.save())) throw new Error('It could not be saved.');
      return;
    case 'theme':
      await vscode.workspace.getConfiguration('workbench').update('colorTheme', order.name, vscode.ConfigurationTarget.Global);
  }
}

async function goTo(position: vscode.Position): Promise<void> {
  (await activeEditor()).selection = new vscode.Selection(position, position);
  // The window is told of a selection without an answer. What is asked of it next is answered after that is done.
  await vscode.commands.executeCommand('revealLine', { lineNumber: position.line, at: 'center' });
}

/** Where a pattern first matches in the active editor. */
async function find(pattern: string): Promise<vscode.Range> {
  const { document } = await activeEditor();
  const text = document.getText();
  const found = new RegExp(pattern, 'm').exec(text);
  if (found === null) throw new Error(`“${pattern}” is not in ${document.fileName}:\n${text}`);
  return new vscode.Range(document.positionAt(found.index), document.positionAt(found.index + found[0].length));
}

/** What is behind a webview that was closed comes forward in its own time. */
async function activeEditor(): Promise<vscode.TextEditor> {
  for (let tries = 0; tries < 300; tries++) {
    const editor = vscode.window.activeTextEditor;
    if (editor !== undefined) return editor;
    await delay(100);
  }
  throw new Error('No text editor is active.');
}
