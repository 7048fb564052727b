import type { Cluster, Volume } from '../state/cluster.ts';
import { isShared } from '../state/storages.ts';
import { findVolume, putVolume } from '../state/volumes.ts';
import type { TwinFile } from './twin-file.ts';

/** Makes a cluster that was loaded from files into a copy of the one they come from, as it runs. What it does not have is passed over. */
export function applyTwin(cluster: Cluster, twin: TwinFile): void {
  if (twin.cluster !== undefined) cluster.name = twin.cluster;
  for (const [name, { online, cpus, memory, rootfs }] of Object.entries(twin.nodes)) {
    const node = cluster.nodes.get(name);
    if (node === undefined) continue;
    node.online = online;
    if (cpus !== undefined) node.cpu = { ...node.cpu, cpus };
    if (memory !== undefined) node.memory = memory;
    if (rootfs !== undefined) node.rootfs = { ...rootfs };
  }
  applyGuests(cluster, twin);
  applyVolumes(cluster, twin);
  // Last: what volumes take is part of what is in use.
  applyUsage(cluster, twin);
}

function applyGuests(cluster: Cluster, { guests }: TwinFile): void {
  const now = Math.floor(cluster.clock.now() / 1000);
  for (const [vmid, { power, uptime, diskUsed }] of Object.entries(guests)) {
    const guest = cluster.guests.get(Number(vmid));
    if (guest === undefined) continue;
    guest.power = power;
    if (uptime !== undefined) guest.startedAt = now - Math.floor(uptime);
    if (diskUsed !== undefined) guest.diskUsed = diskUsed;
  }
}

function applyVolumes(cluster: Cluster, twin: TwinFile): void {
  const { volumes, complete } = twin;
  const share = shareOfDisks(twin);
  for (const { storage, node, content } of complete) {
    const known = cluster.volumes.get(storage);
    for (const [key, volume] of known ?? []) if (content.includes(volume.content) && (node === undefined || volume.node === node)) known?.delete(key);
  }
  for (const { node, used, ctime, ...told } of volumes) {
    const storage = cluster.storages.get(told.volid.slice(0, told.volid.indexOf(':')));
    if (storage === undefined) continue;
    const known = findVolume(cluster, told.volid, node);
    const volume = {
      ...told,
      storage: storage.id,
      ...(isShared(storage) || node === undefined ? {} : { node }),
      used: used ?? Math.floor(told.size * (isDisk(told.content) ? share(storage.id, node) : 1)),
      ctime: ctime ?? known?.ctime ?? Math.floor(cluster.clock.now() / 1000) - 86_400,
    };
    putVolume(cluster, present(volume));
  }
}

const isDisk = (content: Volume['content']): boolean => content === 'images' || content === 'rootdir';

/** How full disks are of which it is not told: thin storages only tell what all of them take together. */
function shareOfDisks({ volumes, storages }: TwinFile): (storage: string, node: string | undefined) => number {
  const key = (storage: string, node: string | undefined): string => `${node ?? ''}/${storage}`;
  const inUse = new Map(storages.map(({ storage, node, used }) => [key(storage, node), used]));
  const sums = new Map<string, { told: number; disks: number }>();
  for (const { volid, node, content, size, used } of volumes) {
    const place = key(volid.slice(0, volid.indexOf(':')), node);
    const sum = sums.get(place) ?? { told: 0, disks: 0 };
    if (used === undefined && isDisk(content)) sum.disks += size;
    else sum.told += used ?? size;
    sums.set(place, sum);
  }
  return (storage, node) => {
    const [all, sum] = [inUse.get(key(storage, node)), sums.get(key(storage, node))];
    return all === undefined || sum === undefined || sum.disks === 0 ? 1 : Math.min(1, Math.max(0, (all - sum.told) / sum.disks));
  };
}

/** Without the members that are undefined. */
function present(volume: { [K in keyof Volume]: Volume[K] | undefined }): Volume {
  return Object.fromEntries(Object.entries(volume).filter(([, value]) => value !== undefined)) as unknown as Volume;
}

function applyUsage(cluster: Cluster, { storages }: TwinFile): void {
  for (const { storage: id, node, total, used } of storages) {
    const storage = cluster.storages.get(id);
    if (storage === undefined) continue;
    if (node === undefined || isShared(storage)) {
      Object.assign(storage, { capacity: total, foreignUse: 0 });
      // Thin volumes may count more than the storage itself does: the rest is then less than nothing.
      storage.foreignUse = used - held(cluster, id, undefined);
    } else {
      storage.onNode ??= new Map();
      storage.onNode.set(node, { capacity: total, foreignUse: used - held(cluster, id, node) });
    }
  }
}

/** Bytes that the volumes known take. */
function held(cluster: Cluster, storage: string, node: string | undefined): number {
  let sum = 0;
  for (const volume of cluster.volumes.get(storage)?.values() ?? []) if (node === undefined || volume.node === node) sum += volume.used;
  return sum;
}
