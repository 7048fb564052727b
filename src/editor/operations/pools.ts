import type { Wish } from '../../changes/index.ts';
import type { Place } from './place.ts';
import type { GuestSubject } from './subject.ts';

type Guests = readonly GuestSubject[];

/** Puts guests into a pool; those that are in it already stay out of it. @param pool empty: out of the pools they are in */
export function moveToPool(place: Pick<Place, 'guest'>, guests: Guests, pool: string): readonly Wish[] {
  const poolOf = ({ target }: GuestSubject): string => place.guest(target)?.pool ?? '';
  const moving = guests.filter((guest) => poolOf(guest) !== pool);
  const vmids = (some: Guests): { readonly vms: string } => ({ vms: some.map(({ target }) => target.vmid).join(',') });
  if (pool !== '') return moving.length === 0 ? [] : [{ operation: 'pool.add-guest', target: { kind: 'pool', pool }, parameters: vmids(moving) }];
  return [...Map.groupBy(moving, poolOf)].map(([old, some]) => ({ operation: 'pool.remove-guest', target: { kind: 'pool', pool: old }, parameters: vmids(some) }));
}
