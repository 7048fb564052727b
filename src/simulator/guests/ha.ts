import type { Call } from '../api/route.ts';
import type { Cluster } from '../state/cluster.ts';
import { type GuestKind, LXC, QEMU } from './kind.ts';
import { startWorker } from './worker.ts';

const sid = (kind: GuestKind, vmid: number): string => `${kind.haType}:${vmid}`;

/** Whether the guest stands in the HA resources at all. */
export function isHaConfigured(cluster: Cluster, kind: GuestKind, vmid: number): boolean {
  return cluster.haResources.has(sid(kind, vmid));
}

/** Whether the HA stack acts for the guest: configured, not `ignored`, and HA not disarmed with its resources let go. */
export function isHaManaged(cluster: Cluster, kind: GuestKind, vmid: number): boolean {
  const resource = cluster.haResources.get(sid(kind, vmid));
  return resource !== undefined && resource.get('state') !== 'ignored' && cluster.haDisarmed !== 'ignore';
}

/** The `ha` member of `status/current`. */
export function haStatus(cluster: Cluster, kind: GuestKind, vmid: number): { managed: 0 | 1; state?: string } {
  if (!isHaManaged(cluster, kind, vmid)) return { managed: 0 };
  return { managed: 1, state: cluster.haResources.get(sid(kind, vmid))?.get('state') ?? 'started' };
}

/** The `state` of {@link haStatus} of all guests that have one. */
export function haStates(cluster: Cluster): Map<number, string> {
  const states = new Map<number, string>();
  for (const id of cluster.haResources.keys()) {
    const vmid = Number(id.slice(id.indexOf(':') + 1));
    const guest = cluster.guests.get(vmid);
    const kind = guest?.kind === 'qemu' ? QEMU : LXC;
    const state = guest === undefined || id !== sid(kind, vmid) ? undefined : haStatus(cluster, kind, vmid).state;
    if (state !== undefined) states.set(vmid, state);
  }
  return states;
}

export function addHaResource(cluster: Cluster, kind: GuestKind, vmid: number, state: 'started' | 'stopped'): void {
  const resource = cluster.haResources.get(sid(kind, vmid));
  if (resource === undefined) cluster.haResources.set(sid(kind, vmid), new Map([['state', state]]));
  else resource.set('state', state);
}

/**
 * Power and migration of HA resources go through the HA manager: the call's worker only places the request, and the manager then
 * does `act` by itself.
 * @param type `hastart`, `hastop` or `hamigrate`
 * @param state the requested state that is recorded, if any
 */
export function requestFromHa(
  call: Call,
  kind: GuestKind,
  vmid: number,
  { type, line, state, act }: { readonly type: string; readonly line: string; readonly state?: 'started' | 'stopped'; readonly act: () => void },
): string {
  return startWorker(call, { node: String(call.parameters['node']), type, id: String(vmid) }, () => ({
    duration: 700,
    log: [[0, line]],
    finish: () => {
      if (state !== undefined) addHaResource(call.cluster, kind, vmid, state);
      act();
    },
  }));
}
