import { type CommandId, commandIds, type ContextKey, explorerViewId, type ItemContext } from '../../editor/ids.ts';
import type { CommandContribution } from './command-contribution.ts';

/** Commands that change a cluster, and where they stand. */
const connected = { when: `!${'proxmox.noConnections' satisfies ContextKey}` } as const;

const titles = {
  [commandIds.startGuest]: ['Start', 'play'],
  [commandIds.shutDownGuest]: ['Shut Down', 'debug-stop'],
  [commandIds.stopGuest]: ['Stop', 'stop-circle'],
  [commandIds.rebootGuest]: ['Reboot', 'debug-restart'],
  [commandIds.resetGuest]: ['Reset', 'debug-rerun'],
  [commandIds.suspendGuest]: ['Suspend', 'debug-pause'],
  [commandIds.hibernateGuest]: ['Hibernate', 'save'],
  [commandIds.resumeGuest]: ['Resume', 'debug-continue'],
  [commandIds.takeSnapshot]: ['Take Snapshot…', 'device-camera'],
  [commandIds.rollBackSnapshot]: ['Roll Back to Snapshot…', 'history'],
  [commandIds.deleteSnapshot]: ['Delete Snapshot…', 'trash'],
  [commandIds.backUpGuest]: ['Back Up Now…', 'archive'],
  [commandIds.restoreBackup]: ['Restore from Backup…', 'cloud-download'],
  [commandIds.cloneGuest]: ['Clone…', 'copy'],
  [commandIds.migrateGuest]: ['Migrate…', 'arrow-swap'],
  [commandIds.renameGuest]: ['Rename…', 'edit'],
  [commandIds.editNotes]: ['Edit Notes…', 'note'],
  [commandIds.editTags]: ['Edit Tags…', 'tag'],
  [commandIds.changeProtection]: ['Protect or Unprotect…', 'shield'],
  [commandIds.moveToPool]: ['Move to Pool…', 'folder'],
  [commandIds.resizeDisk]: ['Resize Disk…', 'expand-all'],
  [commandIds.moveDisk]: ['Move Disk…', 'file-symlink-directory'],
  [commandIds.convertToTemplate]: ['Convert to Template…', 'files'],
  [commandIds.destroyGuest]: ['Destroy…', 'trash'],
  [commandIds.startAllGuests]: ['Start All Guests…', 'run-all'],
  [commandIds.shutDownAllGuests]: ['Shut Down All Guests…', 'debug-stop'],
  [commandIds.rebootNode]: ['Reboot Node…', 'debug-restart'],
  [commandIds.shutDownNode]: ['Shut Down Node…', 'debug-stop'],
  [commandIds.wakeNode]: ['Wake Node', 'zap'],
  [commandIds.enterMaintenance]: ['Enter Maintenance Mode…', 'tools'],
  [commandIds.leaveMaintenance]: ['Leave Maintenance Mode', 'tools'],
  [commandIds.uploadFile]: ['Upload File…', 'cloud-upload'],
  [commandIds.downloadFromUrl]: ['Download from URL…', 'cloud-download'],
  [commandIds.deleteVolume]: ['Delete…', 'trash'],
} as const satisfies Partial<Record<CommandId, readonly [title: string, icon: string]>>;

export type OperationCommandId = keyof typeof titles;

/** What a volume is about is only seen in the explorer. */
const inExplorerOnly: readonly CommandId[] = [commandIds.deleteVolume, commandIds.restoreBackup];
export const operationCommands = Object.fromEntries(
  (Object.entries(titles) as [OperationCommandId, readonly [string, string]][]).map(([id, [title, icon]]) => [id, { title, icon: `$(${icon})`, palette: inExplorerOnly.includes(id) ? 'never' : connected }]),
) as Record<OperationCommandId, CommandContribution>;

/** What an item has to be: the words of its context value, in their order. */
interface Shape {
  readonly kinds?: string;
  readonly states?: string;
  readonly may?: string;
}

/** True for items whose context value has these words; see `ItemContext`. */
function shaped(contexts: readonly ItemContext[], { kinds = '\\w+', states = '\\w+', may }: Shape): string {
  return `view == ${explorerViewId} && viewItem =~ /^(${contexts.join('|')}) (${kinds}) (${states})${may === undefined ? '' : `( \\w+)* ${may}( |$)`}/`;
}

const guest = (shape: Shape): string => shaped(['guest'], shape);
const anyGuest = (shape: Shape): string => shaped(['guest', 'template'], shape);
const of = (context: ItemContext, ...words: readonly string[]): string => `view == ${explorerViewId} && viewItem =~ /^${context}( |$)/${words.map((word) => ` && viewItem =~ / ${word}( |$)/`).join('')}`;

