import * as vscode from 'vscode';
import { withoutLinks } from '../text/index.ts';

// What is told is made of what clusters, files and programs say: no notification shall carry a link that they have written.

type Show = (message: string, ...others: never[]) => unknown;
const plainly = <T extends Show>(show: () => T): T => ((message, ...others) => show()(withoutLinks(message), ...others)) as Show as T;

export const showInformationMessage = plainly(() => vscode.window.showInformationMessage);
export const showWarningMessage = plainly(() => vscode.window.showWarningMessage);
export const showErrorMessage = plainly(() => vscode.window.showErrorMessage);

/** Shows that something is under way for as long as it is. */
export function withProgress<R>({ title = '', ...options }: vscode.ProgressOptions, task: Parameters<typeof vscode.window.withProgress<R>>[1]): Thenable<R> {
  return vscode.window.withProgress({ ...options, title: withoutLinks(title) }, (progress, token) =>
    task({ report: ({ message, ...step }) => progress.report({ ...step, ...(message === undefined ? {} : { message: withoutLinks(message) }) }) }, token));
}
