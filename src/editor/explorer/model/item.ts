import { counted, errorTitle, formatBytes, formatDuration, formatRecent, visible } from '../../text/index.ts';
import { displayedLive, type GuestRow, isRunning, type Live, type NodeRow, type TaskRow } from '../../../inventory/index.ts';
import type { ItemContext } from '../../ids.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { contentLabel, volumeName } from './contents.ts';
import { guestWords, type May, nodeWords, snapshotWords, storageWords, volumeWords } from './abilities.ts';
import type { ContentNode, ExplorerNode, GroupNode, Notice, SnapshotNode, TaskNode, VolumeNode } from './nodes.ts';
import type { ConnectionView } from './sources.ts';
import type { StorageEntry } from './storages.ts';

/** Icons of the explorer: ours of guests, or a theme icon with an optional theme colour. */
export type ItemIcon =
  | { readonly guest: `${'qemu' | 'lxc'}-${GuestRow['status'] | 'template'}` }
  | { readonly theme: string; readonly color?: string };

/** How a node of the tree looks. All text is made harmless already. */
export interface Item {
  readonly label: string;
  readonly description: string;
  readonly icon: ItemIcon;
  readonly context: ItemContext;
  /** More that menus have to know, in words; see `ItemContext`. */
  readonly words?: string;
  readonly state: 'leaf' | 'collapsed' | 'expanded';
  /** What a screen reader says in place of label and description, where these say too little. */
  readonly accessible?: string;
}

const error = { theme: 'error', color: 'list.errorForeground' } as const;
const warning = { theme: 'warning', color: 'list.warningForeground' } as const;

export function connectionItem({ connection, ephemeral, health }: ConnectionView, index: ClusterIndex): Item {
  const settled = health.state === 'refreshing' ? (health.last ?? { state: 'unknown' as const }) : health;
  const failed = settled.state === 'failed';
  const size = [counted(index.nodeTotal, 'node'), counted(index.total, 'guest')].join(' · ');
  const filtered = index.filter.isEmpty ? size : `${index.shown.toLocaleString('en-GB')} of ${counted(index.total, 'guest')}`;
  const known = index.rows.size > 0;
  return {
    label: visible(connection.name),
    description: failed ? [errorTitle(settled.error), known ? `${filtered}, as last seen` : ''].filter(Boolean).join(' · ') : known ? filtered : settled.state === 'unknown' ? 'connecting…' : 'empty',
    icon: failed ? error : { theme: 'server-environment' },
    context: ephemeral ? 'ephemeralConnection' : 'connection',
    state: 'expanded',
  };
}

export function nodeItem(row: NodeRow, live: Live | undefined, guests: number, withGuests: boolean, filtered: boolean, may?: May): Item {
  const maintained = row.status === 'online' && row.hastate === 'maintenance';
  const shown = row.status === 'online' ? [maintained ? 'maintenance' : '', usage(live, 5)].filter(Boolean).join(' · ') : row.status;
  return {
    label: visible(row.node),
    description: shown,
    icon: maintained ? { theme: 'tools', color: 'testing.iconQueued' } : row.status === 'online' ? { theme: 'server', color: 'testing.iconPassed' } : row.status === 'offline' ? { theme: 'server', color: 'testing.iconFailed' } : { theme: 'server', color: 'disabledForeground' },
    context: 'node',
    words: nodeWords(row, may),
    state: !withGuests || guests === 0 ? 'leaf' : filtered ? 'expanded' : 'collapsed',
    accessible: `Node ${visible(row.node)}, ${row.status}, ${counted(guests, 'guest')}${row.status === 'online' ? `, ${shown}` : ''}`,
  };
}

export function guestItem(row: GuestRow, live: Live | undefined, sortBy: 'vmid' | 'name', may?: May): Item {
  const name = visible(row.name);
  const doing = row.template ? 'template' : row.status === 'running' ? usage(live, 1) || 'running' : row.status;
  const parts = [sortBy === 'name' ? String(row.vmid) : '', doing, row.lock === undefined ? '' : `locked (${visible(row.lock)})`];
  const description = parts.filter(Boolean).join(' · ');
  return {
    label: sortBy === 'vmid' ? `${row.vmid} ${name}` : name,
    description,
    icon: { guest: `${row.kind}-${row.template ? 'template' : row.status}` },
    context: row.template ? 'template' : 'guest',
    words: guestWords(row, may),
    // Its snapshots; templates have none.
    state: row.template ? 'leaf' : 'collapsed',
    accessible: `${row.kind === 'qemu' ? 'VM' : 'Container'} ${row.vmid} ${name}, ${row.template ? 'template' : row.status === 'running' ? `running, ${description}` : description}`,
  };
}

const collections = {
  nodes: { label: 'Nodes', icon: 'server' },
  templates: { label: 'Templates', icon: 'files' },
  storages: { label: 'Storages', icon: 'database' },
  tasks: { label: 'Tasks', icon: 'tasklist' },
  pool: { label: 'No pool', icon: 'folder' },
  tag: { label: 'No tags', icon: 'tag' },
} as const;

