import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { displayViewType } from '../ids.ts';
import { clientOf, type ConsolePlace, isRunning, placeName, targetOf } from './console-place.ts';
import type { FromPage } from './display-messages.ts';
import { displayPage } from './display-page.ts';
import { DisplaySession } from './display-session.ts';

/** The displays that are open in this window: one panel for each guest. */
export class Displays implements Disposable {
  readonly #clusters: Clusters;
  readonly #folder: vscode.Uri;
  readonly #panels = new Map<string, vscode.WebviewPanel>();

  /** @param extensionUri where the built webviews lie below */
  constructor(clusters: Clusters, extensionUri: vscode.Uri) {
    this.#clusters = clusters;
    this.#folder = vscode.Uri.joinPath(extensionUri, 'webview');
  }

  show(place: ConsolePlace): void {
    const key = `${place.connectionId}/${place.rowId}`;
    const open = this.#panels.get(key);
    if (open !== undefined) return open.reveal();
    const name = placeName(place);
    const panel = vscode.window.createWebviewPanel(displayViewType, name, vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [this.#folder], retainContextWhenHidden: true });
    this.#panels.set(key, panel);
    const store = new DisposableStore();
    const session = store.add(new DisplaySession({
      name,
      open: async (signal) => {
        const { openDisplay } = await import('../../pve/index.ts');
        return openDisplay(await clientOf(this.#clusters, place), await targetOf(this.#clusters, place), signal);
      },
      isRunning: () => isRunning(this.#clusters, place).catch(() => true),
      clipboard: () => vscode.env.clipboard.readText(),
      reopen: async (again, how) => {
        const { reopen } = await import('../../pve/index.ts');
        return reopen(async () => {
          await this.#clusters.refresh([place.connectionId]);
          return again();
        }, how);
      },
    }, (message) => void panel.webview.postMessage(message)));
    store.add(panel.webview.onDidReceiveMessage((message: FromPage) => session.receive(message)));
    panel.onDidDispose(() => {
      this.#panels.delete(key);
      store.dispose();
    });
    const address = (file: string): string => panel.webview.asWebviewUri(vscode.Uri.joinPath(this.#folder, file)).toString();
    panel.webview.html = displayPage({ source: panel.webview.cspSource, script: address('display.js'), style: address('display.css') });
  }

  dispose(): void {
    for (const panel of [...this.#panels.values()]) panel.dispose();
  }
}
