/**
 * Every name that the package manifest and the code share. The manifest (`src/build`) and the registrations are both
 * typed by these records, so a misspelt id does not compile. Imports nothing: the manifest is built in plain Node.
 */

/** `<publisher>.<name>` of the packaged extension. */
export const extensionId = 'proxmox-workbench.proxmox-workbench';

export const commandIds = {
  tryDemo: 'proxmox.tryDemo',
  addConnection: 'proxmox.addConnection',
  editConnection: 'proxmox.editConnection',
  removeConnection: 'proxmox.removeConnection',
  reconnect: 'proxmox.reconnect',
  reviewCertificate: 'proxmox.reviewCertificate',
  editSettings: 'proxmox.editSettings',
  refresh: 'proxmox.refresh',
  filter: 'proxmox.filter',
  clearFilter: 'proxmox.clearFilter',
  groupByNode: 'proxmox.groupByNode',
  groupByPool: 'proxmox.groupByPool',
  groupByTag: 'proxmox.groupByTag',
  groupByStorage: 'proxmox.groupByStorage',
  groupedByNode: 'proxmox.groupedByNode',
  groupedByPool: 'proxmox.groupedByPool',
  groupedByTag: 'proxmox.groupedByTag',
  groupedByStorage: 'proxmox.groupedByStorage',
  editConfig: 'proxmox.editConfig',
  compareConfig: 'proxmox.compareConfig',
  compareConfigWithSnapshot: 'proxmox.compareConfigWithSnapshot',
  compareOpenConfig: 'proxmox.compareOpenConfig',
  compareOpenConfigWithSnapshot: 'proxmox.compareOpenConfigWithSnapshot',
  revertPendingOf: 'proxmox.revertPendingOf',
  revertPending: 'proxmox.revertPending',
  copyVmid: 'proxmox.copyVmid',
  copyName: 'proxmox.copyName',
  openInProxmox: 'proxmox.openInProxmox',
  showHistory: 'proxmox.showHistory',
  openTerminal: 'proxmox.openTerminal',
  openDisplay: 'proxmox.openDisplay',
  openTaskLog: 'proxmox.openTaskLog',
  continueTaskLog: 'proxmox.continueTaskLog',
  showLog: 'proxmox.showLog',
  showHealth: 'proxmox.showHealth',
  gettingStarted: 'proxmox.gettingStarted',
  showRuns: 'proxmox.showRuns',
  verifyAuditLog: 'proxmox.verifyAuditLog',
  filterAudit: 'proxmox.filterAudit',
  clearAuditFilter: 'proxmox.clearAuditFilter',
  openAuditEntry: 'proxmox.openAuditEntry',
  createVm: 'proxmox.createVm',
  createContainer: 'proxmox.createContainer',
  startGuest: 'proxmox.startGuest',
  shutDownGuest: 'proxmox.shutDownGuest',
  stopGuest: 'proxmox.stopGuest',
  rebootGuest: 'proxmox.rebootGuest',
  resetGuest: 'proxmox.resetGuest',
  suspendGuest: 'proxmox.suspendGuest',
  hibernateGuest: 'proxmox.hibernateGuest',
  resumeGuest: 'proxmox.resumeGuest',
  takeSnapshot: 'proxmox.takeSnapshot',
  rollBackSnapshot: 'proxmox.rollBackSnapshot',
  deleteSnapshot: 'proxmox.deleteSnapshot',
  backUpGuest: 'proxmox.backUpGuest',
  restoreBackup: 'proxmox.restoreBackup',
  cloneGuest: 'proxmox.cloneGuest',
  migrateGuest: 'proxmox.migrateGuest',
  renameGuest: 'proxmox.renameGuest',
  editNotes: 'proxmox.editNotes',
  editTags: 'proxmox.editTags',
  changeProtection: 'proxmox.changeProtection',
  moveToPool: 'proxmox.moveToPool',
  resizeDisk: 'proxmox.resizeDisk',
  moveDisk: 'proxmox.moveDisk',
  convertToTemplate: 'proxmox.convertToTemplate',
  destroyGuest: 'proxmox.destroyGuest',
  startAllGuests: 'proxmox.startAllGuests',
  shutDownAllGuests: 'proxmox.shutDownAllGuests',
  rebootNode: 'proxmox.rebootNode',
  shutDownNode: 'proxmox.shutDownNode',
  wakeNode: 'proxmox.wakeNode',
  enterMaintenance: 'proxmox.enterMaintenance',
  leaveMaintenance: 'proxmox.leaveMaintenance',
  uploadFile: 'proxmox.uploadFile',
  downloadFromUrl: 'proxmox.downloadFromUrl',
  deleteVolume: 'proxmox.deleteVolume',
  connectTerraformFolder: 'proxmox.connectTerraformFolder',
  terraformPlan: 'proxmox.terraformPlan',
  terraformApply: 'proxmox.terraformApply',
  terraformDestroy: 'proxmox.terraformDestroy',
  terraformInit: 'proxmox.terraformInit',
  selectTerraformWorkspace: 'proxmox.selectTerraformWorkspace',
  chooseTerraformVariables: 'proxmox.chooseTerraformVariables',
  terraformProject: 'proxmox.terraformProject',
  openTerraformGuest: 'proxmox.openTerraformGuest',
  terraformPlanSelected: 'proxmox.terraformPlanSelected',
  unlockTerraformState: 'proxmox.unlockTerraformState',
  showTerraformLog: 'proxmox.showTerraformLog',
  compareTerraformDrift: 'proxmox.compareTerraformDrift',
  updateTerraformCode: 'proxmox.updateTerraformCode',
  restoreTerraformCluster: 'proxmox.restoreTerraformCluster',
  refreshTerraformState: 'proxmox.refreshTerraformState',
  openTerraformCode: 'proxmox.openTerraformCode',
  importIntoTerraform: 'proxmox.importIntoTerraform',
  moveToTerraform: 'proxmox.moveToTerraform',
} as const;
export type CommandId = (typeof commandIds)[keyof typeof commandIds];

