import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { historyScheme } from '../ids.ts';
import { visible } from '../text/index.ts';
import { historyText } from './history-text.ts';

/** What changed when, as read-only documents: `proxmox-history:/<connection>/<title>.txt?<row id>`. */
export class HistoryDocuments implements vscode.TextDocumentContentProvider, Disposable {
  readonly #clusters: Clusters;
  readonly #store = new DisposableStore();
  readonly #changes = this.#store.add(new vscode.EventEmitter<vscode.Uri>());

  readonly onDidChange = this.#changes.event;

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
    this.#store.add(vscode.workspace.registerTextDocumentContentProvider(historyScheme, this));
    this.#store.add(clusters.onDidChange(({ connectionId }) => {
      for (const { uri } of vscode.workspace.textDocuments) if (uri.scheme === historyScheme && uri.path.split('/')[1] === connectionId) this.#changes.fire(uri);
    }));
  }

  /** @param rowId the whole connection's history when undefined */
  async open(connectionId: string, rowId: string | undefined, name: string): Promise<void> {
    const title = visible(name, 60).replace(/[^\p{L}\p{N} ._-]/gu, '_');
    const uri = vscode.Uri.from({ scheme: historyScheme, path: `/${connectionId}/History of ${title}.txt`, query: rowId ?? '' });
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [, connectionId = '', file = ''] = uri.path.split('/');
    const inventory = await this.#clusters.inventory();
    return historyText(file.replace(/\.txt$/, ''), inventory.history(connectionId, uri.query === '' ? undefined : uri.query));
  }

  dispose(): void {
    this.#store.dispose();
  }
}
