import { commandIds, type ContextKey, explorerViewId, type ItemContext, openTofuLanguages, terraformLanguages } from '../../editor/ids.ts';
import type { CommandContribution } from './command-contribution.ts';
import type { SettingContribution } from './setting-contribution.ts';

const inCode = `resourceScheme == file && resourceLangId =~ /^(${terraformLanguages.code}|${openTofuLanguages.code})$/`;

const connected = { when: `!${'proxmox.noConnections' satisfies ContextKey}` } as const;
/** Somewhere to run Terraform: a folder of the workspace, or what is open. */
const somewhere = { when: `${'proxmox.hasTerraform' satisfies ContextKey} || ${inCode}` } as const;
/** A folder or file of a project, in VS Code's explorer. */
const inProject = `resourceScheme == file && (resourcePath in ${'proxmox.terraformFolders' satisfies ContextKey} || resourceExtname =~ /^\\.(tf|tofu)$/)`;

/** A Terraform file is the one that is open. */
const inActiveCode = `editorLangId =~ /^(${terraformLanguages.code}|${openTofuLanguages.code})$/`;

export const terraformCommands = {
  [commandIds.connectTerraformFolder]: { title: 'Connect Terraform Folder…', icon: '$(plug)', palette: somewhere },
  [commandIds.terraformPlan]: { title: 'Terraform Plan', icon: '$(telescope)', palette: somewhere },
  [commandIds.terraformApply]: { title: 'Terraform Apply', icon: '$(play)', palette: somewhere },
  [commandIds.terraformDestroy]: { title: 'Terraform Destroy', icon: '$(trash)', palette: somewhere },
  [commandIds.terraformInit]: { title: 'Terraform Init…', icon: '$(cloud-download)', palette: somewhere },
  [commandIds.selectTerraformWorkspace]: { title: 'Select Terraform Workspace…', palette: somewhere },
  [commandIds.chooseTerraformVariables]: { title: 'Choose Terraform Variables Files…', palette: somewhere },
  [commandIds.terraformPlanSelected]: { title: 'Terraform Plan Selected Resources…', palette: somewhere },
  [commandIds.unlockTerraformState]: { title: 'Force Unlock Terraform State…', palette: somewhere },
  [commandIds.showTerraformLog]: { title: 'Show Terraform Log', palette: somewhere },
  [commandIds.terraformProject]: { title: 'Terraform Project…', palette: 'never' },
  [commandIds.openTerraformGuest]: { title: 'Open Guest of Terraform Resource', palette: 'never' },
  [commandIds.compareTerraformDrift]: { title: 'Compare Terraform Code with Cluster', icon: '$(diff)', palette: { when: inActiveCode } },
  [commandIds.updateTerraformCode]: { title: 'Update Terraform Code from Cluster', icon: '$(arrow-down)', palette: { when: inActiveCode } },
  [commandIds.restoreTerraformCluster]: { title: 'Restore Cluster from Terraform Code', icon: '$(arrow-up)', palette: { when: inActiveCode } },
  [commandIds.refreshTerraformState]: { title: 'Refresh Terraform Drift', icon: '$(refresh)', palette: somewhere },
  [commandIds.openTerraformCode]: { title: 'Open Terraform Code', icon: '$(go-to-file)', palette: { when: `!${'proxmox.noConnections' satisfies ContextKey}` } },
  [commandIds.importIntoTerraform]: { title: 'Import into Terraform…', icon: '$(file-code)', palette: connected },
  [commandIds.moveToTerraform]: { title: 'Move to Terraform…', icon: '$(file-code)', palette: 'never' },
} as const satisfies Record<string, CommandContribution>;

export const terraformSettings = {
  'proxmox.terraform.path': {
    type: 'string',
    default: '',
    // A folder must not be able to name the program that is given the cluster's credentials.
    scope: 'machine',
    order: 20,
    markdownDescription: 'Absolute path of the `terraform` or `tofu` to use. If empty, the first `terraform` on the PATH is taken, then the first `tofu`. Version 1.5 or later.',
  },
  'proxmox.terraform.codeLens': {
    type: 'boolean',
    default: true,
    scope: 'window',
    order: 21,
    description: 'Show Plan, Apply, Destroy, Open Guest and whether the cluster is as the code says above resources and modules in Terraform files.',
  },
  'proxmox.terraform.languageFeatures': {
    type: 'string',
    enum: ['auto', 'all', 'clusterOnly', 'off'],
    enumDescriptions: [
      "Everything, or with HashiCorp's or OpenTofu's extension only what they do not know: the cluster.",
      'Everything, whatever other extensions do.',
      'Only what has to do with the cluster: names that exist on it, checks against it, what is known of a guest or a storage.',
      'Nothing but colours, snippets and the commands above resources.',
    ],
    default: 'auto',
    scope: 'window',
    order: 22,
    markdownDescription: 'What the workbench does in Terraform files: completion, diagnostics, hovers, navigation, renaming, formatting.',
  },
} as const satisfies Record<string, SettingContribution>;

/** What can be done with a project, by groups of a menu. */
const withProject = [
  { command: commandIds.terraformPlan, group: '1_terraform@1' },
  { command: commandIds.terraformPlanSelected, group: '1_terraform@2' },
  { command: commandIds.terraformApply, group: '1_terraform@3' },
  { command: commandIds.terraformDestroy, group: '1_terraform@4' },
  { command: commandIds.terraformInit, group: '2_terraform@1' },
  { command: commandIds.selectTerraformWorkspace, group: '2_terraform@2' },
  { command: commandIds.chooseTerraformVariables, group: '2_terraform@3' },
  { command: commandIds.connectTerraformFolder, group: '2_terraform@4' },
  { command: commandIds.unlockTerraformState, group: '3_terraform@1' },
  { command: commandIds.showTerraformLog, group: '3_terraform@2' },
] as const;

const terraformMenu = 'proxmox.terraform';
export const terraformSubmenus = [{ id: terraformMenu, label: 'Terraform' }] as const;

const onItem = (items: string): string => `view == ${explorerViewId} && viewItem =~ /^(${items})( |$)/`;
const guests = 'guest|template' satisfies `${ItemContext}|${ItemContext}`;

export const terraformMenus = {
  'view/item/context': [
    { command: commandIds.importIntoTerraform, when: onItem(`connection|ephemeralConnection|node|group pool|${guests}`), group: '2_terraform@1' },
    { command: commandIds.moveToTerraform, when: `${onItem(guests)} && !listMultiSelection`, group: '2_terraform@2' },
  ],
  'editor/title': [
    { command: commandIds.terraformPlan, when: inCode, group: 'navigation@1' },
    ...withProject.slice(1).map((item) => ({ ...item, when: inCode })),
    { command: commandIds.refreshTerraformState, when: inCode, group: '2_terraform@9' },
  ],
  'editor/context': [{ submenu: terraformMenu, when: inCode, group: '4_terraform@1' }],
  'explorer/context': [{ submenu: terraformMenu, when: inProject, group: '4_terraform@1' }],
  [terraformMenu]: withProject,
} as const;
