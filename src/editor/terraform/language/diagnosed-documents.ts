import * as vscode from 'vscode';
import { DisposableStore, type Logger } from '../../../base/index.ts';
import { diagnose, type FileEdit, type Fix, fixEdits, type TerraformDiagnostic } from '../../../terraform/language/index.ts';
import { type Extent, isAboutCluster } from './extent.ts';
import type { OpenModules } from './open-modules.ts';
import { toRange, uriIn } from './ranges.ts';

const SEVERITIES: Readonly<Record<TerraformDiagnostic['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

/** What diagnostics are told to come from. */
const SOURCE = 'proxmox';

/** Milliseconds of silence at the keyboard before the open files are looked through. */
const PAUSE = 150;

interface Found {
  /** Of the document that the findings are about. */
  readonly version: number;
  readonly findings: readonly TerraformDiagnostic[];
  /** All that a fix changes. */
  readonly editsOf: (fix: Fix) => readonly (FileEdit & { readonly uri: vscode.Uri })[];
}

/** What is wrong in the open Terraform files, kept up to date; and what mends it. */
export class DiagnosedDocuments implements vscode.CodeActionProvider, vscode.Disposable {
  readonly #modules: OpenModules;
  readonly #logger: Logger;
  readonly #extentOf: (document: vscode.TextDocument) => Extent;
  readonly #store = new DisposableStore();
  readonly #collection = this.#store.add(vscode.languages.createDiagnosticCollection('proxmox-terraform'));
  readonly #found = new Map<string, Found>();
  #timer: NodeJS.Timeout | undefined;
  /** Grows with every reason to look again: what was begun before it is given up. */
  #round = 0;

  /** @param extentOf how much is told of a document: everything, what has to do with the cluster, nothing */
  constructor(modules: OpenModules, logger: Logger, extentOf: (document: vscode.TextDocument) => Extent) {
    this.#modules = modules;
    this.#logger = logger;
    this.#extentOf = extentOf;
    const { workspace } = vscode;
    this.#store.add(modules.onDidChange(() => this.lookSoon()));
    this.#store.add(workspace.onDidOpenTextDocument((document) => this.#mind(document)));
    // What stands in one file decides what is wrong in the others of its folder.
    this.#store.add(workspace.onDidChangeTextDocument(({ document }) => this.#mind(document)));
    this.#store.add(workspace.onDidCloseTextDocument((document) => {
      this.#forget(document.uri);
      this.#mind(document);
    }));
    this.#store.add(workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => this.#forget(uri))));
    this.lookSoon();
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range, { diagnostics: shown }: vscode.CodeActionContext): vscode.CodeAction[] {
    const found = this.#found.get(document.uri.toString());
    // Places of an older text would be others by now; VS Code asks again when the findings are renewed.
    if (found === undefined || found.version !== document.version) return [];
    return found.findings.flatMap((finding) => {
      const place = toRange(finding.range);
      if (place.intersection(range) === undefined) return [];
      const mended = shown.filter(({ source, code, range: at }) => source === SOURCE && code === finding.code && at.isEqual(place));
      return finding.fixes.map((fix, index) => {
        const action = new vscode.CodeAction(fix.title, vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        for (const { uri, range: at, text } of found.editsOf(fix)) action.edit.replace(uri, toRange(at), text);
        action.diagnostics = mended;
        action.isPreferred = index === 0;
        return action;
      });
    });
  }

  /** Looks through all open files, once nothing happens for a moment. */
  lookSoon(): void {
    this.#round++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(this.#round), PAUSE);
  }

  dispose(): void {
    this.#round++;
    clearTimeout(this.#timer);
    this.#store.dispose();
  }

  #mind(document: vscode.TextDocument): void {
    if (this.#extentOf(document) !== 'none') this.lookSoon();
  }

  #forget(uri: vscode.Uri): void {
    this.#found.delete(uri.toString());
    this.#collection.delete(uri);
  }

  async #look(round: number): Promise<void> {
    for (const document of vscode.workspace.textDocuments) {
      const extent = this.#extentOf(document);
      if (extent === 'none') {
        if (this.#found.has(document.uri.toString())) this.#forget(document.uri);
        continue;
      }
      try {
        const { version } = document;
        const { opened, terraform } = await this.#modules.of(document);
        if (round !== this.#round) return;
        if (document.isClosed || document.version !== version) continue;
        const findings = diagnose(terraform, opened.file).filter(({ code }) => extent === 'all' || isAboutCluster(code));
        this.#tell(document, { version, findings, editsOf: (fix) => fixEdits(terraform.module, opened.file, fix).map((edit) => ({ ...edit, uri: uriIn(opened, document, edit.file) })) });
      } catch (error) {
        this.#logger.error(`Terraform: ${document.uri.toString()} could not be looked through: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    }
  }

  #tell({ uri }: vscode.TextDocument, found: Found): void {
    const key = uri.toString();
    const before = this.#found.get(key);
    this.#found.set(key, found);
    const { findings } = found;
    // The window is spared what it shows already.
    if (before !== undefined && before.findings.length === findings.length && JSON.stringify(before.findings) === JSON.stringify(findings)) return;
    this.#collection.set(uri, findings.map(shownAs));
  }
}

function shownAs({ range, message, severity, code, deprecated }: TerraformDiagnostic): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(toRange(range), message, SEVERITIES[severity]);
  diagnostic.source = SOURCE;
  diagnostic.code = code;
  if (deprecated === true) diagnostic.tags = [vscode.DiagnosticTag.Deprecated];
  return diagnostic;
}
