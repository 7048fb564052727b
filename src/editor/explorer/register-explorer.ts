import * as vscode from 'vscode';
import { type Disposable, DisposableStore, type Logger } from '../../base/index.ts';
import { onSettingChanged, readSetting, registerCommand, setContext } from '../contributed.ts';
import type { Privileges } from '../clusters/index.ts';
import { commandIds, explorerViewId } from '../ids.ts';
import { withProgress } from '../notices/index.ts';
import type { Explorer } from './explorer.ts';
import { showFilterBox } from './filter-box.ts';
import { type ItemServices, registerItemCommands } from './item-commands.ts';
import type { Grouping, Target, ViewSettings } from './model/index.ts';
import { RefreshSchedule } from './refresh-schedule.ts';

export interface ExplorerServices extends ItemServices {
  readonly logger: Logger;
  readonly extensionUri: vscode.Uri;
  readonly privileges: Privileges;
  /** Called when the view is first drawn. */
  readonly seen: () => void;
  /** Guests were dropped on something. */
  readonly dropped: (guests: readonly Target[], onto: Target) => Promise<void>;
  /** Remembers the grouping. */
  readonly memory: vscode.Memento;
}

const groupings = ['node', 'pool', 'tag', 'storage'] as const satisfies readonly Grouping[];
/** The explorer, as far as others have to do with it. */
export interface RegisteredExplorer extends Disposable {
  /**
   * What a command is about: the nodes it was called on in the explorer.
   * @param selected as VS Code gives it as the second argument when several are selected
   */
  targets(argument: unknown, selected?: unknown): Promise<readonly Target[]>;
  /** What is selected. */
  selection(): Promise<readonly Target[]>;
  /** Selects a guest, whatever was filtered. @param rowId of the inventory: `qemu/100`. @returns false when there is no such guest */
  reveal(connectionId: string, rowId: string): Promise<boolean>;
  /** Shows how a connection's cluster is now. */
  refresh(connectionId: string): Promise<void>;
}

/** VS Code wants this form of a tree's own type. */
const mime = `application/vnd.code.tree.${explorerViewId.toLowerCase()}`;

const groupingKey = 'explorer.grouping';

