import { failure } from '../../api/errors.ts';
import type { Cluster } from '../../state/cluster.ts';
import { QEMU } from '../kind.ts';
import { checkLock, loadGuest } from '../lookup.ts';
import { copyLines } from '../progress.ts';
import { addUnused } from '../references.ts';
import { checkEnabled, hasContent } from '../storages.ts';
import { allocateImage } from '../volumes.ts';

/** Where an imported disk goes. */
export interface ImportTarget {
  readonly node: string;
  readonly vmid: number;
  readonly storage: string;
  readonly format: string | undefined;
}

/** Bytes that a copied image uses of those it could, as a share. */
const FILLED = 0.3;

/**
 * Imports an image as an unused disk of a VM (PVE::QemuServer::ImportDisk::do_import).
 * @param size looks up the image's bytes, and throws when there is none
 */
export function importAsUnused(
  cluster: Cluster,
  { node, vmid, storage, format }: ImportTarget,
  size: () => number,
): { readonly option: string; readonly volid: string; readonly format: string; readonly log: readonly string[] } {
  const guest = loadGuest(cluster, QEMU, node, vmid);
  checkLock(QEMU, guest);
  const bytes = size();
  const where = checkEnabled(cluster, storage, node);
  if (!hasContent(where, 'images')) throw failure(`storage ${storage} does not support vm images`);
  const volume = allocateImage(cluster, { storage, node, vmid, size: bytes, content: 'images', ...(format === undefined ? {} : { format }) });
  volume.used = Math.floor(bytes * FILLED);
  const option = addUnused(guest.config.current, volume.volid) ?? '';
  const created = where.type.startsWith('lvm') ? [`  Logical volume "${volume.volid.slice(storage.length + 1)}" created.`] : [];
  return { option, volid: volume.volid, format: volume.format, log: [...created, ...copyLines(bytes, 0, 1).map(([, line]) => line)] };
}
