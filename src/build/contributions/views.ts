import { auditViewId, commandIds, explorerViewId, extensionId, viewContainerId, walkthroughId } from '../../editor/ids.ts';
import { key } from './commands.ts';

export const viewsContainers = {
  activitybar: [{ id: viewContainerId, title: 'Proxmox', icon: 'media/proxmox-workbench.svg' }],
};

export const views = {
  [viewContainerId]: [
    {
      id: explorerViewId,
      name: 'Explorer',
      contextualTitle: 'Proxmox Explorer',
      icon: 'media/proxmox-workbench.svg',
      accessibilityHelpContent:
        'Connections, with their nodes, guests, storages and tasks. Filter with <keybinding:proxmox.filter>, refresh with <keybinding:proxmox.refresh>.',
    },
    {
      id: auditViewId,
      name: 'Audit',
      contextualTitle: 'Proxmox Audit',
      icon: 'media/proxmox-workbench.svg',
      visibility: 'collapsed',
      accessibilityHelpContent: 'What was proposed, decided and done on the clusters, newest first, by day and proposal. Enter opens an entry.',
    },
  ],
};

export const viewsWelcome = [
  {
    view: explorerViewId,
    when: key('proxmox.noConnections'),
    contents: [
      'Browse your Proxmox VE clusters here: nodes, guests, storages and tasks.',
      `[Try the demo cluster](command:${commandIds.tryDemo})`,
      `[Add connection](command:${commandIds.addConnection})`,
      `The demo runs on this machine and needs no Proxmox VE. New here? See [Getting Started](command:${commandIds.gettingStarted}).`,
    ].join('\n'),
  },
  { view: auditViewId, when: `!${key('proxmox.auditFiltered')}`, contents: 'Nothing has been changed from here yet. What is proposed, decided and done on the clusters is written down and shown here.' },
];

export const walkthroughs = [
  {
    id: walkthroughId.replace(/^proxmox\./, ''),
    title: 'Getting Started with Proxmox Workbench',
    description: 'See what runs on your Proxmox VE clusters without leaving the editor.',
    steps: [
      {
        id: 'demo',
        title: 'Try the demo cluster',
        description: `A simulated cluster with three nodes starts on this machine.\n[Try the demo cluster](command:${commandIds.tryDemo})`,
        media: { markdown: 'media/walkthrough/demo.md' },
        completionEvents: [`onCommand:${commandIds.tryDemo}`],
      },
      {
        id: 'connection',
        title: 'Connect to your own cluster',
        description: `You need its address and an API token or a password.\n[Add connection](command:${commandIds.addConnection})`,
        media: { markdown: 'media/walkthrough/connection.md' },
        completionEvents: ['onSettingChanged:proxmox.connections'],
      },
      {
        id: 'browse',
        title: 'Browse and filter',
        description: `Group guests by node, pool, tag or storage, and filter as you type.\n[Filter the explorer](command:${commandIds.filter})`,
        media: { markdown: 'media/walkthrough/browse.md' },
        completionEvents: [`onContext:${key('proxmox.filtered')}`],
      },
      {
        id: 'task',
        title: 'Follow a task',
        description: `Open the log of a running or finished task from the *Tasks* group.\n[Show the explorer](command:${explorerViewId}.focus)`,
        media: { markdown: 'media/walkthrough/task.md' },
        completionEvents: [`onCommand:${commandIds.openTaskLog}`],
      },
    ],
  },
];

/** What `workbench.action.openWalkthrough` calls the walkthrough. */
export const qualifiedWalkthroughId = `${extensionId}#${walkthroughs[0]?.id}`;
