import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { registerCommand } from '../contributed.ts';
import type { Target } from '../explorer/index.ts';
import { commandIds, notesScheme } from '../ids.ts';
import type { NotesFiles } from './notes.ts';
import { operationNames, type OperationServices } from './services.ts';

export interface RegisteredOperations extends Disposable {
  /** Guests were dropped on a node or pool. */
  readonly dropped: (guests: readonly Target[], onto: Target) => Promise<void>;
}

/** Registers the commands that change a cluster. What is behind them is loaded when the first is called. */
export function registerOperations(services: OperationServices): RegisteredOperations {
  const store = new DisposableStore();
  for (const name of operationNames) {
    store.add(registerCommand(commandIds[name], async (argument: unknown, selected: unknown) => {
      const { operate } = await import('./operate.ts');
      await operate(services, name, argument, selected);
    }));
  }
  let notes: Promise<NotesFiles> | undefined;
  const files = (): Promise<NotesFiles> => (notes ??= import('./notes.ts').then((room) => new room.NotesFiles(services)));
  const changes = store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  store.add(vscode.workspace.registerFileSystemProvider(notesScheme, {
    onDidChangeFile: changes.event,
    watch: () => new vscode.Disposable(() => undefined),
    stat: async (uri) => (await files()).stat(uri),
    readFile: async (uri) => (await files()).readFile(uri),
    async writeFile(uri, content) {
      await (await files()).writeFile(uri, content);
      changes.fire([{ type: vscode.FileChangeType.Changed, uri }]);
    },
    readDirectory: () => [],
    createDirectory: refuse,
    delete: refuse,
    rename: refuse,
  }, { isCaseSensitive: true }));
  return {
    async dropped(guests, onto) {
      const { drop } = await import('./operate.ts');
      await drop(services, guests, onto);
    },
    dispose: () => store.dispose(),
  };
}

function refuse(): never {
  throw new vscode.FileSystemError('Notes come and go with their guests.');
}
