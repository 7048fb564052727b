import { failure } from '../api/errors.ts';
import type { Call } from '../api/route.ts';
import type { Cluster, Guest } from '../state/cluster.ts';
import type { GuestKind } from './kind.ts';

/** The guest a call's path names. Throws 500 like Proxmox when that node has no such configuration file. */
export function guestOf(call: Call, kind: GuestKind): Guest {
  return loadGuest(call.cluster, kind, String(call.parameters['node']), Number(call.parameters['vmid']));
}

/** As {@link guestOf}, for guests named otherwise. */
export function loadGuest(cluster: Cluster, kind: GuestKind, node: string, vmid: number): Guest {
  const guest = cluster.guests.get(vmid);
  if (guest === undefined || guest.kind !== kind.kind || guest.node !== node) {
    throw failure(`Configuration file 'nodes/${node}/${kind.directory}/${vmid}.conf' does not exist`);
  }
  return guest;
}

/** Throws `VM is locked (<lock>)` unless the guest's configuration has no lock. */
export function checkLock(kind: GuestKind, guest: Guest): void {
  const lock = guest.config.current.get('lock');
  if (lock) throw failure(`${kind.label} is locked (${lock})`);
}

export function hasLock(guest: Guest, lock: string): boolean {
  return guest.config.current.get('lock') === lock;
}

/** Takes the lock and returns what releases it again (if the guest still holds that lock). */
export function takeLock(guest: Guest, lock: string): () => void {
  guest.config.current.set('lock', lock);
  return () => {
    if (hasLock(guest, lock)) guest.config.current.delete('lock');
  };
}

/** Throws `<message> - protection mode enabled` for protected guests. */
export function checkProtection(guest: Guest, message: string): void {
  if (flag(guest, 'protection')) throw failure(`${message} - protection mode enabled`);
}

export function isTemplate(guest: Guest): boolean {
  return flag(guest, 'template');
}

export function isRunning(guest: Guest): boolean {
  return guest.power !== 'stopped';
}

function flag(guest: Guest, option: string): boolean {
  return /^(?:1|on|yes|true)$/i.test(guest.config.current.get(option) ?? '');
}

/** Throws `VM 100 already exists on node 'pve1'` when the id is taken anywhere in the cluster. */
export function checkUnused(cluster: Cluster, vmid: number): void {
  const other = cluster.guests.get(vmid);
  if (other !== undefined) throw failure(`${other.kind === 'qemu' ? 'VM' : 'CT'} ${vmid} already exists on node '${other.node}'`);
}

/** Throws `no such cluster node '…'`. */
export function checkNodeExists(cluster: Cluster, node: string): void {
  if (!cluster.nodes.has(node)) throw failure(`no such cluster node '${node}'`);
}

/** Seconds since the epoch. */
export function seconds(cluster: Cluster): number {
  return Math.floor(cluster.clock.now() / 1000);
}

/** Whether a replication job of the guest exists. */
export function isReplicated(cluster: Cluster, vmid: number): boolean {
  return [...cluster.replicationJobs].some(([id, options]) => (options.get('guest') ?? id.split('-')[0]) === String(vmid));
}
