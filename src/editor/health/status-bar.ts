import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import { commandIds } from '../ids.ts';
import { summarise } from './health-summary.ts';

/** The status bar's item: whether the connections answer. Hidden when there is none. */
export class HealthStatus implements Disposable {
  readonly #clusters: Clusters;
  readonly #store = new DisposableStore();
  readonly #item = this.#store.add(vscode.window.createStatusBarItem('proxmox.health', vscode.StatusBarAlignment.Left, 10));

  constructor(clusters: Clusters) {
    this.#clusters = clusters;
    this.#item.name = 'Proxmox Connections';
    this.#item.command = commandIds.showHealth;
    this.#store.add(clusters.connections.onDidChange(() => this.#show()));
    this.#store.add(clusters.onDidChange(({ health }) => {
      if (health) this.#show();
    }));
    this.#show();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #show(): void {
    const { connections } = this.#clusters;
    const summary = summarise(connections.all.map(({ id, name }) => ({ name, health: this.#clusters.health(id) })), connections.broken.length);
    if (summary === undefined) return this.#item.hide();
    this.#item.text = summary.text;
    this.#item.tooltip = new vscode.MarkdownString(summary.tooltip);
    this.#item.accessibilityInformation = { label: summary.accessible };
    this.#item.backgroundColor = summary.level === 'plain' ? undefined : new vscode.ThemeColor(`statusBarItem.${summary.level}Background`);
    this.#item.show();
  }
}
