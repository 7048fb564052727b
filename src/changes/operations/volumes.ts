import { parseDiskSize } from '../../pve/config/index.ts';
import type { StorageRow } from '../../inventory/index.ts';
import type { GuestTarget } from '../proposal/target.ts';
import type { RawConfig } from './guest.ts';
import type { Circumstances } from './operation.ts';

/** A volume that a guest's configuration names. */
export interface GuestVolume {
  /** `scsi0`, `rootfs`, `unused1` */
  readonly key: string;
  readonly storage: string;
  /** `local-lvm:vm-100-disk-0` */
  readonly volid: string;
  /** Bytes, when the configuration tells. */
  readonly size?: number;
}

const VOLUME_KEYS = { qemu: /^(?:(?:ide|scsi|virtio|sata|unused)\d+|efidisk0|tpmstate0)$/, lxc: /^(?:rootfs|(?:mp|unused)\d+)$/ };

export function isVolumeKey(type: GuestTarget['type'], key: string): boolean {
  return VOLUME_KEYS[type].test(key);
}

/** The disks and mount points on storages; CD-ROMs, pass-through devices and bind mounts are left out. */
export function volumesOf(type: GuestTarget['type'], config: RawConfig): readonly GuestVolume[] {
  return Object.entries(config).flatMap(([key, value]): GuestVolume[] => {
    if (!isVolumeKey(type, key)) return [];
    const volume = readVolume(String(value));
    return volume === undefined ? [] : [{ key, ...volume }];
  });
}

/** Reads the property string of one disk or mount point. */
export function readVolume(value: string): Omit<GuestVolume, 'key'> | undefined {
  const parts = value.split(',');
  if (parts.includes('media=cdrom')) return undefined;
  const volid = (parts[0] ?? '').replace(/^(?:file|volume)=/, '');
  const colon = volid.indexOf(':');
  if (colon <= 0 || volid.startsWith('/')) return undefined;
  const size = parseDiskSize(parts.find((part) => part.startsWith('size='))?.slice(5) ?? '');
  return { storage: volid.slice(0, colon), volid, ...(size === undefined ? {} : { size }) };
}

/** A volume that is to be allocated: `local-lvm:32` is one of 32 GiB (32 × 1024³ bytes). */
export function allocation(value: string): { readonly storage: string; readonly bytes: number } | undefined {
  const match = /^(?:file=|volume=)?([^:,]+):(\d+(?:\.\d+)?)(?:,|$)/.exec(value);
  return match?.[1] === undefined ? undefined : { storage: match[1], bytes: Number(match[2]) * 1024 ** 3 };
}

/** Storage plugins whose volumes can be snapshotted whatever their format (PVE::Storage::*Plugin, volume_has_feature). */
const SNAPSHOTS = new Set(['zfspool', 'zfs', 'lvmthin', 'rbd', 'btrfs', 'cephfs']);

function canSnapshot(type: GuestTarget['type'], { volid }: GuestVolume, row: StorageRow | undefined): boolean {
  if (row?.plugintype === undefined) return false;
  if (SNAPSHOTS.has(row.plugintype)) return true;
  return type === 'qemu' && volid.endsWith('.qcow2');
}

/**
 * Whether all its volumes can be snapshotted, as far as their storages' types and formats tell; false when its configuration is not known.
 * The cluster's own word is `GET …/feature?feature=snapshot`.
 */
export function snapshotPossible(target: GuestTarget, { config, storage }: Circumstances): boolean {
  const known = config(target.vmid);
  if (known === undefined || known['template'] === 1 || known['template'] === '1') return false;
  const bindMounts = target.type === 'lxc' && Object.entries(known).some(([key, value]) => /^mp\d+$/.test(key) && readVolume(String(value)) === undefined);
  return !bindMounts && volumesOf(target.type, known).every((volume) => volume.key.startsWith('unused') || canSnapshot(target.type, volume, storage(volume.storage, target.node)));
}

const takingBackups = new WeakMap<Circumstances['rows'], Map<string, StorageRow[]>>();

/** The storages on the guest's node that take backups, the shared ones first. */
export function backupStorages({ node }: GuestTarget, { rows }: Circumstances): readonly StorageRow[] {
  let byNode = takingBackups.get(rows);
  if (byNode === undefined) {
    byNode = new Map();
    for (const row of rows.values()) if (row.kind === 'storage' && row.status === 'available' && row.content.includes('backup')) byNode.set(row.node, [...(byNode.get(row.node) ?? []), row]);
    for (const storages of byNode.values()) storages.sort((a, b) => Number(b.shared) - Number(a.shared) || (a.storage < b.storage ? -1 : 1));
    takingBackups.set(rows, byNode);
  }
  return byNode.get(node) ?? [];
}

/** Bytes on each storage that the guest's volumes take up, times `factor`. */
export function occupied(target: GuestTarget, config: RawConfig | undefined, factor: 1 | -1, node = target.node): readonly { readonly storage: string; readonly node: string; readonly bytes: number }[] {
  if (config === undefined) return [];
  return volumesOf(target.type, config).flatMap(({ storage, size }) => (size === undefined ? [] : [{ storage, node, bytes: size * factor }]));
}
