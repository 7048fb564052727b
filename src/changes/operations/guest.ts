import type { GuestRow } from '../../inventory/index.ts';
import { isSecretReference, type Action, type StepParameters } from '../proposal/step.ts';
import type { GuestTarget } from '../proposal/target.ts';
import type { ApiRequest, Circumstances, Requirement } from './operation.ts';

/** A guest's configuration as the API gives it. */
export type RawConfig = Readonly<Record<string, string | number>>;

/** `VM 100 (web)`, `container 200` */
export function nameOf({ type, vmid, name }: Pick<GuestTarget, 'type' | 'vmid' | 'name'>): string {
  return `${type === 'qemu' ? 'VM' : 'container'} ${vmid}${name === undefined || name === '' ? '' : ` (${name})`}`;
}

/** At the beginning of a sentence. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `/nodes/pve1/qemu/100`, and what is below it. */
export function guestPath({ node, type, vmid }: GuestTarget, below = ''): string {
  return `/nodes/${encodeURIComponent(node)}/${type}/${vmid}${below}`;
}

/** The prefix of the worker types: `qmstart`, `vzstart`. */
export const workerTypes = (...names: readonly string[]): string[] => names.flatMap((name) => [`qm${name}`, `vz${name}`]);

/** A request that is answered by a UPID. */
export function task(method: ApiRequest['method'], path: string, parameters: StepParameters = {}): ApiRequest {
  return { method, path, parameters, answer: 'task' };
}

/** The guest as the inventory has it, when it is of the target's kind. */
export function rowOf({ vmid, type }: GuestTarget, { guest }: Circumstances): GuestRow | undefined {
  const row = guest(vmid);
  return row?.kind === type ? row : undefined;
}

/** Whether HA looks after the guest: `ignored` is in its configuration and left alone (ha-manager(1)). */
export function isHaManaged({ hastate }: Pick<GuestRow, 'hastate'>): boolean {
  return hastate !== undefined && hastate !== '' && hastate !== 'ignored';
}

/** Whether its processes run, be they paused or not. */
export function isUp(target: GuestTarget, circumstances: Circumstances): boolean {
  const status = rowOf(target, circumstances)?.status;
  return status === 'running' || status === 'paused' || status === 'suspended';
}

/** CPUs and bytes of memory that it is configured with. */
export function sizeOf(target: GuestTarget, { live }: Circumstances): { readonly cpus: number; readonly memory: number } {
  const counters = live(`${target.type}/${target.vmid}`);
  return { cpus: counters?.maxcpu ?? 0, memory: counters?.maxmem ?? 0 };
}

/** What running it takes from its node, or what stopping it gives back. */
export function runs(target: GuestTarget, circumstances: Circumstances, factor: 1 | -1, node = target.node): { readonly node: string; readonly cpus: number; readonly memory: number } {
  const { cpus, memory } = sizeOf(target, circumstances);
  return { node, cpus: cpus * factor, memory: memory * factor };
}

/** Why nothing can be done with the guest at all: it is not there, its node is offline, or another task holds its lock. `allowed`: locks that do not matter. */
export function unavailable(target: GuestTarget, circumstances: Circumstances, allowed: readonly string[] = []): string | undefined {
  const row = rowOf(target, circumstances);
  if (row === undefined) return `There is no ${nameOf({ type: target.type, vmid: target.vmid })}.`;
  if (circumstances.node(row.node)?.status === 'offline') return `Node ${row.node}, which ${nameOf(target)} is on, is offline.`;
  if (row.lock !== undefined && !allowed.includes(row.lock)) return `${capitalised(nameOf(target))} is locked (${row.lock}).`;
  return undefined;
}

/** `protection: 1` keeps a guest and its disks from being removed (PVE::AbstractConfig, check_protection). */
export function protectedAgainst(target: GuestTarget, { config }: Circumstances): string | undefined {
  return config(target.vmid)?.['protection'] === 1 || config(target.vmid)?.['protection'] === '1' ? `${capitalised(nameOf(target))} is protected; unprotect it first.` : undefined;
}

export const onGuest = (target: GuestTarget, ...privileges: string[]): Requirement => ({ path: `/vms/${target.vmid}`, privileges });
export const onStorage = (storage: string, ...privileges: string[]): Requirement => ({ path: `/storage/${storage}`, privileges });

/** A parameter that is text. */
export function text(parameters: StepParameters, name: string): string | undefined {
  const value = parameters[name];
  return value === undefined || isSecretReference(value) || Array.isArray(value) ? undefined : String(value);
}

/** A parameter that is a flag: `true`, `1` and `'1'`. */
export function flag(parameters: StepParameters, name: string): boolean {
  const value = parameters[name];
  return value === true || value === 1 || value === '1';
}

/** Passwords that stand in the clear would be written into proposals, journals and logs. */
export function passwordInTheClear(parameters: StepParameters): string | undefined {
  return ['password', 'cipassword'].some((name) => parameters[name] !== undefined && !isSecretReference(parameters[name])) ? 'A password may only be given as a reference.' : undefined;
}

/** An action of the API's on a guest. */
export function api(operation: string, target: Action['target'], parameters: StepParameters, description: string): Action {
  return { driver: 'api', operation, target, parameters, description };
}
