import { createHash } from 'node:crypto';
import type { Cluster, Storage } from '../state/cluster.ts';

const GB = 1e9;
const TB = 1e12;

/** Options that say what stands behind a storage; two storages with the same are the same place. */
const BACKING = ['server', 'export', 'share', 'datastore', 'vgname', 'thinpool', 'pool', 'portal', 'target', 'monhost', 'fs-name'];

/** 0 ≤ x < 1, always the same for the same text. */
function fraction(text: string): number {
  return createHash('sha1').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/**
 * How large a storage is that somebody adds, in bytes: folders share the node's root file system, everything else follows from what
 * it is made of, so that the same share added twice is equally large.
 */
export function capacityOf(cluster: Cluster, { type, options }: Pick<Storage, 'type' | 'options'>): Pick<Storage, 'capacity' | 'foreignUse'> {
  if (type === 'dir' || type === 'btrfs') {
    const local = cluster.storages.get('local');
    return { capacity: local?.capacity ?? 94 * GB, foreignUse: local?.foreignUse ?? 11 * GB };
  }
  if (type === 'iscsi' || type === 'iscsidirect' || type === 'esxi') return { capacity: 0, foreignUse: 0 };
  const same = [...cluster.storages.values()].find((other) => other.type === type && BACKING.every((name) => other.options.get(name) === options.get(name)));
  if (same !== undefined) return { capacity: same.capacity, foreignUse: same.foreignUse };
  const share = fraction([type, ...BACKING.map((name) => options.get(name) ?? '')].join('\n'));
  const capacity = Math.round(1 + share * 15) * TB;
  return { capacity, foreignUse: type === 'nfs' || type === 'cifs' || type === 'pbs' || type === 'cephfs' ? Math.floor(capacity * 0.3 * share) : 0 };
}