export const viewContainerId = 'proxmox';
export const explorerViewId = 'proxmox.explorer';
export const auditViewId = 'proxmox.audit';
export const walkthroughId = 'proxmox.gettingStarted';

/** Settings and their types; see `src/build/contributions/configuration.ts` for what they mean. */
export interface Settings {
  /** Connections as the user wrote them: not yet checked. */
  readonly 'proxmox.connections': unknown;
  /** Seconds between refreshes of a visible explorer; 0 switches them off. */
  readonly 'proxmox.explorer.refreshInterval': number;
  readonly 'proxmox.explorer.sortBy': 'vmid' | 'name';
  /** The user's policy as written: not yet checked. */
  readonly 'proxmox.policy': unknown;
  /** Path of a Terraform or OpenTofu; empty for the first on the PATH. */
  readonly 'proxmox.terraform.path': string;
  /** Whether Plan, Apply, Destroy and Open Guest are shown in Terraform files. */
  readonly 'proxmox.terraform.codeLens': boolean;
  /** What is done for Terraform files, beside other extensions. */
  readonly 'proxmox.terraform.languageFeatures': 'auto' | 'all' | 'clusterOnly' | 'off';
}
export type SettingId = keyof Settings;

/** Context keys that `when` clauses may ask for. */
export interface ContextKeys {
  /** No connection, and none that is broken: the welcome view shows. */
  readonly 'proxmox.noConnections': boolean;
  readonly 'proxmox.filtered': boolean;
  readonly 'proxmox.grouping': 'node' | 'pool' | 'tag' | 'storage';
  /** The active editor is a task log with more lines on the cluster. */
  readonly 'proxmox.taskLogContinues': boolean;
  readonly 'proxmox.auditFiltered': boolean;
  /** The workspace has a folder with `*.tf` files. */
  readonly 'proxmox.hasTerraform': boolean;
  /** Their paths as in `resourcePath`. */
  readonly 'proxmox.terraformFolders': readonly string[];
}
export type ContextKey = keyof ContextKeys;

/**
 * What `TreeItem.contextValue` begins with in the explorer. For things that are operated on, more words follow, each after a space: a guest's
 * kind and state, a storage's content, then `may…` for what the user may do.
 */
export type ItemContext =
  | 'connection'
  | 'ephemeralConnection'
  | 'node'
  | 'guest'
  | 'template'
  | 'storage'
  | 'volume'
  | 'snapshot'
  | 'task'
  | 'group'
  | 'notice';

/** Schemes of the virtual documents. */
export const taskLogScheme = 'proxmox-task';
export const historyScheme = 'proxmox-history';
export const runLogScheme = 'proxmox-run';
export const auditScheme = 'proxmox-audit';
/** Terraform's code as it would say what the cluster has. */
export const driftScheme = 'proxmox-drift';
/** Guests of the explorer, for what is shown beside their names: `proxmox-guest:/<connection>/qemu/100`. */
export const guestScheme = 'proxmox-guest';
/** Guests' configurations, as files that can be written. */
export const configScheme = 'proxmox';
/** Guests' notes, as files that can be written. */
export const notesScheme = 'proxmox-notes';
/** The language of `/etc/pve/qemu-server/*.conf` and `/etc/pve/lxc/*.conf`. */
export const configLanguage = 'proxmox-conf';
/** Terraform's languages, which are ours to contribute: `*.tf` and `*.tofu`, and `*.tfvars`. */
export const terraformLanguages = { code: 'terraform', values: 'terraform-vars' } as const;
/** What the same files are called where OpenTofu's own extension has them. */
export const openTofuLanguages = { code: 'opentofu', values: 'opentofu-vars' } as const;

/** View types of webview panels. */
export const displayViewType = 'proxmox.display';
export const createViewType = 'proxmox.create';
export const importReportViewType = 'proxmox.terraformImport';
