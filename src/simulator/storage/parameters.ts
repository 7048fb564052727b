import { boolean, integer, oneOf, optional, string } from '../api/parameters.ts';
import type { Parameter, Parameters as Declarations } from '../api/parameters.ts';
import type { Permissions } from '../api/route.ts';
import { TYPES } from './plugins.ts';

export const STORAGE_ID: Parameter = string({ format: 'pve-storage-id' });
/** `{node}` and `{storage}` of the path. */
export const NODE_STORAGE: Declarations = { node: string({ format: 'pve-node' }), storage: STORAGE_ID };
export const VMID: Parameter = integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 });
export const SEE: Permissions = { check: ['perm', '/storage/{storage}', ['Datastore.Audit', 'Datastore.AllocateSpace'], 'any', 1] };
export const ALLOCATE_TEMPLATE: Permissions = { check: ['perm', '/storage/{storage}', ['Datastore.AllocateTemplate']] };

const text = (extra: Parameters<typeof string>[0] = {}): Parameter => optional(string(extra));
const flag = optional(boolean());
const choice = (...values: string[]): Parameter => optional(oneOf(...values));

/** Options that can be changed later. */
const CHANGEABLE: Declarations = {
  blocksize: text(),
  bwlimit: text({ format: 'bwlimit' }),
  comstar_hg: text(),
  comstar_tg: text(),
  content: text({ format: 'pve-storage-content-list' }),
  'content-dirs': text({ format: 'pve-dir-override-list' }),
  'create-base-path': flag,
  'create-subdirs': flag,
  'data-pool': text(),
  disable: flag,
  domain: text({ maxLength: 256 }),
  'encryption-key': text(),
  fingerprint: text({ pattern: /^(?:[A-Fa-f0-9]{2}:){31}[A-Fa-f0-9]{2}$/ }),
  format: choice('raw', 'qcow2', 'subvol', 'vmdk'),
  'fs-name': text({ format: 'pve-configid' }),
  fuse: flag,
  is_mountpoint: text(),
  keyring: text(),
  krbd: flag,
  lio_tpg: text(),
  'master-pubkey': text(),
  'max-protected-backups': optional(integer({ minimum: -1 })),
  mkdir: flag,
  monhost: text({ format: 'pve-storage-portal-dns-list' }),
  mountpoint: text({ format: 'pve-storage-path' }),
  namespace: text(),
  nocow: flag,
  nodes: text({ format: 'pve-node-list' }),
  nowritecache: flag,
  options: text({ format: 'pve-storage-options' }),
  password: text({ maxLength: 256 }),
  pool: text(),
  port: optional(integer({ minimum: 1, maximum: 65_535 })),
  preallocation: choice('off', 'metadata', 'falloc', 'full'),
  'prune-backups': text({ format: 'prune-backups' }),
  saferemove: flag,
  'saferemove-stepsize': optional(integer({ enum: ['1', '2', '4', '8', '16', '32'] })),
  saferemove_throughput: text(),
  server: text({ format: 'pve-storage-server' }),
  shared: flag,
  'skip-cert-verification': flag,
  smbversion: choice('default', '2.0', '2.1', '3', '3.0', '3.11'),
  'snapshot-as-volume-chain': flag,
  sparse: flag,
  storage: STORAGE_ID,
  subdir: text({ format: 'pve-storage-path' }),
  tagged_only: flag,
  username: text(),
  'zfs-base-path': text({ format: 'pve-storage-path' }),
};

/** `POST /storage`. */
export const CREATE: Declarations = {
  ...CHANGEABLE,
  authsupported: text(),
  base: text({ format: 'pve-volume-id' }),
  datastore: text(),
  export: text({ format: 'pve-storage-path' }),
  iscsiprovider: text(),
  path: text({ format: 'pve-storage-path' }),
  portal: text({ format: 'pve-storage-portal-dns' }),
  share: text(),
  target: text(),
  thinpool: text({ format: 'pve-storage-vgname' }),
  type: oneOf(...TYPES),
  vgname: text({ format: 'pve-storage-vgname' }),
};

/** `PUT /storage/{storage}`. */
export const UPDATE: Declarations = {
  ...CHANGEABLE,
  delete: text({ format: 'pve-configid-list', maxLength: 4096 }),
  digest: text({ maxLength: 64 }),
};

/** Options that the API gives out as numbers; the file knows only text. */
export const isNumeric = (option: string): boolean => ['boolean', 'integer', 'number'].includes(CREATE[option]?.type ?? 'string');
