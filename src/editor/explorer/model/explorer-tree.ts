import type { Change } from '../../../inventory/index.ts';
import { markdownText } from '../../text/index.ts';
import { connectionChildren, contentChildren, groupChildren, guestNodes, notices, rootChildren, snapshotChildren, storageChildren, taskChildren } from './children.ts';
import { buildIndex, type ClusterIndex, guestsOfNode, nodeRow, samePlace } from './cluster-index.ts';
import { Details } from './details.ts';
import { connectionItem, contentItem, goneItem, groupItem, guestItem, type Item, nodeItem, noticeItem, snapshotItem, storageItem, taskItem, volumeItem } from './item.ts';
import type { ExplorerNode, StorageNode, ViewSettings } from './nodes.ts';
import type { ConnectionView, Sources } from './sources.ts';
import { connectionTooltip, guestTooltip, nodeTooltip, storageTooltip, taskTooltip, volumeTooltip } from './tooltip.ts';

/**
 * The explorer's tree: what is below each node, how it looks, and which of the nodes that were asked for have to be
 * painted again after a change. Nodes are named by their ids; nothing below a closed node is computed.
 */
export class ExplorerTree {
  readonly #sources: Sources;
  readonly #details: Details;
  #settings: ViewSettings;
  readonly #indexes = new Map<string, ClusterIndex>();
  readonly #nodes = new Map<string, ExplorerNode>();
  /** Parent → the children it was last said to have. */
  readonly #shown = new Map<string, readonly string[]>();
  /** What somebody opened or closed; the others are as their items say. */
  readonly #opened = new Map<string, boolean>();
  /** Storage → bytes used when its content was last read. */
  readonly #usage = new Map<string, number | undefined>();
  /** Guests whose snapshots may have changed, because something happened to them. */
  readonly #staleSnapshots = new Set<string>();
  /** Node → what it last looked like. */
  readonly #painted = new Map<string, string>();
  /** Row → the nodes that show it. */
  readonly #byRow = new Map<string, Set<string>>();

  constructor(sources: Sources, settings: ViewSettings) {
    this.#sources = sources;
    this.#settings = settings;
    this.#details = new Details(sources);
  }

  get settings(): ViewSettings {
    return this.#settings;
  }

  node(id: string): ExplorerNode | undefined {
    return this.#nodes.get(id);
  }