/** For what is done with one thing at a time. */
const alone = ' && !listMultiSelection';
const up = 'running|paused|suspended';
const power = 'mayPower';

export const operationMenus = {
  'view/item/context': [
    { command: commandIds.startGuest, when: guest({ states: 'stopped', may: power }), group: '3_power@1' },
    { command: commandIds.resumeGuest, when: guest({ states: 'paused|suspended', may: power }), group: '3_power@1' },
    { command: commandIds.shutDownGuest, when: guest({ states: up, may: power }), group: '3_power@2' },
    { submenu: 'proxmox.power', when: guest({ states: up, may: power }), group: '3_power@3' },
    { command: commandIds.takeSnapshot, when: guest({ may: 'maySnapshot' }), group: '4_guest@1' },
    { command: commandIds.backUpGuest, when: anyGuest({ may: 'mayBackup' }), group: '4_guest@2' },
    { command: commandIds.cloneGuest, when: `${anyGuest({ may: 'mayClone' })}${alone}`, group: '4_guest@3' },
    { command: commandIds.migrateGuest, when: anyGuest({ may: 'mayMigrate' }), group: '4_guest@4' },
    { submenu: 'proxmox.change', when: anyGuest({}), group: '4_guest@5' },
    { command: commandIds.destroyGuest, when: anyGuest({ may: 'mayAllocate' }), group: '9_destroy' },
    { command: commandIds.rollBackSnapshot, when: `${of('snapshot', 'mayRollBack')}${alone}`, group: '4_guest@1' },
    { command: commandIds.deleteSnapshot, when: of('snapshot', 'maySnapshot'), group: '9_destroy' },
    { command: commandIds.startAllGuests, when: of('node', 'online', 'mayPowerAll'), group: '3_power@1' },
    { command: commandIds.shutDownAllGuests, when: of('node', 'online', 'mayPowerAll'), group: '3_power@2' },
    { command: commandIds.rebootNode, when: of('node', 'online', power), group: '3_power@3' },
    { command: commandIds.shutDownNode, when: of('node', 'online', power), group: '3_power@4' },
    { command: commandIds.wakeNode, when: `${of('node', power)} && !(viewItem =~ / online( |$)/)`, group: '3_power@5' },
    { command: commandIds.enterMaintenance, when: `${of('node', 'online')} && !(viewItem =~ / maintenance( |$)/)`, group: '3_power@6' },
    { command: commandIds.leaveMaintenance, when: of('node', 'online', 'maintenance'), group: '3_power@6' },
    { command: commandIds.uploadFile, when: `${of('storage', 'files', 'mayUpload')}${alone}`, group: '4_guest@1' },
    { command: commandIds.downloadFromUrl, when: `${of('storage', 'files', 'mayUpload')}${alone}`, group: '4_guest@2' },
    { command: commandIds.restoreBackup, when: `${of('volume', 'backup')}${alone}`, group: '4_guest@1' },
    { command: commandIds.deleteVolume, when: of('volume', 'mayDelete'), group: '9_destroy' },
  ],
  'proxmox.power': [
    { command: commandIds.rebootGuest, when: guest({ states: up, may: power }), group: '1@1' },
    { command: commandIds.stopGuest, when: guest({ states: up, may: power }), group: '1@2' },
    { command: commandIds.resetGuest, when: guest({ kinds: 'qemu', states: up, may: power }), group: '1@3' },
    { command: commandIds.suspendGuest, when: guest({ states: 'running', may: power }), group: '2@1' },
    { command: commandIds.hibernateGuest, when: guest({ kinds: 'qemu', states: 'running', may: power }), group: '2@2' },
  ],
  'proxmox.change': [
    { command: commandIds.renameGuest, when: `${anyGuest({ may: 'mayRename' })}${alone}`, group: '1@1' },
    { command: commandIds.editNotes, when: `${anyGuest({ may: 'mayOptions' })}${alone}`, group: '1@2' },
    { command: commandIds.editTags, when: anyGuest({ may: 'mayOptions' }), group: '1@3' },
    { command: commandIds.changeProtection, when: anyGuest({ may: 'mayOptions' }), group: '1@4' },
    { command: commandIds.moveToPool, when: anyGuest({}), group: '1@5' },
    { command: commandIds.resizeDisk, when: `${guest({ may: 'mayDisk' })}${alone}`, group: '2@1' },
    { command: commandIds.moveDisk, when: `${guest({ may: 'mayDisk' })}${alone}`, group: '2@2' },
    { command: commandIds.convertToTemplate, when: guest({ states: 'stopped', may: 'mayAllocate' }), group: '3@1' },
  ],
};

export const operationSubmenus = [
  { id: 'proxmox.power', label: 'Power' },
  { id: 'proxmox.change', label: 'Change' },
];
