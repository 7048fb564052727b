import { emptyGuestConfig, printGuestConfig } from '../../pve/config/index.ts';
import { inclusion } from '../cluster/backup-selection.ts';
import { isUnusedKey, LXC, QEMU } from '../guests/kind.ts';
import { volumeSettings } from '../guests/references.ts';
import { parseVolume, type VolumeSetting } from '../guests/volume-setting.ts';
import type { Cluster, Guest, Volume } from '../state/cluster.ts';
import { sizeOf } from '../state/sizing.ts';
import { isShared } from '../state/storages.ts';
import { findVolume } from '../state/volumes.ts';
import type { Target } from './target.ts';

/** One of the guest's drives or mount points, as vzdump looks at it. */
export interface BackupVolume {
  readonly option: string;
  readonly setting: VolumeSetting;
  readonly included: boolean;
  readonly reason: string;
  /** Bytes; 0 when nothing says. */
  readonly size: number;
  readonly used: number;
}

/** In the order of the options' names. */
export function backupVolumes(cluster: Cluster, guest: Guest): BackupVolume[] {
  const kind = guest.kind === 'qemu' ? QEMU : LXC;
  return volumeSettings(kind, guest.config.current).flatMap(([option, setting]) => {
    const found = inclusion(guest, option, setting);
    if (found === undefined) return [];
    const volume = findVolume(cluster, setting.volume, guest.node);
    const size = volume?.size ?? sizeOf(guest.config.current.get(option)) ?? 0;
    return [{ option, setting, ...found, size, used: Math.min(size, volume?.used ?? 0) }];
  }).sort((a, b) => (a.option < b.option ? -1 : 1));
}

/** File endings by the `compress` option, and the share of the data that is left. */
const COMPRESSION: Readonly<Record<string, { readonly end: string; readonly ratio: number }>> = {
  zstd: { end: '.zst', ratio: 0.42 }, gzip: { end: '.gz', ratio: 0.45 }, lzo: { end: '.lzo', ratio: 0.55 }, '1': { end: '.lzo', ratio: 0.55 },
};

export interface ArchiveName {
  /** As the log names it: a path, or a snapshot of a backup server. */
  readonly target: string;
  readonly volid: string;
  readonly format: string;
  /** Bytes of the archive for one byte of data. */
  readonly ratio: number;
}

/** @param milliseconds since the epoch at which the guest's backup begins */
export function archiveName({ storage, folder }: Target, { kind, vmid }: Guest, compress: string | undefined, milliseconds: number): ArchiveName {
  const iso = new Date(milliseconds).toISOString();
  if (folder === undefined) {
    const type = kind === 'qemu' ? 'vm' : 'ct';
    const snapshot = `${type}/${vmid}/${iso.slice(0, 19)}Z`;
    return { target: snapshot, volid: `${storage.id}:backup/${snapshot}`, format: `pbs-${type}`, ratio: 0.5 };
  }
  const { end, ratio } = COMPRESSION[compress ?? '0'] ?? { end: '', ratio: 1 };
  const format = `${kind === 'qemu' ? 'vma' : 'tar'}${end}`;
  const file = `vzdump-${kind}-${vmid}-${iso.slice(0, 10).replaceAll('-', '_')}-${iso.slice(11, 19).replaceAll(':', '_')}.${format}`;
  return { target: `${folder}/${file}`, volid: `${storage.id}:backup/${file}`, format, ratio };
}

/** The configuration that goes into an archive: without lock, snapshots, pending changes and unused volumes. */
function savedConfig({ kind, config }: Guest): string {
  const options = new Map([...config.current].filter(([option]) => option !== 'lock' && option !== 'parent' && option !== 'snaptime' && !isUnusedKey(option)));
  return printGuestConfig(kind, { ...emptyGuestConfig(), current: options });
}

/** The volume that a finished backup is. */
export function archiveVolume(target: Target, guest: Guest, name: ArchiveName, bytes: number, milliseconds: number): Volume {
  return {
    volid: name.volid,
    storage: target.storage.id,
    ...(isShared(target.storage) ? {} : { node: guest.node }),
    content: 'backup',
    format: name.format,
    size: bytes,
    used: bytes,
    ctime: Math.floor(milliseconds / 1000),
    vmid: guest.vmid,
    subtype: guest.kind,
    config: savedConfig(guest),
  };
}

/** Options of the configuration that an archive leaves out, as the log tells them. */
export function omissions(guest: Guest): string[] {
  if (guest.kind !== 'qemu') return [];
  const { current, pending, snapshots } = guest.config;
  const unused = [...current].filter(([option]) => isUnusedKey(option)).map(([, value]) => `skip unused drive '${parseVolume(QEMU, value).volume}' (not included into backup)`);
  return [
    ...unused,
    ...(snapshots.size > 0 ? ['snapshots found (not included into backup)'] : []),
    ...(pending.size > 0 ? ['pending configuration changes found (not included into backup)'] : []),
  ];
}
