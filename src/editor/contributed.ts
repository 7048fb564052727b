import * as vscode from 'vscode';
import { type CommandId, type ContextKey, type ContextKeys, type SettingId, type Settings } from './ids.ts';

/** Registers a command of the manifest. What a handler throws is shown by VS Code and written to its log. */
export function registerCommand(id: CommandId, handler: (...args: never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, handler);
}

export function setContext<K extends ContextKey>(key: K, value: ContextKeys[K]): void {
  void vscode.commands.executeCommand('setContext', key, value);
}

/** A setting's value in force. VS Code gives the manifest's default when the user set none; the type is not checked by it. */
export function readSetting<K extends SettingId>(key: K): Settings[K] {
  return vscode.workspace.getConfiguration().get(key) as Settings[K];
}

export function onSettingChanged(key: SettingId, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(key)) listener();
  });
}
