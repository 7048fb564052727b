import type { Connection } from '../pve/index.ts';
import { asList, clusterResource, whySkipped } from '../pve/wire/index.ts';
import { sameRow } from './diff.ts';
import type { Live, Row } from './inventory.ts';
import { displaysAlike } from './live.ts';
import { guestRow, rowOf } from './rows.ts';
import { type Counters, hasPlainCounters, isPlainGuest, saysTheSame, takeCounters, type Unparsed } from './unchanged.ts';

/** What an answer of `GET /cluster/resources` makes of what was known. */
export interface Resources {
  /** In the order of the answer; the very map from before when nothing is different. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Ids of rows known before whose counters are shown differently now. */
  readonly moved: readonly string[];
  /** Why rows of the answer are left out. */
  readonly skipped: readonly string[];
}

/**
 * Reads the answer of `GET /cluster/resources`. A row that is not as Proxmox VE describes it is left out, and what was
 * known of it before stays; kinds the inventory does not follow (SDN zones, networks) are passed over.
 *
 * Ten thousand guests come by every few seconds and nearly all say what they said before, so this keeps what it has:
 * a row that says the same stays the same object, and the counters in `live` are updated in place.
 *
 * @param previous the rows before
 * @param live the counters before, which become those of the answer; a row without counters has an empty entry
 * @throws PveError of kind `not-proxmox` when the answer is no list; `live` is then untouched
 */
export function readResources(data: unknown, previous: ReadonlyMap<string, Row>, live: Map<string, Counters>, connection: Connection): Resources {
  const items = asList(data, connection.name, 'GET /cluster/resources') as readonly (Unparsed | null | undefined)[];
  const list: Row[] = [];
  const moved: string[] = [];
  const skipped: string[] = [];

  const take = (row: Row, counters: { readonly [K in keyof Live]: Live[K] | undefined }): void => {
    list.push(row);
    const known = live.get(row.id);
    if (known === undefined) {
      live.set(row.id, takeCounters({}, counters));
      if (previous.has(row.id)) moved.push(row.id);
      return;
    }
    if (!displaysAlike(known, counters)) moved.push(row.id);
    takeCounters(known, counters);
  };

  for (const item of items) {
    const id = item?.['id'];
    const before = typeof id === 'string' ? previous.get(id) : undefined;
    if (item && before && saysTheSame(item, before) && hasPlainCounters(item)) {
      take(before, item);
      continue;
    }
    if (item && isPlainGuest(item)) {
      const row = guestRow(item.type, item, item.template === undefined ? undefined : item.template === 1, before);
      if (row !== undefined) take(before !== undefined && sameRow(before, row) ? before : row, item);
      continue;
    }
    const parsed = clusterResource.safeParse(item);
    if (parsed.success) {
      const row = rowOf(parsed.data, before);
      if (row !== undefined) take(before !== undefined && sameRow(before, row) ? before : row, parsed.data);
      continue;
    }
    if (before) take(before, {});
    skipped.push(whySkipped(item, parsed.error));
  }

  const rows = isSameList(list, previous) ? previous : new Map(list.map((row) => [row.id, row]));
  if (live.size > rows.size) for (const id of live.keys()) if (!rows.has(id)) live.delete(id);
  return { rows, moved, skipped };
}

/** Whether the list is the map's rows, the very objects, in the map's order. */
function isSameList(list: readonly Row[], map: ReadonlyMap<string, Row>): boolean {
  if (list.length !== map.size) return false;
  let index = 0;
  for (const row of map.values()) if (list[index++] !== row) return false;
  return true;
}