export function groupItem({ group, key }: GroupNode, count: number | undefined, filtered: boolean): Item {
  const { label, icon } = collections[group];
  return {
    label: key === undefined ? label : visible(key),
    description: count === undefined ? '' : count.toLocaleString('en-GB'),
    icon: { theme: icon },
    context: 'group',
    // A pool is something that is operated on.
    ...(group === 'pool' && key !== undefined && { words: 'pool' }),
    state: count === 0 ? 'leaf' : filtered && group !== 'tasks' ? 'expanded' : 'collapsed',
  };
}

export function storageItem(entry: StorageEntry, live: Live | undefined, may?: May): Item {
  const { diskPercent, maxdisk } = displayedLive(live ?? {});
  const full = diskPercent !== undefined && diskPercent >= 90;
  const where = entry.shared ? 'shared' : visible(entry.nodes[0] ?? '');
  const share = maxdisk === undefined || maxdisk === 0 ? '' : `${diskPercent ?? 0} % of ${formatBytes(maxdisk)}`;
  return {
    label: visible(entry.storage),
    description: [where, entry.available ? share : 'not available'].filter(Boolean).join(' · '),
    icon: !entry.available ? { theme: 'database', color: 'disabledForeground' } : full ? warning : { theme: 'database' },
    context: 'storage',
    words: storageWords(entry, may),
    state: 'collapsed',
    accessible: `Storage ${visible(entry.storage)}, ${where}, ${entry.available ? `${share} used${full ? ', almost full' : ''}` : 'not available'}`,
  };
}

export function contentItem(node: ContentNode): Item {
  const { label, icon } = contentLabel(node.content);
  return { label, description: String(node.volumes.length), icon: { theme: icon }, context: 'group', state: 'collapsed' };
}

/** @param now milliseconds since the epoch */
export function snapshotItem({ rowId, snapshot }: SnapshotNode, now: number, may?: May): Item {
  const { name, description = '', time, withMemory, state } = snapshot;
  const [line = ''] = description.split('\n');
  return {
    label: visible(name),
    description: [time === undefined ? '' : formatRecent(time, now), withMemory ? 'with memory' : '', state ?? '', visible(line)].filter(Boolean).join(' · '),
    icon: { theme: 'device-camera' },
    context: 'snapshot',
    words: snapshotWords(Number(rowId.slice(rowId.indexOf('/') + 1)), may),
    state: 'leaf',
    accessible: `Snapshot ${visible(name)}${withMemory ? ', with memory' : ''} ${visible(description)}`,
  };
}

export function volumeItem({ volume }: VolumeNode, may?: May): Item {
  const time = volume.ctime === undefined || volume.content !== 'backup' ? '' : formatRecent(volume.ctime, 0);
  return {
    label: visible(volumeName(volume)),
    description: [formatBytes(volume.size), time, volume.protected ? 'protected' : ''].filter(Boolean).join(' · '),
    icon: { theme: contentLabel(volume.content).icon },
    context: 'volume',
    words: volumeWords(volume, may),
    state: 'leaf',
  };
}

/** @param now milliseconds since the epoch */
export function taskItem({ task }: TaskNode, now: number): Item {
  const running = isRunning(task);
  const status = task.status ?? '';
  const name = [task.type, task.id].filter(Boolean).map((part) => visible(part)).join(' ');
  const took = task.endtime === undefined ? '' : formatDuration(task.endtime - task.starttime);
  return {
    label: name,
    description: [visible(task.node), formatRecent(task.starttime, now), running ? 'running' : took, status === 'OK' ? '' : visible(status)].filter(Boolean).join(' · '),
    icon: running ? { theme: 'sync~spin' } : taskIcon(status),
    context: 'task',
    state: 'leaf',
    accessible: `Task ${name} on ${visible(task.node)}, ${running ? 'running' : outcome(task)}`,
  };
}

const levels: Readonly<Record<Notice['level'], ItemIcon>> = { error, warning, info: { theme: 'info' }, advice: { theme: 'lightbulb' } };

export function noticeItem(notice: Notice): Item {
  return {
    label: visible(notice.label, 500),
    description: visible(notice.description ?? '', 500),
    icon: levels[notice.level],
    context: 'notice',
    state: notice.children === undefined ? 'leaf' : 'expanded',
  };
}

/** What a node is before anything is known of it, or when it is already gone. */
export function goneItem(node: ExplorerNode | undefined): Item {
  return { label: '…', description: '', icon: { theme: 'circle-slash' }, context: node?.type === 'guest' ? 'guest' : 'notice', state: 'leaf' };
}

/** Processor and memory; percentages in steps, so that parents with many children are not repainted for every tick. */
function usage(live: Live | undefined, step: number): string {
  const { cpuPercent, memPercent, maxmem } = displayedLive(live ?? {});
  const parts: string[] = [];
  if (cpuPercent !== undefined) parts.push(`CPU ${inSteps(cpuPercent, step)} %`);
  if (memPercent !== undefined && maxmem !== undefined) parts.push(`${inSteps(memPercent, step)} % of ${formatBytes(maxmem)}`);
  return parts.join(' · ');
}

function inSteps(percent: number, step: number): number {
  return Math.round(percent / step) * step;
}

function taskIcon(status: string): ItemIcon {
  if (status === 'OK') return { theme: 'pass', color: 'testing.iconPassed' };
  return status.startsWith('WARNINGS') ? warning : error;
}

function outcome({ status }: TaskRow): string {
  return status === 'OK' ? 'succeeded' : `ended with ${visible(status ?? '')}`;
}
