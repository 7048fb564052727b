import * as vscode from 'vscode';
import type { AuditLog } from '../../changes/index.ts';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import { registerCommand, setContext } from '../contributed.ts';
import { auditViewId, commandIds } from '../ids.ts';
import { enter } from '../questions/index.ts';
import type { AuditItem, AuditView } from './audit-view.ts';

export interface AuditServices {
  /** Absolute path. */
  readonly folder: string;
  /** Opened on first use. */
  readonly log: () => Promise<AuditLog>;
}

/** Milliseconds in which entries that follow each other are shown together. */
const PAUSE = 300;

/** Registers the *Audit* view and its commands. What is behind them is loaded when the view is first drawn. */
export function registerAudit({ folder, log }: AuditServices): Disposable {
  const store = new DisposableStore();
  const changes = store.add(new vscode.EventEmitter<void>());
  let due: NodeJS.Timeout | undefined;
  const changed = (): void => {
    due ??= setTimeout(() => {
      due = undefined;
      changes.fire();
    }, PAUSE);
  };
  store.add({ dispose: () => clearTimeout(due) });
  let opening: Promise<AuditView> | undefined;
  const open = (): Promise<AuditView> =>
    (opening ??= Promise.all([import('./audit-view.ts'), log()]).then(([room, opened]) => {
      store.add(opened.onDidAppend(changed));
      // Other windows write the same files.
      const watcher = store.add(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(folder), '*.jsonl')));
      for (const event of [watcher.onDidChange, watcher.onDidCreate, watcher.onDidDelete]) store.add(event(changed));
      return store.add(new room.AuditView(opened));
    }));

  const view = store.add(vscode.window.createTreeView<AuditItem>(auditViewId, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changes.event,
      async getChildren(item) {
        const opened = await open();
        const children = [...(await opened.children(item))];
        if (item === undefined) view.message = opened.filter === '' ? '' : `${children.length === 0 ? 'Nothing matches' : 'Shown are entries that match'} “${opened.filter}”.`;
        return children;
      },
      getTreeItem: async (item) => (await open()).treeItem(item),
    },
  }));
  const filter = async (text: string): Promise<void> => {
    (await open()).filter = text;
    setContext('proxmox.auditFiltered', text !== '');
    changes.fire();
  };
  store.add(registerCommand(commandIds.filterAudit, async () => {
    const text = await enter({ title: 'Filter Audit', value: (await open()).filter, prompt: 'Words that a proposal, its steps, its user or its outcome contain' });
    if (text === undefined) return;
    await filter(text.trim());
    await vscode.commands.executeCommand(`${auditViewId}.focus`);
  }));
  store.add(registerCommand(commandIds.clearAuditFilter, () => filter('')));
  store.add(registerCommand(commandIds.openAuditEntry, async (item: AuditItem) => (await open()).open(item)));
  store.add(registerCommand(commandIds.verifyAuditLog, async () => (await import('./verify-log.ts')).verifyLog(folder)));
  return store;
}
