import { type CommandId, configScheme, extensionId, notesScheme } from '../editor/ids.ts';
import { commandContributions } from './contributions/commands.ts';
import { settingContributions } from './contributions/configuration.ts';
import { configurationDefaults, grammars, languages } from './contributions/languages.ts';
import { keybindings, menus, submenus } from './contributions/menus.ts';
import { terraformSnippets } from './contributions/terraform-language.ts';
import { views, viewsContainers, viewsWelcome, walkthroughs } from './contributions/views.ts';

const [publisher, name] = extensionId.split('.');

/**
 * The package.json of the packaged extension, without its version, which the repository's own package.json says:
 * https://code.visualstudio.com/api/references/extension-manifest. Paths are relative to the folder of `extension.js`.
 */
export const manifest = {
  name,
  publisher,
  displayName: 'Proxmox Workbench',
  description: 'See, change and codify Proxmox VE clusters from VS Code',
  license: 'MIT',
  type: 'module',
  main: './extension.js',
  icon: 'media/icon.png',
  engines: { vscode: '^1.105.0' },
  categories: ['Other', 'Visualization'],
  keywords: ['proxmox', 'proxmox ve', 'virtual machine', 'container', 'homelab'],
  // The status-bar item and the cluster that `npm start` hands over need the extension before its view is opened.
  activationEvents: ['onStartupFinished', `onFileSystem:${configScheme}`, `onFileSystem:${notesScheme}`],
  capabilities: {
    virtualWorkspaces: true,
    // Connections come from the user's own settings only, and a folder's policy can only be stricter than the user's.
    untrustedWorkspaces: { supported: true },
  },
  contributes: {
    commands: (Object.keys(commandContributions) as CommandId[]).map((command) => {
      const { title, icon } = commandContributions[command];
      return { command, category: 'Proxmox', title, ...(icon !== undefined && { icon }) };
    }),
    menus,
    submenus,
    keybindings,
    configuration: { title: 'Proxmox', properties: settingContributions },
    viewsContainers,
    views,
    viewsWelcome,
    walkthroughs,
    configurationDefaults,
    languages,
    grammars,
    snippets: terraformSnippets,
  },
} as const;
