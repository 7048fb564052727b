import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { definitions, prepareRename, references, rename, targetAt } from '../../../terraform/language/index.ts';
import type { StandingDocument } from '../../text/index.ts';
import type { OpenFolders } from './open-folders.ts';
import { toRange, uriIn } from './ranges.ts';

export async function definitionsAt(folders: OpenFolders, document: StandingDocument, position: vscode.Position): Promise<vscode.LocationLink[]> {
  const opened = await folders.open(document, 'calls');
  const target = targetAt(opened.modules.of(opened.folder) ?? { folder: opened.folder, files: new Map() }, opened.file, position);
  return definitions(opened.modules, opened.folder, opened.file, position).map(({ file, range, nameRange }) => ({
    targetUri: uriIn(opened, document, file),
    targetRange: toRange(range),
    targetSelectionRange: toRange(nameRange),
    ...(target !== undefined && { originSelectionRange: toRange(target.at) }),
  }));
}

export async function referencesAt(folders: OpenFolders, document: StandingDocument, position: vscode.Position, declarations: boolean): Promise<vscode.Location[]> {
  const opened = await folders.open(document, 'workspace');
  const module = opened.modules.of(opened.folder);
  const target = module === undefined ? undefined : targetAt(module, opened.file, position);
  if (target === undefined) return [];
  const places = references(opened.modules, target).map(({ file, range }) => ({ file, range }));
  const own = declarations ? definitions(opened.modules, opened.folder, opened.file, position).map(({ file, nameRange }) => ({ file, range: nameRange })) : [];
  return [...own, ...places].map(({ file, range }) => new vscode.Location(uriIn(opened, document, file), toRange(range)));
}

/** @throws Error with why nothing can be renamed here */
export async function prepareRenameAt(folders: OpenFolders, document: StandingDocument, position: vscode.Position): Promise<{ range: vscode.Range; placeholder: string }> {
  const opened = await folders.open(document, 'calls');
  const prepared = prepareRename(opened.modules, opened.folder, opened.file, position);
  if ('refused' in prepared) throw new Error(prepared.refused);
  return { range: toRange(prepared.at), placeholder: prepared.name };
}

/** @throws Error with why it cannot be called so */
export async function renameAt(folders: OpenFolders, document: StandingDocument, position: vscode.Position, name: string): Promise<vscode.WorkspaceEdit> {
  const opened = await folders.open(document, 'workspace');
  const renamed = rename(opened.modules, opened.folder, opened.file, position, name, mayHaveState(opened.folder));
  if ('refused' in renamed) throw new Error(renamed.refused);
  const edit = new vscode.WorkspaceEdit();
  for (const { file, range, text } of renamed.changes) edit.replace(uriIn(opened, document, file), toRange(range), text);
  return edit;
}

/** A state of the folder itself, of one of its workspaces, or behind a backend that was set up. */
function mayHaveState(folder: string): boolean {
  return ['terraform.tfstate', 'terraform.tfstate.d', '.terraform/terraform.tfstate'].some((name) => existsSync(join(folder, name)));
}
