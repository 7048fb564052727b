import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../../base/index.ts';
import { openTofuLanguages, terraformLanguages } from '../../ids.ts';
import type { TerraformServices } from '../services.ts';
import type { DriftWatch } from './drift-watch.ts';
import { type CodeStanding, standingsIn } from './standings.ts';

const marked = ['in-sync', 'drifted', 'missing', 'unknown'] as const satisfies readonly CodeStanding['kind'][];
const languages: readonly string[] = [terraformLanguages.code, openTofuLanguages.code];

/** A mark beside each resource in the editors that are in sight. */
export class DriftGutter implements Disposable {
  readonly #store = new DisposableStore();
  readonly #types: ReadonlyMap<CodeStanding['kind'], vscode.TextEditorDecorationType>;
  readonly #services: TerraformServices;
  readonly #watch: DriftWatch;

  constructor(services: TerraformServices, watch: DriftWatch) {
    this.#services = services;
    this.#watch = watch;
    const icon = (theme: 'light' | 'dark', kind: string): vscode.Uri => vscode.Uri.joinPath(services.extensionUri, 'media', 'drift', theme, `${kind}.svg`);
    this.#types = new Map(marked.map((kind) => [kind, this.#store.add(vscode.window.createTextEditorDecorationType({
      light: { gutterIconPath: icon('light', kind) },
      dark: { gutterIconPath: icon('dark', kind) },
      gutterIconSize: '70%',
      ...(kind === 'in-sync' || kind === 'unknown' ? {} : { overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.modifiedForeground'), overviewRulerLane: vscode.OverviewRulerLane.Left }),
    }))]));
    this.#store.add(watch.onDidChange(() => this.#drawAll()));
    this.#store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.#drawAll()));
    this.#store.add(vscode.workspace.onDidChangeTextDocument(({ document }) => {
      for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) void this.#draw(editor);
    }));
    this.#drawAll();
  }

  dispose(): void {
    this.#store.dispose();
  }

  #drawAll(): void {
    for (const editor of vscode.window.visibleTextEditors) void this.#draw(editor);
  }

  async #draw(editor: vscode.TextEditor): Promise<void> {
    const { document } = editor;
    const folder = languages.includes(document.languageId) ? this.#services.projects.folderOf(document.uri) : undefined;
    if (folder === undefined) return;
    const { version } = document;
    const { drifts, isKnown } = this.#watch.project(folder);
    const standings = isKnown ? standingsIn(await this.#services.documents.of(document), drifts) : [];
    if (document.version !== version) return;
    for (const [kind, type] of this.#types) editor.setDecorations(type, standings.filter((standing) => standing.kind === kind).map(({ line }) => new vscode.Range(line, 0, line, 0)));
  }
}
