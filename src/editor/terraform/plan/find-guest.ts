import type { GuestRow } from '../../../inventory/index.ts';
import type { GuestHint } from './lens-targets.ts';

/** The guest that is meant: by its VMID, otherwise by a name that only one guest has. */
export function findGuest({ kind, vmid, name }: GuestHint, guests: readonly GuestRow[]): GuestRow | undefined {
  const same = guests.filter((guest) => guest.kind === kind);
  if (vmid !== undefined) return same.find((guest) => guest.vmid === vmid);
  const named = name === undefined ? [] : same.filter((guest) => guest.name === name);
  return named.length === 1 ? named[0] : undefined;
}
