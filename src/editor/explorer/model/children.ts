import type { GuestRow, Snapshot, TaskRow, Volume } from '../../../inventory/index.ts';
import { commandIds } from '../../ids.ts';
import { type ClusterIndex, guestOrder } from './cluster-index.ts';
import { byContent } from './contents.ts';
import type { ContentNode, ExplorerNode, GroupNode, GuestNode, Notice, NoticeNode, StorageNode, ViewSettings } from './nodes.ts';
import { errorNotice } from './notices.ts';
import type { BrokenView, ConnectionView, Detail } from './sources.ts';

/** What is at the root: connections, then the settings' broken entries. */
export function rootChildren(connections: readonly ConnectionView[], broken: readonly BrokenView[]): readonly ExplorerNode[] {
  return [
    ...connections.map(({ connection: { id } }): ExplorerNode => ({ type: 'connection', id, parent: undefined, connectionId: id })),
    ...notices(undefined, undefined, broken.map(({ name, problem }): Notice => ({
      level: 'error',
      label: name,
      description: problem,
      detail: `This entry of proxmox.connections is not a connection. ${problem}`,
      command: { id: commandIds.editSettings, title: 'Open Settings' },
    }))),
  ];
}

/** What is below a connection: what went wrong, its guests as grouped, then the collections. */
export function connectionChildren(view: ConnectionView, index: ClusterIndex, settings: ViewSettings): readonly ExplorerNode[] {
  const { id: connectionId } = view.connection;
  // A filtered tree has its own ids: it starts expanded, and the whole tree is as it was when the filter goes.
  const prefix = index.filter.isEmpty ? connectionId : `${connectionId}/~`;
  const at = (path: string) => ({ id: `${prefix}/${path}`, parent: connectionId, connectionId }) as const;
  const group = (name: GroupNode['group'], key?: string): GroupNode => ({ type: 'group', ...at(key === undefined ? name : `${name}=${encodeURIComponent(key)}`), group: name, key });
  const nodes = index.nodes.map((node): ExplorerNode => ({ type: 'node', ...at(`node=${encodeURIComponent(node)}`), node, withGuests: settings.grouping === 'node' }));
  const children: ExplorerNode[] = [...notices(connectionId, connectionId, connectionNotices(view, index))];
  if (index.rows.size === 0) return children;
  switch (settings.grouping) {
    case 'node':
      children.push(...nodes);
      break;
    case 'pool':
    case 'tag':
      for (const key of index.groups.keys()) children.push(group(settings.grouping, key));
      break;
    case 'storage':
      children.push(...storageNodes(connectionId, prefix, connectionId, index, true));
      break;
  }
  if (settings.grouping !== 'node' && nodes.length > 0) children.push(group('nodes'));
  if (index.templates.length > 0) children.push(group('templates'));
  if (settings.grouping !== 'storage' && index.storages.size > 0) children.push(group('storages'));
  if (index.filter.isEmpty) children.push(group('tasks'));
  else if (children.length === 0) children.push(...notices(connectionId, connectionId, [{ level: 'info', label: 'Nothing matches the filter' }]));
  return children;
}

function connectionNotices({ connection, health }: ConnectionView, index: ClusterIndex): readonly Notice[] {
  const settled = health.state === 'refreshing' ? (health.last ?? { state: 'unknown' as const }) : health;
  if (settled.state === 'failed') return [errorNotice(settled.error, 'connection')];
  if (settled.state === 'unknown') return index.rows.size === 0 ? [{ level: 'info', label: 'Connecting…' }] : [];
  if (index.total > 0) return [];
  const who = connection.authentication.kind === 'token' ? 'this token' : connection.authentication.user;
  const detail = `Either there are none, or ${who} may not see them: in Proxmox VE give it the role PVEAuditor on / under Datacenter › Permissions.`;
  return [{ level: 'info', label: 'No guests to see', description: `none exist, or ${who} may not see them`, detail, children: [{ level: 'advice', label: detail }] }];
}

export function guestNodes(parent: string, connectionId: string, rowIds: readonly string[]): readonly ExplorerNode[] {
  return rowIds.map((rowId): ExplorerNode => ({ type: 'guest', id: `${parent}/${rowId}`, parent, connectionId, rowId }));
}

