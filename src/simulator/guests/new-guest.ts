import { emptyGuestConfig } from '../../pve/config/index.ts';
import { newFirewall } from '../state/cluster.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import type { GuestKind } from './kind.ts';

/** A guest that has just got its configuration file: stopped, empty, locked, with a load of its own for when it runs. */
export function newGuest(cluster: Cluster, kind: GuestKind, vmid: number, node: string, lock: string): Guest {
  const level = (most: number): number => Math.round(cluster.random() * most * 1000) / 1000;
  const guest: Guest = {
    vmid,
    kind: kind.kind,
    node,
    config: emptyGuestConfig(),
    power: 'stopped',
    startedAt: 0,
    pid: 0,
    diskUsed: kind.kind === 'lxc' ? 700_000_000 : 0,
    load: { cpu: 0.01 + level(0.3), memory: 0.2 + level(0.5), network: level(0.05), disk: level(0.05), phase: cluster.random() * 2 * Math.PI },
    agent: undefined,
    firewall: newFirewall(),
  };
  guest.config.current.set('lock', lock);
  cluster.guests.set(vmid, guest);
  return guest;
}

/** Takes the guest out of the cluster; its volumes are another matter. */
export function forgetGuest(cluster: Cluster, vmid: number): void {
  cluster.guests.delete(vmid);
  for (const pool of cluster.pools.values()) pool.guests.delete(vmid);
}
