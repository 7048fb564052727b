import * as vscode from 'vscode';
import { DisposableStore } from '../../base/index.ts';
import { type ConfigDiagnostic, configChanges, diagnose, readConfigDocument, type Severity } from '../../pve/config/language/index.ts';
import { configLanguage, configScheme } from '../ids.ts';
import type { ConfigFiles } from './config-files.ts';
import { kindOfPath } from './config-place.ts';
import { isEdited } from './language-features.ts';

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Milliseconds of silence at the keyboard before a text is looked through. */
const PAUSE = 200;

/** What is wrong in the open configurations, kept up to date; and what mends it. */
export class DiagnosedDocuments implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #files: ConfigFiles;
  readonly #store = new DisposableStore();
  readonly #collection = this.#store.add(vscode.languages.createDiagnosticCollection('proxmox'));
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #found = new Map<string, readonly ConfigDiagnostic[]>();

  constructor(files: ConfigFiles) {
    this.#files = files;
    this.#store.add(vscode.workspace.onDidOpenTextDocument((document) => this.#look(document)));
    this.#store.add(vscode.workspace.onDidSaveTextDocument((document) => this.#look(document)));
    this.#store.add(vscode.workspace.onDidChangeTextDocument(({ document }) => this.#lookSoon(document)));
    this.#store.add(vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      clearTimeout(this.#timers.get(uri.toString()));
      this.#timers.delete(uri.toString());
      this.#found.delete(uri.toString());
      this.#collection.delete(uri);
    }));
    for (const document of vscode.workspace.textDocuments) this.#look(document);
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    return (this.#found.get(document.uri.toString()) ?? []).flatMap((finding) => {
      const place = rangeOf(finding);
      if (finding.replacement === undefined || place.intersection(range) === undefined) return [];
      const action = new vscode.CodeAction(`Change to '${finding.replacement}'`, vscode.CodeActionKind.QuickFix);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.replace(document.uri, place, finding.replacement);
      action.isPreferred = true;
      return [action];
    });
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#store.dispose();
  }

  #lookSoon(document: vscode.TextDocument): void {
    if (document.languageId !== configLanguage) return;
    const key = document.uri.toString();
    clearTimeout(this.#timers.get(key));
    this.#timers.set(key, setTimeout(() => this.#look(document), PAUSE));
  }

  #look(document: vscode.TextDocument): void {
    if (document.languageId !== configLanguage) return;
    void this.#findings(document).then((findings) => {
      if (document.isClosed) return;
      this.#found.set(document.uri.toString(), findings);
      this.#collection.set(document.uri, findings.map((finding) => {
        const diagnostic = new vscode.Diagnostic(rangeOf(finding), finding.message, SEVERITIES[finding.severity]);
        diagnostic.source = 'proxmox';
        diagnostic.code = finding.code;
        if (finding.deprecated === true) diagnostic.tags = [vscode.DiagnosticTag.Deprecated];
        return diagnostic;
      }));
    });
  }

  async #findings(document: vscode.TextDocument): Promise<ConfigDiagnostic[]> {
    const names = await this.#files.namesFor(document.uri).catch(() => undefined);
    // Bridges have to be asked for; what they are called counts from the second look on.
    void names?.bridges();
    const kind = kindOfPath(document.uri.path);
    const text = document.getText();
    const findings = diagnose(kind, text, { sections: document.uri.scheme === configScheme ? 'refused' : 'allowed', ...(names !== undefined && { known: names.known }) });
    return isEdited(document) ? [...findings, ...this.#refused(document, text, findings)] : findings;
  }

  /** What could not be saved as it is written. */
  #refused(document: vscode.TextDocument, text: string, findings: readonly ConfigDiagnostic[]): ConfigDiagnostic[] {
    const base = this.#files.configOf(document.uri);
    if (base === undefined) return [];
    const kind = kindOfPath(document.uri.path);
    const lines = readConfigDocument(kind, text);
    return configChanges(kind, base.text, text).refused.flatMap(({ key, message }) => {
      const line = lines.findLast((one) => one.type === 'option' && one.key === key) ?? lines.find((one) => one.type === 'raw' && key === 'lxc');
      const at = { line: line?.line ?? 0, start: 0, end: Math.max(1, line?.text.length ?? document.lineAt(0).text.length) };
      // A line that is wrong in itself has been told of.
      if (key.startsWith('[') || (line === undefined ? key.includes(' ') || key.includes(':') : findings.some((finding) => finding.severity === 'error' && finding.line === line.line))) return [];
      return [{ ...at, severity: 'error' as const, code: 'kept', message: message.replaceAll('`', "'") }];
    });
  }
}

function rangeOf({ line, start, end }: ConfigDiagnostic): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