export function snapshotChildren({ id, connectionId, rowId }: GuestNode, detail: Detail<readonly Snapshot[]>): readonly ExplorerNode[] {
  if (!detail.ok) return notices(id, connectionId, [errorNotice(detail.error, 'detail')]);
  if (detail.value.length === 0) return notices(id, connectionId, [{ level: 'info', label: 'No snapshots' }]);
  return detail.value.map((snapshot): ExplorerNode => ({ type: 'snapshot', id: `${id}/snapshot=${encodeURIComponent(snapshot.name)}`, parent: id, connectionId, rowId, snapshot }));
}

/** @param withGuests below the connection itself; else below the collection of storages */
export function storageNodes(connectionId: string, prefix: string, parent: string, index: ClusterIndex, withGuests: boolean): readonly StorageNode[] {
  return [...index.storages.keys()].map((key) => ({ type: 'storage', id: `${prefix}/storage=${encodeURIComponent(key)}`, parent, connectionId, key, withGuests }));
}

/** What is below a group that needs no further request. */
export function groupChildren(node: GroupNode, index: ClusterIndex): readonly ExplorerNode[] {
  const { id, connectionId } = node;
  switch (node.group) {
    case 'pool':
    case 'tag':
      return guestNodes(id, connectionId, index.groups.get(node.key)?.guests ?? []);
    case 'templates':
      return guestNodes(id, connectionId, index.templates);
    case 'nodes':
      return index.nodes.map((name): ExplorerNode => ({ type: 'node', id: `${id}/${encodeURIComponent(name)}`, parent: id, connectionId, node: name, withGuests: false }));
    case 'storages':
      return storageNodes(connectionId, id, id, index, false);
    case 'tasks':
      return [];
  }
}

/** What is on a storage: guests with a disk there when they are grouped so, then its content by kind. */
export function storageChildren(node: StorageNode, detail: Detail<readonly Volume[]>, index: ClusterIndex, settings: ViewSettings): readonly ExplorerNode[] {
  const { id, connectionId } = node;
  if (!detail.ok) return notices(id, connectionId, [errorNotice(detail.error, 'detail')]);
  const contents = byContent(detail.value).map(([content, volumes]): ContentNode => ({
    type: 'content', id: `${id}/content=${encodeURIComponent(content)}`, parent: id, connectionId, storageKey: node.key, content, volumes,
  }));
  const children = [...(node.withGuests ? guestNodes(id, connectionId, guestsOn(detail.value, node.key, index, settings)) : []), ...contents];
  return children.length > 0 ? children : notices(id, connectionId, [{ level: 'info', label: 'Empty', description: 'or its content may not be seen (Datastore.Audit)' }]);
}

function guestsOn(volumes: readonly Volume[], key: string, index: ClusterIndex, settings: ViewSettings): readonly string[] {
  const vmids = new Set(volumes.flatMap(({ content, vmid }) => (vmid !== undefined && (content === 'images' || content === 'rootdir') ? [vmid] : [])));
  const entry = index.storages.get(key);
  const wholeStorage = index.filter.isEmpty || (entry !== undefined && index.filter.storage(entry));
  const guests: GuestRow[] = [];
  for (const vmid of vmids) {
    const row = index.rows.get(`qemu/${vmid}`) ?? index.rows.get(`lxc/${vmid}`);
    if (row !== undefined && (row.kind === 'qemu' || row.kind === 'lxc') && !row.template && (wholeStorage || index.filter.guest(row))) guests.push(row);
  }
  return guests.sort(guestOrder(settings.sortBy)).map(({ id }) => id);
}

export function contentChildren({ id, connectionId, storageKey, volumes }: ContentNode): readonly ExplorerNode[] {
  return volumes.map((volume): ExplorerNode => ({ type: 'volume', id: `${id}/${encodeURIComponent(volume.volid)}`, parent: id, connectionId, storageKey, volume }));
}

export function taskChildren({ id, connectionId }: GroupNode, detail: Detail<readonly TaskRow[]>): readonly ExplorerNode[] {
  if (!detail.ok) return notices(id, connectionId, [errorNotice(detail.error, 'detail')]);
  if (detail.value.length === 0) return notices(id, connectionId, [{ level: 'info', label: 'No tasks', description: 'none ran lately' }]);
  return detail.value.map((task): ExplorerNode => ({ type: 'task', id: `${id}/${encodeURIComponent(task.upid)}`, parent: id, connectionId, task }));
}

/** Things to be said, by their place. */
export function notices(parent: string | undefined, connectionId: string | undefined, said: readonly Notice[]): readonly NoticeNode[] {
  return said.map((notice, index): NoticeNode => ({ type: 'notice', id: `${parent ?? ''}/notice=${index}`, parent, connectionId, notice }));
}