  /** The arrangement of a connection's rows as they are now. */
  index(connectionId: string): ClusterIndex {
    let index = this.#indexes.get(connectionId);
    if (index === undefined) {
      index = buildIndex(this.#sources.rows(connectionId), this.#settings);
      this.#indexes.set(connectionId, index);
    }
    return index;
  }

  /** Starts over, with other settings or other connections: the whole tree has to be asked for again. */
  reset(settings: ViewSettings = this.#settings): void {
    this.#settings = settings;
    this.#indexes.clear();
    this.#nodes.clear();
    this.#shown.clear();
    this.#usage.clear();
    this.#painted.clear();
    this.#byRow.clear();
  }

  /** Forgets what was read on demand, so that it is read again when it is next shown. */
  forgetDetails(connectionId?: string): void {
    this.#details.forgetAll(connectionId);
  }

  /** Ids below a node that is open, or at the root. Never rejects. */
  async children(id?: string): Promise<readonly string[]> {
    // Only an open node is asked for what is below it. VS Code says nothing of a node that is opened while it is painted again.
    if (id !== undefined && this.#nodes.has(id) && !this.#opened.has(id)) this.#opened.set(id, true);
    return await this.#ask(id);
  }

  async #ask(id?: string): Promise<readonly string[]> {
    const parent = id === undefined ? undefined : this.#nodes.get(id);
    if (id !== undefined && parent === undefined) return [];
    const nodes = await this.#childNodes(parent);
    return this.#adopt(id ?? '', nodes);
  }

  /** The node of a guest, as it is grouped now; undefined when the filter or the cluster does not have it. */
  async findGuest(connectionId: string, rowId: string): Promise<string | undefined> {
    await this.#ask();
    const open = [connectionId];
    for (let id = open.shift(); id !== undefined; id = open.shift()) {
      for (const child of await this.#ask(id)) {
        const node = this.#nodes.get(child);
        if (node?.type === 'guest' && node.rowId === rowId) return child;
        if (node?.type === 'node' || (node?.type === 'group' && node.group !== 'tasks') || (node?.type === 'storage' && node.withGuests)) open.push(child);
      }
    }
    return undefined;
  }

  /** The nodes to paint again after the user's privileges on a connection were read. */
  privilegesChanged(connectionId: string): readonly string[] {
    return this.#topmost(new Set([...this.#nodes.keys()].filter((id) => this.#isIn(id, connectionId) && this.#looksDifferent(id))));
  }

  /**
   * What is below a closed node is kept as it is; details below it are not read again until it is opened.
   * @returns whether it was closed before and is open now
   */
  setOpen(id: string, open: boolean): boolean {
    const wasClosed = this.#opened.get(id) === false;
    this.#opened.set(id, open);
    return open && wasClosed;
  }

  item(id: string): Item {
    const item = this.#item(this.#nodes.get(id));
    this.#painted.set(id, signature(item));
    const open = this.#opened.get(id);
    // A node that comes back, after a filter or another grouping, is as open as it was left.
    return open === undefined || item.state === 'leaf' ? item : { ...item, state: open ? 'expanded' : 'collapsed' };
  }

  /** The tooltip's Markdown source; undefined when the item says it all. */
  tooltip(id: string): string | undefined {
    const node = this.#nodes.get(id);
    if (node === undefined || node.type === 'notice') return node?.notice.detail === undefined ? undefined : markdownText(node.notice.detail, 2000);
    const { connectionId } = node;
    const index = this.index(connectionId);
    const live = (rowId: string | undefined) => (rowId === undefined ? undefined : this.#sources.live(connectionId, rowId));
    switch (node.type) {
      case 'connection': {
        const view = this.#view(connectionId);
        return view && connectionTooltip(view, index);
      }
      case 'node': {
        const row = nodeRow(index, node.node);
        return nodeTooltip(row, live(row.id), guestsOfNode(index, node.node));
      }
      case 'guest': {
        const row = index.rows.get(node.rowId);
        return row?.kind === 'qemu' || row?.kind === 'lxc' ? guestTooltip(row, live(row.id)) : undefined;
      }
      case 'storage': {
        const entry = index.storages.get(node.key);
        return entry && storageTooltip(entry, live(entry.rowIds[0]));
      }
      case 'volume': return volumeTooltip(node.volume);
      case 'task': return taskTooltip(node.task, this.#sources.now());
      case 'snapshot': return node.snapshot.description === undefined ? undefined : markdownText(node.snapshot.description, 2000);
      case 'group':
      case 'content':
        return undefined;
    }
  }

  /** The nodes to paint again, with all below them, after a change of the inventory. */
  changed(change: Change): readonly string[] {
    const { connectionId } = change;
    const index = this.#indexes.get(connectionId);
    if (index === undefined || !this.#nodes.has(connectionId)) return [];
    const rows = this.#sources.rows(connectionId);
    const stays = change.added.length === 0 && change.removed.length === 0 && change.changed.every((id) => samePlace(index.rows.get(id), rows.get(id), this.#settings, index.filter));
    this.#indexes.set(connectionId, stays ? { ...index, rows } : buildIndex(rows, this.#settings));
    for (const rowId of change.changed) this.#staleSnapshots.add(`${connectionId}/${rowId}`);
    const repaint = new Set<string>();
    if (change.health) repaint.add(connectionId);
    if (!stays) {
      for (const parent of this.#rearranged(connectionId)) repaint.add(parent);
      // Counts in the descriptions of groups, open or not.
      for (const [id, { type }] of this.#nodes) if (type !== 'guest' && this.#isIn(id, connectionId) && this.#looksDifferent(id)) repaint.add(id);
    }
    for (const rowIds of [change.changed, change.live]) {
      for (const rowId of rowIds) {
        for (const id of this.#byRow.get(`${connectionId}/${rowId}`) ?? []) if (this.#looksDifferent(id)) repaint.add(id);
      }
    }
    return this.#topmost(repaint);
  }

  /** Reads again what is open and may have changed without the inventory knowing: tasks, and storages whose usage moved; all storages when `thorough`. */
  async refreshDetails(connectionId: string, thorough = false): Promise<readonly string[]> {
    const open = [...this.#shown.keys()].flatMap((id) => {
      const node = this.#nodes.get(id);
      return node !== undefined && this.#isIn(id, connectionId) && this.#opened.get(id) !== false ? [node] : [];
    });
    const repaint = new Set<string>();
    await Promise.all(open.map(async (node) => {
      if (node.type === 'group' && node.group === 'tasks') this.#details.forgetTasks(connectionId);
      else if (node.type === 'guest' && (thorough || this.#staleSnapshots.delete(`${connectionId}/${node.rowId}`))) this.#details.forgetSnapshots(connectionId, node.rowId);
      else if (node.type === 'storage' && (thorough || this.#usageMoved(node))) this.#details.forgetVolumes(connectionId, node.key);
      else return;
      const before = this.#shown.get(node.id);
      const nodes = await this.#childNodes(node);
      // Closed or rearranged meanwhile: whoever opens it again asks again.
      if (this.#shown.get(node.id) !== before || before === undefined || this.#nodes.get(node.id) !== node) return;
      if (!sameList(before, nodes.map(({ id }) => id)) || nodes.some((child) => child.type === 'content' && !sameVolumes(child, this.#nodes.get(child.id)))) {
        repaint.add(node.id);
        return;
      }
      for (const child of nodes) {
        this.#nodes.set(child.id, child);
        if (this.#looksDifferent(child.id)) repaint.add(child.id);
      }
    }));
    return this.#topmost(repaint);
  }

  async #childNodes(parent: ExplorerNode | undefined): Promise<readonly ExplorerNode[]> {
    if (parent?.type === 'group' && parent.group === 'tasks') return taskChildren(parent, await this.#details.tasks(parent.connectionId));
    if (parent?.type === 'guest') {
      const row = this.index(parent.connectionId).rows.get(parent.rowId);
      return row?.kind === 'qemu' || row?.kind === 'lxc' ? snapshotChildren(parent, await this.#details.snapshots(parent.connectionId, row)) : [];
    }
    if (parent?.type === 'storage') {
      const entry = this.index(parent.connectionId).storages.get(parent.key);
      if (entry === undefined) return [];
      this.#usage.set(parent.id, this.#usageOf(parent));
      const detail = await this.#details.volumes(parent.connectionId, entry);
      return storageChildren(parent, detail, this.index(parent.connectionId), this.#settings);
    }
    return this.#knownChildNodes(parent);
  }

  /** What is below a node for which nothing has to be asked. */
  #knownChildNodes(parent: ExplorerNode | undefined): readonly ExplorerNode[] {
    if (parent === undefined) return rootChildren(this.#sources.connections(), this.#sources.broken());
    switch (parent.type) {
      case 'connection': {
        const view = this.#view(parent.connectionId);
        return view === undefined ? [] : connectionChildren(view, this.index(parent.connectionId), this.#settings);
      }
      case 'node':
        return parent.withGuests ? guestNodes(parent.id, parent.connectionId, this.index(parent.connectionId).groups.get(parent.node)?.guests ?? []) : [];
      case 'group': return groupChildren(parent, this.index(parent.connectionId));
      case 'content': return contentChildren(parent);
      case 'notice': return notices(parent.id, parent.connectionId, parent.notice.children ?? []);
      case 'storage':
      case 'guest':
      case 'snapshot':
      case 'volume':
      case 'task':
        return [];
    }
  }

  #adopt(parent: string, nodes: readonly ExplorerNode[]): readonly string[] {
    const ids = nodes.map(({ id }) => id);
    const before = this.#shown.get(parent);
    if (before !== undefined) {
      const stay = new Set(ids);
      for (const id of before) if (!stay.has(id)) this.#leave(id);
    }
    for (const node of nodes) {
      this.#nodes.set(node.id, node);
      for (const rowId of this.#rowsOf(node)) {
        const key = `${node.type === 'notice' ? '' : node.connectionId}/${rowId}`;
        const ids = this.#byRow.get(key);
        if (ids === undefined) this.#byRow.set(key, new Set([node.id]));
        else ids.add(node.id);
      }
    }
    this.#shown.set(parent, ids);
    return ids;
  }

  /** Forgets a node that is no longer shown, and all below it. */
  #leave(id: string): void {
    const node = this.#nodes.get(id);
    if (node === undefined) return;
    const children = this.#shown.get(id);
    this.#shown.delete(id);
    this.#usage.delete(id);
    for (const child of children ?? []) this.#leave(child);
    for (const rowId of this.#rowsOf(node)) {
      const key = `${node.type === 'notice' ? '' : node.connectionId}/${rowId}`;
      const ids = this.#byRow.get(key);
      ids?.delete(id);
      if (ids?.size === 0) this.#byRow.delete(key);
    }
    this.#nodes.delete(id);
    this.#painted.delete(id);
  }

  #rowsOf(node: ExplorerNode): readonly string[] {
    switch (node.type) {
      case 'guest': return [node.rowId];
      case 'node': return [`node/${node.node}`];
      case 'storage': return this.index(node.connectionId).storages.get(node.key)?.rowIds ?? [];
      default: return [];
    }
  }

  #item(node: ExplorerNode | undefined): Item {
    if (node === undefined) return goneItem(node);
    if (node.type === 'notice') return noticeItem(node.notice);
    const { connectionId } = node;
    const index = this.index(connectionId);
    const filtered = !index.filter.isEmpty;
    const may = this.#sources.may(connectionId);
    const live = (rowId: string | undefined) => (rowId === undefined ? undefined : this.#sources.live(connectionId, rowId));
    switch (node.type) {
      case 'connection': {
        const view = this.#view(connectionId);
        return view === undefined ? goneItem(node) : connectionItem(view, index);
      }
      case 'node': {
        const row = nodeRow(index, node.node);
        return nodeItem(row, live(row.id), index.groups.get(node.node)?.guests.length ?? 0, node.withGuests, filtered, may);
      }
      case 'guest': {
        const row = index.rows.get(node.rowId);
        return row?.kind === 'qemu' || row?.kind === 'lxc' ? guestItem(row, live(row.id), this.#settings.sortBy, may) : goneItem(node);
      }
      case 'group': return groupItem(node, node.group === 'tasks' ? undefined : groupChildren(node, index).length, filtered);
      case 'storage': {
        const entry = index.storages.get(node.key);
        return entry === undefined ? goneItem(node) : storageItem(entry, live(entry.rowIds[0]), may);
      }
      case 'content': return contentItem(node);
      case 'snapshot': return snapshotItem(node, this.#sources.now(), may);
      case 'volume': return volumeItem(node, may);
      case 'task': return taskItem(node, this.#sources.now());
    }
  }

  #view(connectionId: string): ConnectionView | undefined {
    return this.#sources.connections().find(({ connection }) => connection.id === connectionId);
  }

  #usageOf({ connectionId, key }: StorageNode): number | undefined {
    const rowId = this.index(connectionId).storages.get(key)?.rowIds[0];
    return rowId === undefined ? undefined : this.#sources.live(connectionId, rowId)?.disk;
  }

  #usageMoved(node: StorageNode): boolean {
    return this.#usage.get(node.id) !== this.#usageOf(node);
  }

  /** Parents of a connection whose children are not those that were last shown. */
  #rearranged(connectionId: string): readonly string[] {
    return [...this.#shown].flatMap(([id, before]) => {
      const node = this.#nodes.get(id);
      if (node === undefined || !this.#isIn(id, connectionId)) return [];
      if (node.type === 'storage' || node.type === 'guest' || (node.type === 'group' && node.group === 'tasks')) return [];
      return sameList(before, this.#knownChildNodes(node).map((child) => child.id)) ? [] : [id];
    });
  }

  #looksDifferent(id: string): boolean {
    const painted = this.#painted.get(id);
    return painted !== undefined && painted !== signature(this.#item(this.#nodes.get(id)));
  }

  #isIn(id: string, connectionId: string): boolean {
    return this.#nodes.get(id)?.connectionId === connectionId;
  }

  /** Painting a node again covers all below it. */
  #topmost(ids: ReadonlySet<string>): readonly string[] {
    return [...ids].filter((id) => {
      for (let parent = this.#nodes.get(id)?.parent; parent !== undefined; parent = this.#nodes.get(parent)?.parent) if (ids.has(parent)) return false;
      return true;
    });
  }
}

function signature({ label, description, icon, context, words = '', state }: Item): string {
  return [label, description, words, 'guest' in icon ? icon.guest : `${icon.theme} ${icon.color ?? ''}`, context, state].join('\0');
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function sameVolumes(a: ExplorerNode, b: ExplorerNode | undefined): boolean {
  return a.type === 'content' && b?.type === 'content' && JSON.stringify(a.volumes) === JSON.stringify(b.volumes);
}
