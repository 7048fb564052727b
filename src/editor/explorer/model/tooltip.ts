import { counted, formatBytes, formatDuration, formatTime, markdownText } from '../../text/index.ts';
import { displayedLive, type GuestRow, isRunning, type Live, type NodeRow, type TaskRow, type Volume } from '../../../inventory/index.ts';
import type { ClusterIndex } from './cluster-index.ts';
import { contentLabel, volumeName } from './contents.ts';
import type { ConnectionView } from './sources.ts';
import type { StorageEntry } from './storages.ts';

/**
 * Tooltips as Markdown source. Everything that came from a cluster passes `markdownText`, so no name can be a link, an
 * image or any other markup; the strings are shown untrusted and without HTML besides.
 */

type Fact = readonly [name: string, value: string | undefined];

function card(title: string, facts: readonly Fact[], paragraphs: readonly string[] = []): string {
  const rows = facts.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [`| ${name} | ${value} |`]));
  return [`**${title}**`, ...(rows.length > 0 ? [['| | |', '|:--|:--|', ...rows].join('\n')] : []), ...paragraphs].join('\n\n');
}

export function guestTooltip(row: GuestRow, live: Live | undefined): string {
  return card(markdownText(row.name), [
    ['VMID', String(row.vmid)],
    ['Type', `${row.kind === 'qemu' ? 'virtual machine' : 'container'}${row.template ? ' template' : ''}`],
    ['Status', row.status],
    ['Locked', row.lock === undefined ? undefined : markdownText(row.lock)],
    ['Node', markdownText(row.node)],
    ['Pool', row.pool === undefined ? undefined : markdownText(row.pool)],
    ['Tags', row.tags.map((tag) => markdownText(tag, 60)).join(', ')],
    ['High availability', row.hastate === undefined ? undefined : markdownText(row.hastate)],
    ...usageFacts(live),
  ]);
}

export function nodeTooltip(row: NodeRow, live: Live | undefined, guests: number): string {
  return card(markdownText(row.node), [['Type', 'node'], ['Status', row.status], ['Guests', String(guests)], ...usageFacts(live)]);
}

export function storageTooltip(entry: StorageEntry, live: Live | undefined): string {
  const { diskPercent } = displayedLive(live ?? {});
  const full = entry.available && diskPercent !== undefined && diskPercent >= 90;
  return card(
    markdownText(entry.storage),
    [
      ['Type', entry.plugintype === undefined ? undefined : markdownText(entry.plugintype)],
      [entry.nodes.length === 1 ? 'Node' : 'Nodes', entry.nodes.map((node) => markdownText(node, 60)).join(', ')],
      ['Status', entry.available ? 'available' : 'not available'],
      ['Used', shareFact(live?.disk, live?.maxdisk, diskPercent)],
    ],
    full ? ['Almost full.'] : [],
  );
}

export function connectionTooltip({ connection, ephemeral, health }: ConnectionView, index: ClusterIndex): string {
  const { authentication, trust } = connection;
  const settled = health.state === 'refreshing' ? health.last : health;
  return card(
    markdownText(connection.name),
    [
      ['Address', connection.endpoints.map((endpoint) => markdownText(endpoint)).join(', ')],
      ['Signed in as', markdownText(authentication.kind === 'token' ? authentication.tokenId : authentication.user)],
      ['Certificate', trust.kind === 'system' ? 'checked by this machine’s authorities' : trust.kind === 'ca' ? `checked by ${markdownText(trust.file)}` : 'accepted by its fingerprint'],
      ['Size', `${counted(index.nodeTotal, 'node')}, ${counted(index.total, 'guest')}`],
      ['Refreshed', settled?.state === 'ok' || settled?.state === 'failed' ? `${formatTime(settled.at / 1000)}${settled.state === 'failed' ? ', failed' : ''}` : undefined],
    ],
    [
      ...(settled?.state === 'failed' ? [markdownText(settled.error.message, 1000), markdownText(settled.error.details.advice ?? '', 1000)].filter(Boolean) : []),
      ...(ephemeral ? ['Ends with this window; nothing of it is saved in the settings.'] : []),
    ],
  );
}

export function volumeTooltip(volume: Volume): string {
  return card(
    markdownText(volumeName(volume)),
    [
      ['Volume', markdownText(volume.volid, 300)],
      ['Kind', markdownText(contentLabel(volume.content).label)],
      ['Format', markdownText(volume.format)],
      ['Size', formatBytes(volume.size)],
      ['Guest', volume.vmid === undefined ? undefined : String(volume.vmid)],
      ['Created', volume.ctime === undefined ? undefined : formatTime(volume.ctime)],
      ['Protected', volume.protected ? 'yes' : undefined],
    ],
    volume.notes === undefined ? [] : [markdownText(volume.notes, 500)],
  );
}

/** @param now milliseconds since the epoch */
export function taskTooltip(task: TaskRow, now: number): string {
  const running = isRunning(task);
  return card(markdownText([task.type, task.id].filter(Boolean).join(' ')), [
    ['Status', running ? 'running' : markdownText(task.status ?? 'unknown', 500)],
    ['Node', markdownText(task.node)],
    ['User', markdownText(task.user)],
    ['Started', formatTime(task.starttime)],
    [running ? 'Running for' : 'Took', formatDuration((task.endtime ?? now / 1000) - task.starttime)],
  ]);
}

function usageFacts(live: Live | undefined): readonly Fact[] {
  const { cpuPercent, maxcpu, memPercent, diskPercent } = displayedLive(live ?? {});
  return [
    ['CPU', maxcpu === undefined || maxcpu === 0 ? undefined : `${cpuPercent ?? 0} % of ${counted(maxcpu, 'processor')}`],
    ['Memory', shareFact(live?.mem, live?.maxmem, memPercent)],
    // A VM's usage inside its disks is not known to Proxmox VE, which reports 0.
    ['Disk', live?.disk === 0 ? sizeFact(live.maxdisk) : shareFact(live?.disk, live?.maxdisk, diskPercent)],
    ['Uptime', live?.uptime === undefined || live.uptime === 0 ? undefined : formatDuration(live.uptime)],
  ];
}

function sizeFact(bytes: number | undefined): string | undefined {
  return bytes === undefined || bytes === 0 ? undefined : formatBytes(bytes);
}

function shareFact(used: number | undefined, all: number | undefined, percent: number | undefined): string | undefined {
  if (all === undefined || all === 0) return undefined;
  return `${formatBytes(used ?? 0)} of ${formatBytes(all)}${percent === undefined ? '' : ` (${percent} %)`}`;
}
