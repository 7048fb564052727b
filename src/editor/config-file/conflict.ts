import * as vscode from 'vscode';
import { showInformationMessage } from '../notices/index.ts';
import { configUri } from './config-files.ts';
import type { ConfigPlace, ConflictSide } from './config-place.ts';

const MERGE = '_open.mergeEditor';

/**
 * Opens the merge editor over a conflict: what the text began with, what the cluster has now, and the edited text as the result. VS Code has
 * no public command for it, so where the one its own Git support uses is missing a comparison takes its place.
 * @param beforeMerge is called when the merge editor is about to open, which saves the edited text as a first thing
 */
export async function openConflict(place: ConfigPlace, output: vscode.Uri, beforeMerge: () => void): Promise<void> {
  const side = (name: ConflictSide): vscode.Uri => configUri({ ...place, version: { type: 'conflict', side: name } });
  const cluster = side('cluster');
  if ((await vscode.commands.getCommands(false)).includes(MERGE)) {
    beforeMerge();
    await vscode.commands.executeCommand(MERGE, {
      base: side('before'),
      input1: { uri: cluster, title: 'Cluster', description: 'as it is now' },
      input2: { uri: side('yours'), title: 'Yours', description: 'as you edited it' },
      output,
    });
    return;
  }
  await vscode.commands.executeCommand('vscode.diff', cluster, output, `${place.vmid}.conf: cluster ↔ yours`);
  void showInformationMessage('Take over from the left what should stay, then save the right side again.');
}

/** Lets a document count as edited again, with the text that it has. */
export async function markUnsaved(uri: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (document === undefined || document.isDirty) return;
  const end = document.lineAt(document.lineCount - 1).range.end;
  const there = new vscode.WorkspaceEdit();
  there.insert(uri, end, ' ');
  await vscode.workspace.applyEdit(there);
  const back = new vscode.WorkspaceEdit();
  back.delete(uri, new vscode.Range(end, end.translate(0, 1)));
  await vscode.workspace.applyEdit(back);
}
