/** An LVM volume group. */
export interface VolumeGroup {
  readonly name: string;
  /** Device paths of its physical volumes. */
  readonly devices: string[];
  /** Bytes of the system's own logical volumes (root, swap). */
  readonly system: number;
  readonly thinPools: ThinPool[];
}

export interface ThinPool {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Bytes; kept twice, once as a spare. */
  readonly metadata: number;
  /** Seconds since the epoch. */
  readonly ctime: number;
}

export interface Zpool {
  readonly name: string;
  /** `mirror`, `raidz`, …; `single` for one disk. */
  readonly raidlevel: string;
  readonly devices: string[];
  /** Bytes after redundancy. */
  readonly size: number;
}

/** A file system mounted at `/mnt/pve/<name>` by a systemd unit. */
export interface MountedDirectory {
  readonly name: string;
  readonly device: string;
  readonly uuid: string;
  readonly filesystem: string;
}

/** What a node's disks have been made into. */
export interface DiskPools {
  readonly volumeGroups: VolumeGroup[];
  readonly zpools: Zpool[];
  readonly directories: MountedDirectory[];
}

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
/** LVM counts in extents. */
const EXTENT = 4 * MiB;

/** Bytes that a device of so many bytes gives to a volume group: whole extents, less one for the label. */
export const physicalSize = (bytes: number): number => Math.max(0, Math.floor(bytes / EXTENT) - 1) * EXTENT;

/** A thin pool that fills so many bytes, less a reserve and its metadata: 1 %, at least 1 GiB and at most 16 GiB, kept twice. */
export function thinPoolFor(name: string, bytes: number, ctime: number): ThinPool {
  const data = bytes - 128 * MiB;
  const metadata = Math.min(16 * GiB, Math.max(GiB, Math.floor(data / 100 / EXTENT) * EXTENT));
  return { name, metadata, size: Math.max(0, Math.floor((data - 2 * metadata) / EXTENT) * EXTENT), ctime };
}

/** The installer's group `pve` over the devices given: root, swap and the thin pool `data`. */
export function installedPools(devices: readonly { readonly path: string; readonly size: number }[], ctime: number): DiskPools {
  const system = 104 * GiB;
  const size = devices.reduce((sum, one) => sum + physicalSize(one.size), 0);
  return { volumeGroups: [{ name: 'pve', devices: devices.map(({ path }) => path), system, thinPools: [thinPoolFor('data', size - system - 16 * GiB, ctime)] }], zpools: [], directories: [] };
}
