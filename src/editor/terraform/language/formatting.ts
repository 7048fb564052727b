import * as vscode from 'vscode';
import { formatHcl, TerraformFailed } from '../../../terraform/index.ts';
import { lineChanges } from '../../../terraform/language/index.ts';
import { showErrorMessage } from '../../notices/index.ts';
import type { StandingDocument } from '../../text/index.ts';
import { TerraformTrouble, type TerraformProjects } from '../projects/index.ts';
import { showTrouble } from '../show-trouble.ts';
import { toRange } from './ranges.ts';

/** Formats with the user's own Terraform, so that a file is formatted in the editor as it is on a build server. */
export class Formatting {
  readonly #projects: Pick<TerraformProjects, 'program'>;
  /** What was said last about each document: who formats on saving is not told the same at every save. */
  readonly #told = new Map<string, string>();

  constructor(projects: Pick<TerraformProjects, 'program'>) {
    this.#projects = projects;
  }

  /** @param range only lines in it are touched */
  async edits(document: StandingDocument, token: vscode.CancellationToken, range?: vscode.Range): Promise<vscode.TextEdit[]> {
    const key = document.uri.toString();
    const text = document.getText();
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    try {
      const { path } = await this.#projects.program();
      const formatted = await formatHcl(path, text, process.env, abort.signal);
      this.#told.delete(key);
      const changes = lineChanges(text, formatted).map((change) => new vscode.TextEdit(toRange(change.range), change.text));
      return range === undefined ? changes : changes.filter((change) => range.start.line <= change.range.start.line && change.range.end.line <= range.end.line);
    } catch (error) {
      if (!token.isCancellationRequested) this.#tell(key, document, error);
      return [];
    } finally {
      cancelled.dispose();
    }
  }

  #tell(key: string, document: StandingDocument, error: unknown): void {
    if (!(error instanceof TerraformTrouble) && !(error instanceof TerraformFailed)) throw error;
    const before = this.#told.get(key);
    this.#told.set(key, error.message);
    if (before === error.message) return;
    if (error instanceof TerraformTrouble) void showTrouble(error);
    else void showErrorMessage(`${vscode.workspace.asRelativePath(document.uri)} cannot be formatted. ${error.message}`);
  }
}
