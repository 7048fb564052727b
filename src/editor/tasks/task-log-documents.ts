import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { setContext } from '../contributed.ts';
import { taskLogScheme } from '../ids.ts';
import { TaskLog } from './task-log.ts';
import { taskOfUri, taskUri } from './task-uri.ts';

/** Task logs as read-only documents that grow while the task runs. */
export class TaskLogDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #clusters: Clusters;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly #logs = new Map<string, { readonly uri: vscode.Uri; readonly log: TaskLog }>();

  readonly onDidChange = this.#changes.event;

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(taskLogScheme, this));
    this.#store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#close(uri)));
    // VS Code passes over changes of a document that it is only just opening.
    this.#store.add(vscode.workspace.onDidOpenTextDocument((document) => {
      const log = this.#logs.get(document.uri.toString())?.log;
      if (log !== undefined && log.text !== document.getText()) this.#changes.fire(document.uri);
    }));
    this.#store.add(vscode.window.onDidChangeActiveTextEditor(() => this.#showContinuation()));
    this.#store.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#follow(document)));
  }

  async open(connectionId: string, upid: string): Promise<void> {
    const document = await vscode.workspace.openTextDocument(taskUri({ connectionId, upid }));
    await vscode.window.showTextDocument(document, { preview: true });
    this.#showContinuation();
  }

  /** Loads the next portion of the log in the active editor. */
  more(): void {
    const uri = vscode.window.activeTextEditor?.document.uri;
    if (uri !== undefined) this.#logs.get(uri.toString())?.log.more();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const key = uri.toString();
    const known = this.#logs.get(key);
    if (known !== undefined) return known.log.text;
    const address = taskOfUri(uri);
    if (address === undefined) return 'This address names no task.';
    await this.#clusters.connections.load();
    const connection = this.#clusters.connections.find(address.connectionId);
    if (connection === undefined) return 'The connection this task belongs to is not there any more.';
    const { taskLogLines, taskState } = await import('../../inventory/index.ts');
    const log = new TaskLog({
      state: async (signal) => taskState(await this.#clusters.client(connection), address.upid, signal),
      lines: async (start, limit, signal) => taskLogLines(await this.#clusters.client(connection), address.upid, start, limit, signal),
    });
    this.#logs.set(key, { uri, log });
    log.onDidChange(() => {
      this.#changes.fire(uri);
      this.#showContinuation();
    });
    return log.text;
  }

  dispose(): void {
    for (const { uri } of [...this.#logs.values()]) this.#close(uri);
    this.#store.dispose();
  }

  #close(uri: vscode.Uri): void {
    this.#logs.get(uri.toString())?.log.dispose();
    this.#logs.delete(uri.toString());
  }

  /** Keeps the end in sight of whoever looks at the end, as `tail -f` does. */
  #follow(document: vscode.TextDocument): void {
    if (document.uri.scheme !== taskLogScheme) return;
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document !== document) continue;
      const seen = this.#lastSeen.get(editor) ?? 0;
      this.#lastSeen.set(editor, document.lineCount);
      const bottom = editor.visibleRanges.at(-1)?.end.line ?? 0;
      if (bottom >= seen - 2) editor.revealRange(document.lineAt(document.lineCount - 1).range);
    }
  }
  readonly #lastSeen = new WeakMap<vscode.TextEditor, number>();

  #showContinuation(): void {
    const uri = vscode.window.activeTextEditor?.document.uri;
    setContext('proxmox.taskLogContinues', uri !== undefined && (this.#logs.get(uri.toString())?.log.continues ?? false));
  }
}
