import { join } from 'node:path';
import * as vscode from 'vscode';
import { verifyAuditLog } from '../../changes/index.ts';
import { showErrorMessage, showInformationMessage, withProgress } from '../notices/index.ts';
import { counted } from '../text/index.ts';

/** Checks the audit log's chain and says that it is whole, or opens the first broken entry. */
export async function verifyLog(folder: string): Promise<void> {
  const found = await withProgress({ location: vscode.ProgressLocation.Window, title: 'Verifying the audit log' }, () => verifyAuditLog(folder));
  if (found.ok) {
    void showInformationMessage(found.entries === 0 ? 'The audit log is empty.' : `The audit log is whole: ${found.entries.toLocaleString('en-GB')} ${found.entries === 1 ? 'entry' : 'entries'} in ${counted(found.files, 'file')}.`);
    return;
  }
  const file = join(folder, found.file);
  const line = found.line - 1;
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(line, 0, line, 0), preview: false });
  void showErrorMessage(`The audit log is broken: line ${found.line} of ${found.file} ${found.problem}.`);
}
