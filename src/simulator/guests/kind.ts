/** What sets VMs and containers apart, in data; the counterpart of PVE::QemuConfig and PVE::LXC::Config. */
export interface GuestKind {
  readonly kind: 'qemu' | 'lxc';
  /** As messages call it. */
  readonly label: 'VM' | 'CT';
  /** Folder of the configuration files under `nodes/<node>/`. */
  readonly directory: 'qemu-server' | 'lxc';
  /** Prefix of the worker types. */
  readonly worker: 'qm' | 'vz';
  /** Options that hold a volume, in Proxmox's own order; `unused[n]` apart. */
  readonly volumeKeys: readonly string[];
  /** The property a drive or mount point string starts with. */
  readonly volumeProperty: 'file' | 'volume';
  /** Prefix of the resource's id in the HA configuration. */
  readonly haType: 'vm' | 'ct';
}

const numbered = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

/** Highest number of `unused[n]` options + 1. */
export const UNUSED_LIMIT = 256;

export const QEMU: GuestKind = {
  kind: 'qemu',
  label: 'VM',
  directory: 'qemu-server',
  worker: 'qm',
  volumeKeys: [...numbered('ide', 4), ...numbered('scsi', 31), ...numbered('virtio', 16), ...numbered('sata', 6), 'efidisk0', 'tpmstate0'],
  volumeProperty: 'file',
  haType: 'vm',
};

export const LXC: GuestKind = {
  kind: 'lxc',
  label: 'CT',
  directory: 'lxc',
  worker: 'vz',
  volumeKeys: ['rootfs', ...numbered('mp', 256)],
  volumeProperty: 'volume',
  haType: 'ct',
};

const VOLUME_KEYS = { qemu: new Set(QEMU.volumeKeys), lxc: new Set(LXC.volumeKeys) };

/** Whether the option holds a drive (VM) or mount point (container); `unused[n]` does not. */
export function isVolumeKey(kind: GuestKind, option: string): boolean {
  return VOLUME_KEYS[kind.kind].has(option);
}

export function isUnusedKey(option: string): boolean {
  return /^unused\d+$/.test(option);
}
