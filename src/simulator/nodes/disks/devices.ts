import { failure } from '../../api/errors.ts';
import type { Node } from '../../state/cluster.ts';

/** A disk or partition as `GET /nodes/{node}/disks/list` tells it. */
export type Device = Node['disks'][number];

export const pathOf = (device: Device): string => String(device['devpath']);
/** The name that stays with the disk: by its serial number where it has one. */
export const lastingPath = (device: Device): string => (typeof device['by_id_link'] === 'string' ? device['by_id_link'] : pathOf(device));
export const isPartition = (device: Device): boolean => device['parent'] !== undefined;
export const partitionsOf = (node: Node, disk: string): Device[] => node.disks.filter((one) => one['parent'] === disk);

/** Throws `not a valid block device`. */
export function findDevice(node: Node, path: string): Device {
  const device = node.disks.find((one) => pathOf(one) === path);
  if (device === undefined) throw failure('not a valid block device');
  return device;
}

/** What a device is used for; with `split`, a disk with partitions is used for `partitions`, else for what its first used one is. */
export function useOf(node: Node, device: Device, split: boolean): string | undefined {
  const partitions = isPartition(device) ? [] : partitionsOf(node, pathOf(device));
  const own = device['used'] as string | undefined;
  if (partitions.length === 0) return own;
  return split ? 'partitions' : (partitions.map((one) => one['used'] as string | undefined).find((use) => use !== undefined) ?? 'partitions');
}

/** Throws unless nothing is on the device. */
export function assertUnused(node: Node, path: string): Device {
  const device = findDevice(node, path);
  if (useOf(node, device, true) !== undefined) throw failure(`device '${path}' is already in use`);
  return device;
}

/** The device has this on it from now on. */
export function setUse(device: Device, use: string | undefined): void {
  if (use === undefined) delete device['used'];
  else device['used'] = use;
}

/** Empties a device: a disk loses its partitions and their table. */
export function wipe(node: Node, path: string): void {
  const device = node.disks.find((one) => pathOf(one) === path);
  if (device === undefined) return;
  setUse(device, undefined);
  device['mounted'] = 0;
  if (isPartition(device)) return;
  device['gpt'] = 0;
  for (const partition of partitionsOf(node, path)) node.disks.splice(node.disks.indexOf(partition), 1);
}

/** Adds one partition over a whole disk. @returns it */
export function partition(node: Node, disk: Device): Device {
  const path = pathOf(disk);
  disk['gpt'] = 1;
  const added: Device = {
    devpath: /\d$/.test(path) ? `${path}p1` : `${path}1`, parent: path, type: 'partition', size: Number(disk['size']) - 2 * 1024 ** 2, mounted: 0, gpt: 1, osdid: -1, 'osdid-list': null,
  };
  node.disks.splice(node.disks.indexOf(disk) + 1, 0, added);
  return added;
}
