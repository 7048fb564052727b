import * as vscode from 'vscode';
import { withProgress } from '../notices/index.ts';

/** The person pressed the back button. */
export const back = Symbol('back');

export interface Place {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
}

export interface TextQuestion extends Place {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly password?: boolean;
  /** What is wrong with the text; undefined when nothing is. */
  readonly problem: (text: string) => string | undefined;
}

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Asks for a text. Problems show once something was typed or the text was sent off. @returns undefined when cancelled */
export function askText({ title, step, totalSteps, prompt, placeholder, value, password = false, problem }: TextQuestion): Promise<string | typeof back | undefined> {
  const box = vscode.window.createInputBox();
  Object.assign(box, { title, step, totalSteps, prompt, value, password, ignoreFocusOut: true, ...(placeholder === undefined ? {} : { placeholder }), buttons: step > 1 ? [vscode.QuickInputButtons.Back] : [] });
  return new Promise((resolve) => {
    const end = (answer: string | typeof back | undefined): void => {
      resolve(answer);
      box.dispose();
    };
    box.onDidChangeValue((text) => (box.validationMessage = text === '' ? undefined : problem(text)));
    box.onDidAccept(() => {
      const wrong = problem(box.value);
      if (wrong === undefined) end(box.value);
      else box.validationMessage = wrong;
    });
    box.onDidTriggerButton(() => end(back));
    box.onDidHide(() => end(undefined));
    box.show();
  });
}

/** Asks to choose. @returns undefined when cancelled */
export function choose<T>({ title, step, totalSteps }: Place, placeholder: string, choices: readonly Choice<T>[], active?: T): Promise<T | typeof back | undefined> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  Object.assign(pick, { title, step, totalSteps, placeholder, items: choices, ignoreFocusOut: true, buttons: step > 1 ? [vscode.QuickInputButtons.Back] : [] });
  const current = choices.find(({ value }) => value === active);
  if (current !== undefined) pick.activeItems = [current];
  return new Promise((resolve) => {
    const end = (answer: T | typeof back | undefined): void => {
      resolve(answer);
      pick.dispose();
    };
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined) end(chosen.value);
    });
    pick.onDidTriggerButton(() => end(back));
    pick.onDidHide(() => end(undefined));
    pick.show();
  });
}

/** Work that somebody waits for, with a way out. */
export function whileWaiting<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return Promise.resolve(withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (_progress, token) => {
    const controller = new AbortController();
    token.onCancellationRequested(() => controller.abort());
    return work(controller.signal);
  }));
}
