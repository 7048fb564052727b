import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Clock, systemClock } from '../../base/index.ts';
import type { Cluster } from './cluster.ts';
import { newFirewall } from './cluster.ts';
import { createTasks, type TaskClock, type TaskSettings } from './create-tasks.ts';

export interface ClusterSettings {
  /** The same seed gives the same cluster; default 1. */
  readonly seed?: number;
  readonly clock?: Clock;
  /** Factor on the duration of tasks: 1 is like a real cluster, 0 ends tasks at once; default 1. */
  readonly pace?: number;
  readonly fault?: TaskSettings['fault'];
}

/** A cluster whose tasks are driven by its clock. */
export type SimulatedCluster = Cluster & { readonly tasks: TaskClock };

/** A seeded source of numbers 0 ≤ x < 1. */
export function seededRandom(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A cluster with nothing in it but its built-in realms and root@pam. */
export function newCluster({ seed = 1, clock = systemClock, pace = 1, fault }: ClusterSettings = {}): SimulatedCluster {
  const random = seededRandom(seed);
  return {
    name: '',
    version: { version: '9.2.2', release: '9.2', repoid: '6f2b1d8a4c0e7395' },
    clock,
    random,
    nodes: new Map(),
    guests: new Map(),
    storages: new Map(),
    volumes: new Map(),
    pools: new Map(),
    access: {
      users: new Map([['root@pam', { userid: 'root@pam', enable: true, expire: 0, tokens: new Map() }]]),
      groups: new Map(),
      roles: new Map(),
      acl: [],
      domains: new Map([
        ['pam', { type: 'pam', options: new Map([['comment', 'Linux PAM standard authentication']]) }],
        ['pve', { type: 'pve', options: new Map([['comment', 'Proxmox VE authentication server']]) }],
      ]),
    },
    tasks: createTasks({ clock, random: seededRandom(seed + 1), pace, ...(fault === undefined ? {} : { fault }) }),
    options: new Map(),
    backupJobs: new Map(),
    realmSyncJobs: new Map(),
    replicationJobs: new Map(),
    haResources: new Map(),
    haMaintenance: new Map(),
    haRules: new Map(),
    firewall: newFirewall(),
    firewallGroups: new Map(),
  };
}
