import * as vscode from 'vscode';
import { type Disposable, DisposableStore } from '../../base/index.ts';
import type { Clusters } from '../clusters/index.ts';
import type { RegisteredConfigFiles } from '../config-file/index.ts';
import type { ConsolePlace, Consoles } from '../console/index.ts';
import { registerCommand } from '../contributed.ts';
import type { HistoryDocuments } from '../history/index.ts';
import { type CommandId, commandIds } from '../ids.ts';
import type { TaskLogDocuments } from '../tasks/index.ts';
import type { Target } from './model/index.ts';
import { proxmoxAddress } from './proxmox-address.ts';

export interface ItemServices {
  readonly clusters: Clusters;
  readonly tasks: TaskLogDocuments;
  readonly histories: HistoryDocuments;
  readonly consoles: Consoles;
  readonly configs: RegisteredConfigFiles;
}

/**
 * Registers the commands of the explorer's items.
 * @param find the target of a command that was called with this argument
 */
export function registerItemCommands({ clusters, tasks, histories, consoles, configs }: ItemServices, find: (argument: unknown) => Promise<Target | undefined>): Disposable {
  const store = new DisposableStore();
  const onTarget = (id: CommandId, run: (target: Target) => Promise<unknown> | undefined): void => {
    store.add(registerCommand(id, async (argument: unknown) => {
      const target = await find(argument);
      if (target !== undefined) await run(target);
    }));
  };
  const nameOf = ({ connectionId, name }: Target): string => name ?? clusters.connections.find(connectionId)?.name ?? connectionId;

  const onPlace = (id: CommandId, open: (place: ConsolePlace) => Promise<void>): void =>
    onTarget(id, ({ node, connectionId, rowId, name }) => ((node.type === 'node' || node.type === 'guest') && rowId !== undefined ? open({ connectionId, rowId, name }) : undefined));

  onPlace(commandIds.openTerminal, (place) => consoles.openTerminal(place));
  onPlace(commandIds.openDisplay, (place) => consoles.openDisplay(place));
  onTarget(commandIds.openTaskLog, ({ node }) => (node.type === 'task' ? tasks.open(node.connectionId, node.task.upid) : undefined));
  onTarget(commandIds.copyName, (target) => Promise.resolve(vscode.env.clipboard.writeText(nameOf(target))));
  onTarget(commandIds.copyVmid, ({ node }) => (node.type === 'guest' ? Promise.resolve(vscode.env.clipboard.writeText(node.rowId.slice(node.rowId.indexOf('/') + 1))) : undefined));
  onTarget(commandIds.showHistory, (target) => histories.open(target.connectionId, target.rowId, nameOf(target)));
  const onGuest = (id: CommandId, run: (guest: { connectionId: string; rowId: string }) => Promise<void>): void =>
    onTarget(id, ({ node }) => (node.type === 'guest' ? run({ connectionId: node.connectionId, rowId: node.rowId }) : undefined));
  onGuest(commandIds.editConfig, configs.edit);
  onGuest(commandIds.compareConfig, configs.compareWithRunning);
  onGuest(commandIds.compareConfigWithSnapshot, configs.compareWithSnapshot);
  onGuest(commandIds.revertPendingOf, configs.revertPending);
  onTarget(commandIds.openInProxmox, async ({ connectionId, rowId }) => {
    const endpoint = clusters.connections.find(connectionId)?.endpoints[0];
    // As a string: a `Uri` would encode the fragment a second time.
    if (endpoint !== undefined) await vscode.commands.executeCommand('vscode.open', proxmoxAddress(endpoint, rowId));
  });
  return store;
}
