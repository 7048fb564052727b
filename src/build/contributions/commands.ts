import { type CommandId, commandIds, configScheme, type ContextKey, explorerViewId, type ItemContext } from '../../editor/ids.ts';
import type { CommandContribution } from './command-contribution.ts';
import { operationCommands } from './operations.ts';
import { terraformCommands } from './terraform.ts';

/** A `when` clause's name of one of our context keys. */
export function key(name: ContextKey): string {
  return name;
}

/** True for items of the explorer with one of these context values. */
export function onItem(...contexts: readonly ItemContext[]): string {
  return `view == ${explorerViewId} && viewItem =~ /^(${contexts.join('|')})( |$)/`;
}

/** True while the active editor shows a guest's configuration. */
export const inConfig = `resourceScheme == ${configScheme}`;

export const commandContributions: Record<CommandId, CommandContribution> = {
  [commandIds.tryDemo]: { title: 'Try the Demo Cluster', icon: '$(beaker)', palette: 'always' },
  [commandIds.addConnection]: { title: 'Add Connection…', icon: '$(add)', palette: 'always' },
  [commandIds.editConnection]: { title: 'Edit Connection…', icon: '$(edit)', palette: { when: `!${key('proxmox.noConnections')}` } },
  [commandIds.removeConnection]: { title: 'Remove Connection…', icon: '$(trash)', palette: { when: `!${key('proxmox.noConnections')}` } },
  [commandIds.reconnect]: { title: 'Reconnect', icon: '$(debug-restart)', palette: { when: `!${key('proxmox.noConnections')}` } },
  [commandIds.reviewCertificate]: { title: 'Review Certificate…', icon: '$(lock)', palette: 'never' },
  [commandIds.editSettings]: { title: 'Open Connections in Settings', palette: 'always' },
  [commandIds.refresh]: { title: 'Refresh', icon: '$(refresh)', palette: 'always' },
  [commandIds.filter]: { title: 'Filter Explorer…', icon: '$(filter)', palette: 'always' },
  [commandIds.clearFilter]: { title: 'Clear Filter', icon: '$(clear-all)', palette: { when: key('proxmox.filtered') } },
  [commandIds.groupByNode]: { title: 'Group by Node', palette: 'always' },
  [commandIds.groupByPool]: { title: 'Group by Pool', palette: 'always' },
  [commandIds.groupByTag]: { title: 'Group by Tag', palette: 'always' },
  [commandIds.groupByStorage]: { title: 'Group by Storage', palette: 'always' },
  [commandIds.groupedByNode]: { title: '✓ Group by Node', palette: 'never' },
  [commandIds.groupedByPool]: { title: '✓ Group by Pool', palette: 'never' },
  [commandIds.groupedByTag]: { title: '✓ Group by Tag', palette: 'never' },
  [commandIds.groupedByStorage]: { title: '✓ Group by Storage', palette: 'never' },
  [commandIds.editConfig]: { title: 'Edit Configuration', icon: '$(edit)', palette: 'never' },
  [commandIds.compareConfig]: { title: 'Compare with Running Configuration', icon: '$(diff)', palette: 'never' },
  [commandIds.compareConfigWithSnapshot]: { title: 'Compare Configuration with Snapshot…', icon: '$(diff)', palette: 'never' },
  [commandIds.compareOpenConfig]: { title: 'Compare with Running Configuration', icon: '$(diff)', palette: { when: inConfig } },
  [commandIds.compareOpenConfigWithSnapshot]: { title: 'Compare Configuration with Snapshot…', icon: '$(diff)', palette: { when: inConfig } },
  [commandIds.revertPendingOf]: { title: 'Revert Pending Changes…', icon: '$(discard)', palette: 'never' },
  [commandIds.revertPending]: { title: 'Revert Pending Changes…', icon: '$(discard)', palette: { when: inConfig } },
  [commandIds.copyVmid]: { title: 'Copy VMID', palette: 'never' },
  [commandIds.copyName]: { title: 'Copy Name', palette: 'never' },
  [commandIds.openInProxmox]: { title: 'Open in Proxmox Web Interface', icon: '$(link-external)', palette: 'never' },
  [commandIds.openTerminal]: { title: 'Open Terminal', icon: '$(terminal)', palette: 'never' },
  [commandIds.openDisplay]: { title: 'Open Display', icon: '$(device-desktop)', palette: 'never' },
  [commandIds.showHistory]: { title: 'Show History', icon: '$(history)', palette: 'never' },
  [commandIds.openTaskLog]: { title: 'Open Task Log', icon: '$(output)', palette: 'never' },
  [commandIds.continueTaskLog]: { title: 'Load More of the Task Log', icon: '$(unfold)', palette: { when: key('proxmox.taskLogContinues') } },
  [commandIds.showLog]: { title: 'Show Log', icon: '$(output)', palette: 'always' },
  [commandIds.showHealth]: { title: 'Show Connection Health', palette: 'always' },
  [commandIds.gettingStarted]: { title: 'Getting Started', palette: 'always' },
  [commandIds.showRuns]: { title: 'Show Runs…', icon: '$(list-ordered)', palette: 'always' },
  [commandIds.verifyAuditLog]: { title: 'Verify Audit Log', icon: '$(verified)', palette: 'always' },
  [commandIds.filterAudit]: { title: 'Filter Audit…', icon: '$(filter)', palette: 'always' },
  [commandIds.clearAuditFilter]: { title: 'Clear Audit Filter', icon: '$(clear-all)', palette: { when: key('proxmox.auditFiltered') } },
  [commandIds.createVm]: { title: 'Create VM…', icon: '$(vm)', palette: { when: `!${key('proxmox.noConnections')}` } },
  [commandIds.createContainer]: { title: 'Create Container…', icon: '$(package)', palette: { when: `!${key('proxmox.noConnections')}` } },
  ...operationCommands,
  ...terraformCommands,
  [commandIds.openAuditEntry]: { title: 'Open Audit Entry', icon: '$(go-to-file)', palette: 'never' },
};
