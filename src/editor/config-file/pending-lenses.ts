import * as vscode from 'vscode';
import { type PendingOption, readConfigDocument } from '../../pve/config/language/index.ts';
import { commandIds } from '../ids.ts';
import { visible } from '../text/index.ts';
import type { ConfigFiles } from './config-files.ts';
import { kindOfPath } from './config-place.ts';
import { isEdited } from './language-features.ts';

/** What waits for the guest's next start, above the lines it is about, each with a way back. */
export function pendingLenses(files: ConfigFiles, document: vscode.TextDocument): vscode.CodeLens[] {
  const pending = isEdited(document) ? (files.configOf(document.uri)?.pending ?? []) : [];
  if (pending.length === 0) return [];
  const lines = readConfigDocument(kindOfPath(document.uri.path), document.getText());
  const revert = (title: string, line: number, keys: readonly string[]): vscode.CodeLens =>
    new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command: commandIds.revertPending, arguments: [document.uri, keys] });
  return pending.map((option) => {
    const line = lines.find((one) => (one.type === 'option' && one.key === option.key) || (one.type === 'notes' && option.key === 'description'))?.line ?? 0;
    return revert(`$(history) ${pendingText(option)} · Revert`, line, [option.key]);
  });
}

/** `waits for the next start (now: 2048)` */
export function pendingText({ key, value, removed }: PendingOption): string {
  if (removed) return `${key} is removed at the next start (now: ${visible(value ?? '', 60)})`;
  return value === undefined ? `${key} is added at the next start` : `${key} changes at the next start (now: ${visible(value, 60)})`;
}
