import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { changedFields, diffRows, historyOf, type RowDifference, sameRow } from '../../../src/inventory/diff.ts';
import type { GuestRow, Row } from '../../../src/inventory/index.ts';

const word = fc.constantFrom('a', 'b', 'c');
const guestRow = fc
  .record(
    {
      kind: fc.constantFrom('qemu' as const, 'lxc' as const),
      vmid: fc.integer({ min: 100, max: 112 }),
      name: word,
      node: word,
      status: fc.constantFrom('running' as const, 'stopped' as const, 'unknown' as const),
      template: fc.boolean(),
      tags: fc.array(word, { maxLength: 3 }),
      pool: word,
      lock: word,
      hastate: word,
    },
    { requiredKeys: ['kind', 'vmid', 'name', 'node', 'status', 'template', 'tags'] },
  )
  .map((row): GuestRow => ({ ...row, id: `${row.kind}/${row.vmid}` }));
const nodeRow = fc
  .record({ kind: fc.constant('node' as const), node: word, status: fc.constantFrom('online' as const, 'offline' as const) })
  .map((row): Row => ({ ...row, id: `node/${row.node}` }));
const state = fc.array(fc.oneof({ weight: 5, arbitrary: guestRow }, nodeRow)).map((rows) => new Map<string, Row>(rows.map((row) => [row.id, row])));

function apply(before: ReadonlyMap<string, Row>, difference: RowDifference, after: ReadonlyMap<string, Row>): Map<string, Row> {
  const result = new Map(before);
  for (const id of difference.removed) assert.ok(result.delete(id), `${id} is removed but was not there`);
  for (const id of difference.added) {
    assert.ok(!result.has(id), `${id} is added but was there`);
    result.set(id, after.get(id) as Row);
  }
  for (const id of difference.changed) {
    assert.ok(result.has(id), `${id} is changed but was not there`);
    assert.notDeepEqual(result.get(id), after.get(id));
    result.set(id, after.get(id) as Row);
  }
  return result;
}

const sorted = (rows: ReadonlyMap<string, Row>): [string, Row][] => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));

describe('the difference between two states', () => {
  it('applied to the old rows gives the new rows', () => {
    fc.assert(
      fc.property(state, state, (before, after) => {
        assert.deepEqual(sorted(apply(before, diffRows(before, after), after)), sorted(after));
      }),
    );
  });

  it('is empty between a state and a copy of it', () => {
    fc.assert(
      fc.property(state, (rows) => {
        assert.deepEqual(diffRows(rows, structuredClone(rows)), { added: [], changed: [], removed: [] });
      }),
    );
  });

  it('names in the history, field by field, exactly what leads from the old row to the new', () => {
    fc.assert(
      fc.property(guestRow, guestRow, (old, other) => {
        const row: Row = { ...other, kind: old.kind, vmid: old.vmid, id: old.id };
        const rebuilt: Record<string, unknown> = { ...old };
        for (const [field, [before, after]] of Object.entries(changedFields(old, row))) {
          assert.deepEqual(rebuilt[field] ?? null, before);
          if (after === null) delete rebuilt[field];
          else rebuilt[field] = after;
        }
        assert.deepEqual(rebuilt, row);
        assert.equal(sameRow(old, row), Object.keys(changedFields(old, row)).length === 0);
      }),
    );
  });

  it('makes one history entry per row, with fields for changed rows only', () => {
    const row = (vmid: number, name: string): Row => ({ kind: 'qemu', id: `qemu/${vmid}`, vmid, name, node: 'pve1', status: 'running', template: false, tags: [] });
    const before = new Map([row(100, 'a'), row(101, 'b')].map((each) => [each.id, each]));
    const after = new Map([row(101, 'c'), row(102, 'd')].map((each) => [each.id, each]));
    assert.deepEqual(historyOf(diffRows(before, after), before, after, 7), [
      { at: 7, id: 'qemu/102', change: 'added' },
      { at: 7, id: 'qemu/101', change: 'changed', fields: { name: ['b', 'c'] } },
      { at: 7, id: 'qemu/100', change: 'removed' },
    ]);
  });
});
