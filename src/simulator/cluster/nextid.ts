import { failure, parameterError } from '../api/errors.ts';
import { integer, optional } from '../api/parameters.ts';
import type { Call, Route } from '../api/route.ts';

/** `GET /cluster/nextid`. The number comes as text, as Proxmox gives it. */
function nextId({ cluster, parameters }: Call): string {
  const asked = parameters['vmid'];
  if (asked !== undefined) {
    if (cluster.guests.has(Number(asked))) throw parameterError({ vmid: `VM ${String(asked)} already exists` });
    return String(asked);
  }
  const range = new Map((cluster.options.get('next-id') ?? '').split(',').map((part) => part.split('=') as [string, string]));
  const lower = Number(range.get('lower') ?? 100);
  const upper = Number(range.get('upper') ?? 1_000_000);
  for (let vmid = lower; vmid < upper; vmid += 1) if (!cluster.guests.has(vmid)) return String(vmid);
  throw failure(`unable to get any free VMID in range [${lower}, ${upper}]`);
}

export const nextIdRoutes: readonly Route[] = [
  { method: 'GET', path: '/cluster/nextid', permissions: { user: 'all' }, parameters: { vmid: optional(integer({ format: 'pve-vmid', minimum: 100, maximum: 999_999_999 })) }, run: nextId },
];
