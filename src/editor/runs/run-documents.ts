import * as vscode from 'vscode';
import type { Journal } from '../../changes/index.ts';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { runLogScheme } from '../ids.ts';
import { visible } from '../text/index.ts';
import { runText } from './run-text.ts';

interface Kept {
  readonly journal: Journal;
  /** By step id, inverses under `<id>~`. */
  readonly logs: Map<string, string[]>;
}

/** Runs whose logs can still be looked at in this window. */
const KEPT_RUNS = 50;
/** Lines that are kept of one step's log. */
const KEPT_LINES = 5_000;
/** Milliseconds between updates of an open document. */
const PAUSE = 250;

/** Runs with the logs of their tasks, as read-only documents: `proxmox-run:/<id>/<summary>.log`. */
export class RunDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<vscode.Uri>());
  readonly #kept = new Map<string, Kept>();
  readonly #due = new Map<string, NodeJS.Timeout>();

  readonly onDidChange = this.#changes.event;

  constructor() {
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(runLogScheme, this));
  }

  keep(journal: Journal): void {
    const { logs } = this.#kept.get(journal.id) ?? { logs: new Map<string, string[]>() };
    this.#kept.delete(journal.id);
    this.#kept.set(journal.id, { journal, logs });
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= KEPT_RUNS) break;
      this.#kept.delete(id);
    }
    this.#changed(journal.id);
  }

  log(id: string, step: string, lines: readonly string[]): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    const all = [...(kept.logs.get(step) ?? []), ...lines];
    kept.logs.set(step, all.slice(-KEPT_LINES));
    this.#changed(id);
  }

  async open(journal: Journal): Promise<void> {
    if (!this.#kept.has(journal.id)) this.keep(journal);
    const name = visible(journal.proposal.summary, 60).replace(/[^\p{L}\p{N} ._-]/gu, '_');
    await vscode.window.showTextDocument(vscode.Uri.from({ scheme: runLogScheme, path: `/${journal.id}/${name}.log` }), { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const kept = this.#kept.get(uri.path.split('/')[1] ?? '');
    return kept === undefined ? 'This run is of a former session. The audit log tells what it did.\n' : runText(kept.journal, kept.logs);
  }

  dispose(): void {
    for (const timer of this.#due.values()) clearTimeout(timer);
    this.#store.dispose();
  }

  #changed(id: string): void {
    if (this.#due.has(id)) return;
    const uris = vscode.workspace.textDocuments.flatMap(({ uri }) => (uri.scheme === runLogScheme && uri.path.split('/')[1] === id ? [uri] : []));
    if (uris.length === 0) return;
    this.#due.set(id, setTimeout(() => {
      this.#due.delete(id);
      for (const uri of uris) this.#changes.fire(uri);
    }, PAUSE));
  }
}
