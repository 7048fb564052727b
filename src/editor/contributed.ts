import * as vscode from 'vscode';
import { withoutLinks } from './text/index.ts';
import { type CommandId, type ContextKey, type ContextKeys, type SettingId, type Settings } from './ids.ts';

/** Registers a command of the manifest. What a handler throws is shown by VS Code, without the links that a cluster may have written into it, and written to its log. */
export function registerCommand(id: CommandId, handler: (...args: never[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (...args: never[]) => {
    try {
      return await handler(...args);
    } catch (error) {
      if (error instanceof Error) error.message = withoutLinks(error.message);
      throw error;
    }
  });
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
