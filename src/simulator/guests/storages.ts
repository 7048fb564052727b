import type { Cluster, Storage } from '../state/cluster.ts';
import { isFileBased } from '../state/storages.ts';
import { volumeName } from './volume-name.ts';
import { storageOf } from './volume-setting.ts';

export { availableOn, checkEnabled, hasContent, isFileBased, isShared, storageById } from '../state/storages.ts';

/** The format a new image gets: the wanted one where the storage can hold it, else raw. */
export function imageFormat(storage: Storage, wanted?: string): string {
  if (isFileBased(storage)) return wanted ?? storage.options.get('format') ?? 'raw';
  if (storage.type === 'lvm' && wanted === 'qcow2' && storage.options.get('snapshot-as-volume-chain') === '1') return 'qcow2';
  return 'raw';
}

export type Feature = 'snapshot' | 'clone' | 'copy' | 'template' | 'rename' | 'replicate';
type State = 'base' | 'current' | 'snap';
/** Per feature the states in which a volume has it; `true` for every format, else the formats. */
type Features = Readonly<Partial<Record<Feature, Readonly<Partial<Record<State, true | readonly string[]>>>>>>;

const THIN: Features = {
  snapshot: { current: true },
  clone: { base: true, snap: true },
  template: { current: true },
  copy: { base: true, current: true, snap: true },
  rename: { current: true },
};

/** `volume_has_feature` of the storage plugins (pve-storage). */
const FEATURES: Readonly<Record<string, Features>> = {
  lvmthin: THIN,
  rbd: { ...THIN, snapshot: { current: true, snap: true } },
  zfspool: { snapshot: { current: true, snap: true }, clone: { base: true }, template: { current: true }, copy: { base: true, current: true }, rename: { current: true }, replicate: { base: true, current: true } },
  zfs: { snapshot: { current: true, snap: true }, clone: { base: true }, template: { current: true }, copy: { base: true, current: true } },
  lvm: { copy: { base: ['qcow2', 'raw'], current: ['qcow2', 'raw'], snap: ['qcow2'] }, rename: { current: ['qcow2', 'raw'] }, snapshot: { current: ['qcow2'], snap: ['qcow2'] } },
  btrfs: {
    snapshot: { current: ['qcow2', 'raw', 'subvol'], snap: ['qcow2', 'raw', 'subvol'] },
    clone: { base: true, current: ['raw'], snap: ['raw'] },
    template: { current: true },
    copy: { base: true, current: true, snap: ['qcow2', 'raw', 'subvol'] },
    rename: { current: ['qcow2', 'raw', 'vmdk'] },
  },
  iscsi: { copy: { current: true } },
  iscsidirect: { copy: { current: true } },
};

const IMAGES = ['qcow2', 'raw', 'vmdk'];
const FILES: Features = {
  snapshot: { current: ['qcow2'], snap: ['qcow2'] },
  clone: { base: IMAGES },
  template: { current: [...IMAGES, 'subvol'] },
  copy: { base: IMAGES, current: IMAGES, snap: ['qcow2'] },
  rename: { current: IMAGES },
};

/**
 * Whether the storage can do that with the volume.
 * @param snapshot for a snapshot of the volume
 * @param container linked clones on file storages are qcow2, which containers cannot use
 */
export function volumeHasFeature(cluster: Cluster, volid: string, feature: Feature, { snapshot = false, container = false } = {}): boolean {
  const storage = cluster.storages.get(storageOf(volid) ?? '');
  if (storage === undefined) return false;
  const { isBase, format } = volumeName(volid);
  const features = FEATURES[storage.type] ?? FILES;
  if (features === FILES && feature === 'clone' && container) return false;
  const formats = features[feature]?.[snapshot ? 'snap' : isBase ? 'base' : 'current'];
  return formats === true || (formats?.includes(format) ?? false);
}
