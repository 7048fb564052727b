import { auditViewId, type CommandId, commandIds, explorerViewId, taskLogScheme } from '../../editor/ids.ts';
import { commandContributions, inConfig, key, onItem } from './commands.ts';
import { operationMenus, operationSubmenus } from './operations.ts';
import { terraformMenus, terraformSubmenus } from './terraform.ts';

interface CommandItem {
  readonly command: CommandId;
  readonly when?: string;
  readonly group?: string;
}
interface SubmenuItem {
  readonly submenu: string;
  readonly when?: string;
  readonly group?: string;
}

const groupingMenu = 'proxmox.grouping';
const inExplorer = `view == ${explorerViewId}`;
const inAudit = `view == ${auditViewId}`;
const filtered = key('proxmox.filtered');
const grouping = key('proxmox.grouping');

const palette: CommandItem[] = (Object.keys(commandContributions) as CommandId[]).flatMap((command) => {
  const { palette: shown } = commandContributions[command];
  if (shown === 'always') return [];
  return [{ command, when: shown === 'never' ? 'false' : shown.when }];
});

export const menus = {
  commandPalette: palette,
  'view/title': [
    { command: commandIds.filter, when: inExplorer, group: 'navigation@1' },
    { command: commandIds.clearFilter, when: `${inExplorer} && ${filtered}`, group: 'navigation@2' },
    { command: commandIds.refresh, when: inExplorer, group: 'navigation@3' },
    { command: commandIds.addConnection, when: inExplorer, group: 'navigation@4' },
    { submenu: groupingMenu, when: inExplorer, group: '1_group' },
    { command: commandIds.tryDemo, when: inExplorer, group: '2_connections@1' },
    { command: commandIds.editSettings, when: inExplorer, group: '2_connections@2' },
    { command: commandIds.gettingStarted, when: inExplorer, group: '3_help@1' },
    { command: commandIds.showLog, when: inExplorer, group: '3_help@2' },
    { command: commandIds.filterAudit, when: inAudit, group: 'navigation@1' },
    { command: commandIds.clearAuditFilter, when: `${inAudit} && ${key('proxmox.auditFiltered')}`, group: 'navigation@2' },
    { command: commandIds.verifyAuditLog, when: inAudit, group: 'navigation@3' },
    { command: commandIds.showRuns, when: inAudit, group: '1_runs' },
  ] satisfies (CommandItem | SubmenuItem)[],
  // Menus cannot show a check mark for an extension's command; the current grouping is a command of its own that has one.
  [groupingMenu]: [
    { command: commandIds.groupByNode, when: `${grouping} != node`, group: '1@1' },
    { command: commandIds.groupedByNode, when: `${grouping} == node`, group: '1@1' },
    { command: commandIds.groupByPool, when: `${grouping} != pool`, group: '1@2' },
    { command: commandIds.groupedByPool, when: `${grouping} == pool`, group: '1@2' },
    { command: commandIds.groupByTag, when: `${grouping} != tag`, group: '1@3' },
    { command: commandIds.groupedByTag, when: `${grouping} == tag`, group: '1@3' },
    { command: commandIds.groupByStorage, when: `${grouping} != storage`, group: '1@4' },
    { command: commandIds.groupedByStorage, when: `${grouping} == storage`, group: '1@4' },
  ] satisfies CommandItem[],
  'view/item/context': [
    { command: commandIds.openTerminal, when: onItem('node', 'guest'), group: '1_open@-2' },
    { command: commandIds.openDisplay, when: onItem('guest'), group: '1_open@-1' },
    { command: commandIds.openTerminal, when: onItem('node', 'guest'), group: 'inline@1' },
    { command: commandIds.openInProxmox, when: onItem('connection', 'ephemeralConnection', 'node', 'guest', 'template', 'storage'), group: '1_open@1' },
    { command: commandIds.openTaskLog, when: onItem('task'), group: '1_open@1' },
    { command: commandIds.showHistory, when: onItem('connection', 'ephemeralConnection', 'node', 'guest', 'template', 'storage'), group: '1_open@2' },
    { command: commandIds.openTerraformCode, when: onItem('guest', 'template'), group: '1_open@3' },
    { command: commandIds.createVm, when: onItem('connection', 'ephemeralConnection', 'node'), group: '2_create@1' },
    { command: commandIds.createContainer, when: onItem('connection', 'ephemeralConnection', 'node'), group: '2_create@2' },
    { command: commandIds.editConfig, when: onItem('guest', 'template'), group: '2_config@1' },
    { command: commandIds.compareConfig, when: onItem('guest', 'template'), group: '2_config@2' },
    { command: commandIds.compareConfigWithSnapshot, when: onItem('guest', 'template'), group: '2_config@3' },
    { command: commandIds.revertPendingOf, when: onItem('guest', 'template'), group: '2_config@4' },
    { command: commandIds.copyName, when: onItem('connection', 'ephemeralConnection', 'node', 'guest', 'template', 'storage', 'volume'), group: '5_copy@1' },
    { command: commandIds.copyVmid, when: onItem('guest', 'template'), group: '5_copy@2' },
    { command: commandIds.reconnect, when: onItem('connection', 'ephemeralConnection'), group: '7_connection@1' },
    { command: commandIds.editConnection, when: onItem('connection'), group: '7_connection@2' },
    { command: commandIds.removeConnection, when: onItem('connection', 'ephemeralConnection'), group: '7_connection@3' },
    ...terraformMenus['view/item/context'],
    ...operationMenus['view/item/context'],
  ] satisfies (CommandItem | SubmenuItem)[],
  'proxmox.power': operationMenus['proxmox.power'],
  'proxmox.change': operationMenus['proxmox.change'],
  'editor/title': [
    { command: commandIds.continueTaskLog, when: `resourceScheme == ${taskLogScheme} && ${key('proxmox.taskLogContinues')}`, group: 'navigation' },
    { command: commandIds.compareOpenConfig, when: `${inConfig} && !isInDiffEditor`, group: 'navigation' },
    { command: commandIds.compareOpenConfigWithSnapshot, when: inConfig, group: '1_config@1' },
    { command: commandIds.revertPending, when: inConfig, group: '1_config@2' },
    ...terraformMenus['editor/title'],
  ] satisfies CommandItem[],
  'editor/context': terraformMenus['editor/context'],
  'explorer/context': terraformMenus['explorer/context'],
  'proxmox.terraform': terraformMenus['proxmox.terraform'],
};

export const submenus = [{ id: groupingMenu, label: 'Group By', icon: '$(list-tree)' }, ...operationSubmenus, ...terraformSubmenus];

export const keybindings: readonly { readonly command: CommandId; readonly key: string; readonly mac?: string; readonly when: string }[] = [
  { command: commandIds.filter, key: 'ctrl+f', mac: 'cmd+f', when: `focusedView == ${explorerViewId}` },
  { command: commandIds.clearFilter, key: 'escape', when: `focusedView == ${explorerViewId} && ${filtered} && !inputFocus` },
  { command: commandIds.refresh, key: 'ctrl+r', mac: 'cmd+r', when: `focusedView == ${explorerViewId}` },
];
