import type { Wish } from '../../changes/index.ts';
import type { Target as Shown } from '../explorer/index.ts';
import type { Place } from './place.ts';
import { moveToPool } from './pools.ts';
import type { GuestSubject } from './subject.ts';

/** What dropping guests on something means; undefined when it means nothing. */
export function dropWishes(place: Pick<Place, 'guest'>, guests: readonly GuestSubject[], { node: onto }: Shown): readonly Wish[] | undefined {
  if (onto.type === 'node') return guests.filter(({ target }) => target.node !== onto.node).map(({ target }) => ({ operation: 'guest.migrate', target, parameters: { target: onto.node } }));
  // The group of those without a pool has no key.
  if (onto.type === 'group' && onto.group === 'pool') return moveToPool(place, guests, onto.key ?? '');
  return undefined;
}
