import { join } from 'node:path';
import * as vscode from 'vscode';
import { type Diagnostic, pushUnsavedState, type TerraformFailed } from '../../../terraform/index.ts';
import { showErrorMessage } from '../../notices/index.ts';
import { labelText, visible } from '../../text/index.ts';
import { commandIds } from '../../ids.ts';
import { folderName } from '../folder-name.ts';
import type { ProjectEnvironment } from '../projects/index.ts';
import { takeLock } from './take-lock.ts';

/** What a person may want next. */
export interface Remedies {
  readonly again: () => Promise<void>;
  readonly init: () => Promise<void>;
  readonly showLog: () => void;
}

/** Tells why Terraform did not do it, with what can be done about it. */
export async function showFailure(failed: TerraformFailed, project: ProjectEnvironment, { again, init, showLog }: Remedies): Promise<void> {
  const { folder } = project;
  const { lock } = failed;
  const message = visible(failed.message.replaceAll(/\s*\n\s*/g, ' '), 700);
  const offers: Record<string, () => Promise<unknown>> = {};
  const place = failed.diagnostics.find(({ range }) => range !== undefined)?.range;
  if (place !== undefined) {
    offers[`Open ${labelText(place.file, 40)}`] = async () => await vscode.window.showTextDocument(vscode.Uri.file(join(folder, place.file)), { selection: lineOf(place.line) });
  }
  switch (failed.kind) {
    case 'init-needed':
    case 'provider-missing':
      offers['Init'] = init;
      break;
    case 'state-locked':
      offers['Try Again'] = again;
      if (lock?.untilProcessEnds === false) {
        offers['Force Unlock…'] = async () => {
          if (await takeLock(project, lock)) await again();
        };
      }
      break;
    case 'stale-plan':
      offers['Plan Again'] = again;
      break;
    case 'credentials':
      offers['Connect Folder…'] = async () => await vscode.commands.executeCommand(commandIds.connectTerraformFolder, folder);
      offers['Try Again'] = again;
      break;
    case 'workspace':
      offers['Select Workspace…'] = async () => await vscode.commands.executeCommand(commandIds.selectTerraformWorkspace, { uri: vscode.Uri.file(join(folder, 'main.tf')) });
      break;
    case 'backend':
      offers['Init'] = init;
      offers['Try Again'] = again;
      break;
    case 'unsaved-state':
      offers['Save the State'] = async () => {
        await pushUnsavedState(project.terraform.path, project);
        await again();
      };
      break;
    case 'not-started':
    case 'other':
      offers['Try Again'] = again;
  }
  offers['Show Log'] = async () => Promise.resolve(showLog());
  const chosen = await showErrorMessage(`${labelText(folderName(folder), 60)}: ${message}`, ...Object.keys(offers));
  if (chosen !== undefined) await offers[chosen]?.();
}

/** Puts what Terraform says about places of the code where it belongs, until the next plan. */
export function showProblems(collection: vscode.DiagnosticCollection, folder: string, diagnostics: readonly Diagnostic[]): void {
  collection.forEach((uri) => {
    if (uri.fsPath.startsWith(`${folder}/`)) collection.delete(uri);
  });
  const placed = diagnostics.flatMap(({ range, ...rest }) => (range === undefined ? [] : [{ ...rest, range }]));
  for (const [file, found] of Map.groupBy(placed, ({ range }) => range.file)) {
    collection.set(vscode.Uri.file(join(folder, file)), found.map(({ severity, summary, detail, address, range }) => {
      const text = [address === undefined ? summary : `${address}: ${summary}`, detail].filter((part) => part !== '').join('\n');
      const diagnostic = new vscode.Diagnostic(lineOf(range.line), text, severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning);
      diagnostic.source = 'Terraform';
      return diagnostic;
    }));
  }
}

/** @param line as Terraform counts, from 1 */
function lineOf(line: number): vscode.Range {
  const at = Math.max(0, line - 1);
  return new vscode.Range(at, 0, at, 10_000);
}
