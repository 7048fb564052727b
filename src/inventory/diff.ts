import type { HistoryEntry, Row } from './inventory.ts';

/** The difference between two states of one connection, by row id. */
export interface RowDifference {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** A row read by the names of its fields. */
const fieldsOf = (row: object): Readonly<Record<string, unknown>> => row as Readonly<Record<string, unknown>>;

/** Whether two rows of the same id say the same; lists (tags, content) are equal when they hold the same in the same order. */
export function sameRow(a: Row, b: Row): boolean {
  if (a === b) return true;
  const [left, right] = [fieldsOf(a), fieldsOf(b)];
  let count = 0;
  for (const key in left) {
    count++;
    if (!sameValue(left[key], right[key])) return false;
  }
  return Object.keys(right).length === count;
}

/** What has to be added, changed and removed to get from `before` to `after`; ids in the order of `after`, removed ones in the order of `before`. */
export function diffRows(before: ReadonlyMap<string, Row>, after: ReadonlyMap<string, Row>): RowDifference {
  const added: string[] = [];
  const changed: string[] = [];
  const removed: string[] = [];
  for (const [id, row] of after) {
    const old = before.get(id);
    if (old === undefined) added.push(id);
    else if (!sameRow(old, row)) changed.push(id);
  }
  if (before.size + added.length !== after.size) {
    for (const id of before.keys()) if (!after.has(id)) removed.push(id);
  }
  return { added, changed, removed };
}

/** The history of one refresh: one entry per row of `difference`, all at the same time. */
export function historyOf(difference: RowDifference, before: ReadonlyMap<string, Row>, after: ReadonlyMap<string, Row>, at: number): HistoryEntry[] {
  return [
    ...difference.added.map((id) => ({ at, id, change: 'added' as const })),
    ...difference.changed.flatMap((id) => {
      const [old, row] = [before.get(id), after.get(id)];
      return old === undefined || row === undefined ? [] : [{ at, id, change: 'changed' as const, fields: changedFields(old, row) }];
    }),
    ...difference.removed.map((id) => ({ at, id, change: 'removed' as const })),
  ];
}

/** Field → [before, after]; a field that a row does not have is `null`, as JSON has it. */
export function changedFields(before: Row, after: Row): Record<string, readonly [unknown, unknown]> {
  const [left, right] = [fieldsOf(before), fieldsOf(after)];
  const fields: Record<string, readonly [unknown, unknown]> = {};
  for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (!sameValue(left[key], right[key])) fields[key] = [left[key] ?? null, right[key] ?? null];
  }
  return fields;
}

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((item, index) => item === b[index]);
}
