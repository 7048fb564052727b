import { ApiError } from '../../api/errors.ts';
import { splitList } from '../../api/formats.ts';
import type { Call } from '../../api/route.ts';
import { isHaManaged } from '../../guests/ha.ts';
import { LXC, QEMU } from '../../guests/kind.ts';
import { isTemplate } from '../../guests/lookup.ts';
import type { Guest, Node } from '../../state/cluster.ts';
import { text } from '../parameters.ts';

/** Throws 403 unless the caller may do this to all guests, or to each of those named. */
export function checkMay(call: Call, everywhere: readonly string[], each: string): void {
  if (call.may('/', everywhere)) return;
  const vmids = splitList(text(call, 'vms') ?? '');
  if (vmids.length === 0) throw new ApiError(403, `Permission check failed (/, ${everywhere.join(' && ')})`);
  for (const vmid of vmids) call.demand(`/vms/${vmid}`, [each]);
}

/** Guests of the node, those named in `vms` if any are; templates and HA resources only when asked for. */
export function guestsOf(call: Call, node: Node, include: { readonly templates: boolean; readonly ha: boolean }): Guest[] {
  const named = text(call, 'vms');
  const allowed = named === undefined ? undefined : new Set(splitList(named).map(Number));
  return [...call.cluster.guests.values()].filter(
    (guest) =>
      guest.node === node.name &&
      (allowed === undefined || allowed.has(guest.vmid)) &&
      (include.templates || !isTemplate(guest)) &&
      (include.ha || !isHaManaged(call.cluster, guest.kind === 'qemu' ? QEMU : LXC, guest.vmid)),
  );
}

/** The parts of the `startup` option; delays in seconds. */
export interface Startup {
  readonly order: number;
  readonly up: number | undefined;
  readonly down: number | undefined;
}

/** `order=1,up=30,down=60`; a bare number is the order, and guests without one come last (PVE::JSONSchema::pve_parse_startup_order). */
export function startupOf(guest: Guest): Startup {
  const parts = new Map(splitList(guest.config.current.get('startup') ?? '').map((part) => (/^\d+$/.test(part) ? (['order', Number(part)] as const) : ([part.split('=')[0] ?? '', Number(part.split('=')[1])] as const))));
  return { order: parts.get('order') ?? Infinity, up: parts.get('up'), down: parts.get('down') };
}

/** Guests to be started or stopped as the node does: groups of the same order, lowest first, and by VMID in them. HA resources only when named. */
export function inOrder(call: Call, node: Node, wanted: (guest: Guest) => boolean = () => true): Guest[][] {
  const groups = new Map<number, Guest[]>();
  for (const guest of guestsOf(call, node, { templates: false, ha: text(call, 'vms') !== undefined })) {
    if (!wanted(guest)) continue;
    const { order } = startupOf(guest);
    groups.set(order, [...(groups.get(order) ?? []), guest]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, guests]) => guests.sort((a, b) => a.vmid - b.vmid));
}

/** How many tasks run at a time: as called for, else the datacenter's option, else the node's threads but one, up to 8. */
export function mostWorkers(call: Call, node: Node): number {
  const asked = call.parameters['max-workers'];
  const option = call.cluster.options.get('max_workers');
  return Number(asked ?? option ?? Math.min(Math.max(1, node.cpu.cpus - 1), 8));
}
