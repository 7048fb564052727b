import type * as vscode from 'vscode';
import { showWarningMessage } from '../notices/index.ts';
import { visible } from '../text/index.ts';
import { enter, pick, pickMany } from '../questions/index.ts';
import type { Check } from './answers.ts';
import type { Choice } from './choices.ts';

type Item<T> = vscode.QuickPickItem & { readonly value: T };

function items<T>(choices: readonly Choice<T>[], picked?: readonly T[]): Item<T>[] {
  return choices.map(({ label, description, detail, value }) => ({
    label: visible(label), value,
    ...(description === undefined ? {} : { description: visible(description) }),
    ...(detail === undefined ? {} : { detail: visible(detail, 500) }),
    ...(picked === undefined ? {} : { picked: picked.includes(value) }),
  }));
}

/** Lets one be chosen; undefined when nothing was. */
export async function choose<T>(title: string, placeHolder: string, choices: readonly Choice<T>[]): Promise<T | undefined> {
  if (choices.length === 0) return void showWarningMessage(`${title}: there is nothing to choose from.`);
  return (await pick(items(choices), { title, placeHolder, matchOnDescription: true }))?.value;
}

/** Lets any number be chosen; undefined when it was cancelled. */
export async function chooseMany<T>(title: string, placeHolder: string, choices: readonly Choice<T>[], picked: readonly T[]): Promise<readonly T[] | undefined> {
  return (await pickMany(items(choices, picked), { title, placeHolder, matchOnDescription: true }))?.map(({ value }) => value);
}

/** Lets a line be typed that passes the check; undefined when it was cancelled. */
export async function type(title: string, prompt: string, { value = '', check, placeHolder }: { readonly value?: string; readonly check?: Check; readonly placeHolder?: string } = {}): Promise<string | undefined> {
  const text = await enter({
    title, prompt, value,
    ...(placeHolder === undefined ? {} : { placeHolder }),
    validateInput: (typed) => check?.(typed.trim()),
  });
  return text?.trim();
}
