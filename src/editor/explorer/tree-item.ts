import * as vscode from 'vscode';
import { commandIds, guestScheme } from '../ids.ts';
import type { ExplorerNode, ExplorerTree, ItemIcon } from './model/index.ts';

const states = {
  leaf: vscode.TreeItemCollapsibleState.None,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
} as const;

/** A node as VS Code draws it. The tooltip comes later, when somebody asks for it. */
export function toTreeItem(id: string, tree: ExplorerTree, extensionUri: vscode.Uri): vscode.TreeItem {
  const { label, description, icon, context, words = '', state, accessible } = tree.item(id);
  const node = tree.node(id);
  const highlights = node?.type === 'guest' || node?.type === 'node' || node?.type === 'storage' ? tree.index(node.connectionId).filter.highlights(label) : [];
  const item = new vscode.TreeItem({ label, highlights }, states[state]);
  item.id = id;
  item.description = description;
  item.contextValue = words === '' ? context : `${context} ${words}`;
  item.iconPath = iconPath(icon, extensionUri);
  // What others know of a guest is shown beside its name.
  if (node?.type === 'guest') item.resourceUri = vscode.Uri.from({ scheme: guestScheme, path: `/${node.connectionId}/${node.rowId}` });
  if (accessible !== undefined) item.accessibilityInformation = { label: accessible };
  const command = node && clickCommand(node);
  if (command !== undefined) item.command = command;
  return item;
}

function iconPath(icon: ItemIcon, extensionUri: vscode.Uri): vscode.IconPath {
  if ('theme' in icon) return new vscode.ThemeIcon(icon.theme, icon.color === undefined ? undefined : new vscode.ThemeColor(icon.color));
  const file = (theme: 'light' | 'dark') => vscode.Uri.joinPath(extensionUri, 'media', 'guests', theme, `${icon.guest}.svg`);
  return { light: file('light'), dark: file('dark') };
}

function clickCommand(node: ExplorerNode): vscode.Command | undefined {
  if (node.type === 'task') return { command: commandIds.openTaskLog, title: 'Open Task Log', arguments: [node.id] };
  if (node.type !== 'notice' || node.notice.command === undefined) return undefined;
  const { id, title } = node.notice.command;
  return { command: id, title, arguments: node.connectionId === undefined ? [] : [node.connectionId] };
}
