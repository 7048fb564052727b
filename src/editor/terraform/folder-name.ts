import * as vscode from 'vscode';

/** A folder as people of this workspace call it: its path within the workspace, or the workspace folder's own name. */
export function folderName(folder: string): string {
  const own = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === folder);
  return own?.name ?? vscode.workspace.asRelativePath(folder, true);
}
