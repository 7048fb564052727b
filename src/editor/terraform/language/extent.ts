import type { Settings } from '../../ids.ts';

/** How much is done in the files of a language: everything, what has to do with the cluster, nothing. */
export type Extent = 'all' | 'cluster' | 'none';

/**
 * @param served whether another extension's language server works on the files: it then does what needs no cluster, and nothing is
 *   told or offered twice
 */
export function extentOf(setting: Settings['proxmox.terraform.languageFeatures'], served: boolean): Extent {
  switch (setting) {
    case 'all':
      return 'all';
    case 'clusterOnly':
      return 'cluster';
    case 'off':
      return 'none';
    default:
      return served ? 'cluster' : 'all';
  }
}

/** Findings that need to know the cluster, or what VMIDs are: no other extension makes them. */
const clusterCodes: ReadonlySet<string> = new Set([
  'no-such-node', 'no-such-storage', 'no-such-file', 'no-such-bridge', 'no-such-pool', 'no-such-guest', 'no-such-template', 'storage-not-on-node', 'storage-content',
  'vlan-on-plain-bridge', 'too-much-memory', 'too-many-cores', 'vmid-taken', 'duplicate-vmid',
]);

/** @param code of a finding in code */
export function isAboutCluster(code: string): boolean {
  return clusterCodes.has(code);
}
