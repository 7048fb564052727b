import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';

/** A small folder of Terraform files within the opened one, for one test. */
export interface TerraformFolder {
  readonly path: string;
  /** Opens one of its files. */
  readonly open: (name: string) => Promise<vscode.TextDocument>;
  /** Where a text stands in a file: right behind it. */
  readonly behind: (document: vscode.TextDocument, text: string) => vscode.Position;
}

/** @param files relative path → text */
export async function terraformFolder(name: string, files: Readonly<Record<string, string>>): Promise<TerraformFolder> {
  const [workspace] = vscode.workspace.workspaceFolders ?? [];
  if (workspace === undefined) throw new Error('No folder is open.');
  const path = join(workspace.uri.fsPath, name);
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(path, file)), { recursive: true });
    await writeFile(join(path, file), text);
  }
  return {
    path,
    open: async (file) => await vscode.workspace.openTextDocument(join(path, file)),
    behind(document, text) {
      const offset = document.getText().indexOf(text);
      if (offset === -1) throw new Error(`${document.fileName} holds no “${text}”.`);
      return document.positionAt(offset + text.length);
    },
  };
}

/** Runs one of VS Code's `vscode.execute…Provider` commands. */
export async function execute<T>(command: string, ...values: unknown[]): Promise<T> {
  return await vscode.commands.executeCommand<T>(command, ...values);
}

/** Waits for something to become true that is announced nowhere. @throws Error after 20 seconds */
export async function until<T>(what: string, look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`In vain waited for ${what}.`);
}
