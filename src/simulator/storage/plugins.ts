/** One option of a storage type: `fixed` can only be given when the storage is created. */
interface PluginOption {
  readonly optional: boolean;
  readonly fixed: boolean;
}

/** What a storage type can do (each plugin's `plugindata` and `options` in pve-storage). */
export interface Plugin {
  readonly options: ReadonlyMap<string, PluginOption>;
  /** Content types it can hold, `none` included where a storage may hold nothing. */
  readonly content: readonly string[];
  readonly formats: { readonly supported: readonly string[]; readonly default: string };
  /** Options that are kept apart from storage.cfg and never given out. */
  readonly sensitive: readonly string[];
  /** Volumes exist already on the storage and are chosen, not made. */
  readonly selectExisting?: true;
}

const OPTIONAL: PluginOption = { optional: true, fixed: false };

/** @param names with `!` for fixed and required, `?!` for fixed, `*` for required, else optional */
function options(...names: string[]): ReadonlyMap<string, PluginOption> {
  return new Map(names.map((name) => {
    if (name.endsWith('?!')) return [name.slice(0, -2), { optional: true, fixed: true }];
    if (name.endsWith('!')) return [name.slice(0, -1), { optional: false, fixed: true }];
    if (name.endsWith('*')) return [name.slice(0, -1), { optional: false, fixed: false }];
    return [name, OPTIONAL];
  }));
}

const FOLDERS = ['mkdir', 'create-base-path', 'create-subdirs'];
const BACKUPS = ['prune-backups', 'max-protected-backups'];
const COMMON = ['nodes', 'disable', 'content'];
const EVERYTHING = ['images', 'rootdir', 'vztmpl', 'iso', 'backup', 'snippets', 'import'];
const IMAGES = ['images', 'rootdir'];
const RAW = { supported: ['raw'], default: 'raw' };
const FILES = { supported: ['qcow2', 'raw', 'vmdk'], default: 'raw' };
const ISCSI: Plugin = { options: options('portal!', 'target!', ...COMMON, 'bwlimit'), content: ['images', 'none'], formats: RAW, sensitive: [], selectExisting: true };

/** Every storage type of Proxmox VE 9.2. */
export const PLUGINS: Readonly<Record<string, Plugin>> = {
  dir: {
    options: options('path!', 'content-dirs', 'shared', ...COMMON, ...BACKUPS, ...FOLDERS, 'format', 'is_mountpoint', 'bwlimit', 'preallocation', 'snapshot-as-volume-chain?!'),
    content: [...EVERYTHING, 'none'],
    formats: { supported: ['qcow2', 'raw', 'subvol', 'vmdk'], default: 'raw' },
    sensitive: [],
  },
  btrfs: {
    options: options('path!', 'shared', ...COMMON, ...BACKUPS, ...FOLDERS, 'format', 'is_mountpoint', 'nocow', 'preallocation'),
    content: [...EVERYTHING, 'none'],
    formats: { supported: ['raw', 'subvol'], default: 'raw' },
    sensitive: [],
  },
  nfs: {
    options: options('path!', 'server!', 'export!', 'content-dirs', ...COMMON, ...BACKUPS, ...FOLDERS, 'options', 'format', 'bwlimit', 'preallocation', 'snapshot-as-volume-chain?!'),
    content: EVERYTHING,
    formats: FILES,
    sensitive: [],
  },
  cifs: {
    options: options(
      'path!', 'server!', 'share!', 'content-dirs', 'subdir', ...COMMON, ...BACKUPS, ...FOLDERS, 'options', 'format', 'username', 'password', 'domain', 'smbversion', 'bwlimit', 'preallocation',
      'snapshot-as-volume-chain?!',
    ),
    content: EVERYTHING,
    formats: FILES,
    sensitive: ['password'],
  },
  cephfs: {
    options: options('path!', 'content-dirs', 'monhost', 'subdir', ...COMMON, ...BACKUPS, ...FOLDERS, 'options', 'username', 'format', 'fuse', 'bwlimit', 'keyring', 'fs-name'),
    content: ['vztmpl', 'iso', 'backup', 'snippets', 'import'],
    formats: RAW,
    sensitive: ['keyring'],
  },
  lvm: {
    options: options('vgname!', 'shared', ...COMMON, 'saferemove', 'saferemove-stepsize', 'saferemove_throughput', 'base?!', 'tagged_only', 'bwlimit', 'snapshot-as-volume-chain'),
    content: IMAGES,
    formats: { supported: ['qcow2', 'raw'], default: 'raw' },
    sensitive: [],
  },
  lvmthin: { options: options('thinpool!', 'vgname!', ...COMMON, 'bwlimit'), content: IMAGES, formats: RAW, sensitive: [] },
  zfspool: {
    options: options('pool!', 'blocksize', 'sparse', ...COMMON, 'bwlimit', 'mountpoint'),
    content: IMAGES,
    formats: { supported: ['raw', 'subvol'], default: 'raw' },
    sensitive: [],
  },
  zfs: {
    options: options('portal!', 'target!', 'pool!', 'blocksize!', 'iscsiprovider!', ...COMMON, 'nowritecache', 'sparse', 'comstar_hg', 'comstar_tg', 'lio_tpg', 'bwlimit', 'zfs-base-path'),
    content: ['images'],
    formats: RAW,
    sensitive: [],
  },
  rbd: {
    options: options(...COMMON, 'monhost', 'pool', 'data-pool', 'namespace', 'username', 'krbd', 'keyring', 'bwlimit'),
    content: IMAGES,
    formats: RAW,
    sensitive: ['keyring'],
  },
  iscsi: ISCSI,
  iscsidirect: ISCSI,
  pbs: {
    options: options('server!', 'datastore!', 'namespace', 'port', ...COMMON, 'username', 'password', 'encryption-key', 'master-pubkey', ...BACKUPS, 'fingerprint'),
    content: ['backup', 'none'],
    formats: RAW,
    sensitive: ['encryption-key', 'master-pubkey', 'password'],
  },
  esxi: {
    options: options(...COMMON, 'shared', 'server*', 'username*', 'password', 'skip-cert-verification', 'port'),
    content: ['import'],
    formats: FILES,
    sensitive: ['password'],
  },
};

export const TYPES = ['btrfs', 'cephfs', 'cifs', 'dir', 'esxi', 'iscsi', 'iscsidirect', 'lvm', 'lvmthin', 'nfs', 'pbs', 'rbd', 'zfs', 'zfspool'] as const;
