import * as vscode from 'vscode';
import { withoutLinks } from '../text/index.ts';

// An answer is often looked up somewhere else: a question waits while another window has the focus.
const waiting = { ignoreFocusOut: true };

/** Lets one be chosen; undefined when nothing was. */
export async function pick<T extends vscode.QuickPickItem>(items: readonly T[], options: Omit<vscode.QuickPickOptions, 'canPickMany' | 'ignoreFocusOut'>): Promise<T | undefined> {
  return await vscode.window.showQuickPick(items, { ...options, ...waiting });
}

/** Lets any number be chosen; undefined when it was cancelled. */
export async function pickMany<T extends vscode.QuickPickItem>(items: readonly T[], options: Omit<vscode.QuickPickOptions, 'canPickMany' | 'ignoreFocusOut'>): Promise<readonly T[] | undefined> {
  return await vscode.window.showQuickPick(items, { ...options, ...waiting, canPickMany: true });
}

/** Lets a line be typed; undefined when it was cancelled. */
export async function enter(options: Omit<vscode.InputBoxOptions, 'ignoreFocusOut'>, token?: vscode.CancellationToken): Promise<string | undefined> {
  const { prompt } = options;
  return await vscode.window.showInputBox({ ...options, ...(prompt === undefined ? {} : { prompt: withoutLinks(prompt) }), ...waiting }, token);
}