/** Registers the view and its commands. What is behind them is loaded when the view is first drawn. */
export function registerExplorer(services: ExplorerServices): RegisteredExplorer {
  const { clusters, memory, logger } = services;
  const store = new DisposableStore();
  const repaints = store.add(new vscode.EventEmitter<string[] | undefined>());
  let settings: ViewSettings = { grouping: rememberedGrouping(memory), sortBy: sortBySetting(), filter: '' };
  let explorer: Explorer | undefined;
  let opening: Promise<Explorer> | undefined;

  const open = (): Promise<Explorer> =>
    (opening ??= import('./explorer.ts').then(async (room) => {
      services.seen();
      explorer = store.add(await room.Explorer.open({ ...services, settings, repaint: (ids) => repaints.fire(ids === undefined ? undefined : [...ids]) }));
      return explorer;
    }));

  const view = store.add(vscode.window.createTreeView<string>(explorerViewId, {
    showCollapseAll: true,
    canSelectMany: true,
    dragAndDropController: {
      dragMimeTypes: [mime],
      dropMimeTypes: [mime],
      handleDrag(ids, transfer) {
        transfer.set(mime, new vscode.DataTransferItem(JSON.stringify(ids)));
      },
      async handleDrop(id, transfer) {
        const text = await transfer.get(mime)?.asString();
        if (id === undefined || text === undefined) return;
        const opened = await open();
        const onto = opened.target(id);
        const guests = (JSON.parse(text) as string[]).flatMap((each) => opened.target(each) ?? []).filter(({ node }) => node.type === 'guest');
        if (onto !== undefined && guests.length > 0) await services.dropped(guests, onto);
      },
    },
    treeDataProvider: {
      onDidChangeTreeData: repaints.event,
      async getChildren(id) {
        if (id === undefined && clusters.connections.isEmpty) return [];
        await clusters.connections.load();
        return [...(await (await open()).children(id))];
      },
      getTreeItem: async (id) => (await open()).treeItem(id),
      getParent: async (id) => (await open()).parent(id),
      async resolveTreeItem(item, id) {
        item.tooltip = (await open()).tooltip(id) ?? '';
        return item;
      },
    },
  }));
  store.add(view.onDidExpandElement(({ element }) => explorer?.setOpen(element, true)));
  store.add(view.onDidCollapseElement(({ element }) => explorer?.setOpen(element, false)));

  const complain = (error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    view.message = `The inventory could not be opened: ${reason}`;
    logger.error(view.message);
  };
  const schedule = store.add(new RefreshSchedule(view, () => {
    if (!clusters.connections.isEmpty) void open().then((opened) => opened.refresh(false), complain);
  }));
  // The first connection comes while nothing is behind the view yet.
  store.add(clusters.connections.onDidChange(() => {
    if (explorer === undefined) {
      repaints.fire(undefined);
      if (view.visible) void open().then((opened) => opened.refresh(false), complain);
    }
  }));

  const show = async (change: Partial<ViewSettings>): Promise<void> => {
    settings = { ...settings, ...change };
    setContext('proxmox.grouping', settings.grouping);
    setContext('proxmox.filtered', settings.filter !== '');
    explorer?.show(settings);
    await describe();
  };
  const describe = async (): Promise<void> => {
    if (settings.filter === '') {
      view.message = '';
      return;
    }
    const { shown, total } = (await open()).count();
    view.message = `Filter “${settings.filter}”: ${shown.toLocaleString('en-GB')} of ${total.toLocaleString('en-GB')} guests`;
  };
  void show({});
  store.add(onSettingChanged('proxmox.explorer.sortBy', () => void show({ sortBy: sortBySetting() })));

  for (const grouping of groupings) {
    const group = async (): Promise<void> => {
      await memory.update(groupingKey, grouping);
      await show({ grouping });
    };
    const title = `${grouping.charAt(0).toUpperCase()}${grouping.slice(1)}` as Capitalize<Grouping>;
    store.add(registerCommand(commandIds[`groupBy${title}`], group));
    store.add(registerCommand(commandIds[`groupedBy${title}`], group));
  }
  store.add(registerCommand(commandIds.filter, async () => {
    await vscode.commands.executeCommand(`${explorerViewId}.focus`);
    showFilterBox(settings.filter, (filter) => void show({ filter }));
  }));
  store.add(registerCommand(commandIds.clearFilter, () => show({ filter: '' })));
  store.add(registerCommand(commandIds.refresh, () => withProgress({ location: { viewId: explorerViewId } }, async () => {
    schedule.done();
    await (await open()).refresh(true);
    await describe();
  })));

  // The argument is the node from whose menu the command was called; from the palette or a key it is the selected one.
  store.add(registerItemCommands(services, async (argument) => {
    const id = typeof argument === 'string' ? argument : view.selection[0];
    return id === undefined ? undefined : (await open()).target(id);
  }));
  const targetsOf = async (ids: readonly string[]): Promise<readonly Target[]> => {
    if (ids.length === 0) return [];
    const opened = await open();
    return ids.flatMap((id) => opened.target(id) ?? []);
  };
  return {
    targets: (argument, selected) => targetsOf(Array.isArray(selected) && selected.length > 0 ? selected.filter((id) => typeof id === 'string') : typeof argument === 'string' ? [argument] : []),
    selection: () => targetsOf(view.selection),
    async reveal(connectionId, rowId) {
      await vscode.commands.executeCommand(`${explorerViewId}.focus`);
      const opened = await open();
      if ((await opened.findGuest(connectionId, rowId)) === undefined && settings.filter !== '') await show({ filter: '' });
      const id = await opened.findGuest(connectionId, rowId);
      if (id === undefined) return false;
      await view.reveal(id, { select: true, focus: true });
      return true;
    },
    refresh: async (connectionId) => (explorer === undefined ? services.clusters.refresh([connectionId], true) : explorer.refreshConnection(connectionId, true)),
    dispose: () => store.dispose(),
  };
}

function rememberedGrouping(memory: vscode.Memento): Grouping {
  const value: unknown = memory.get(groupingKey);
  return groupings.find((grouping) => grouping === value) ?? 'node';
}

function sortBySetting(): ViewSettings['sortBy'] {
  return readSetting('proxmox.explorer.sortBy') === 'name' ? 'name' : 'vmid';
}
