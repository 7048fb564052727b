import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { readResources } from '../../../src/inventory/resources.ts';
import { isPlainGuest } from '../../../src/inventory/unchanged.ts';
import type { Connection } from '../../../src/pve/index.ts';

const connection: Connection = { id: 'c', name: 'c', endpoints: [], authentication: { kind: 'token', tokenId: 'a@pam!b' }, trust: { kind: 'system' } };
const text = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom('running', 'prelaunch', 'prod;web', 'a, b;;c', ''));
const anything = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null), fc.double());
/** Mostly what Proxmox VE sends, sometimes not. */
const mostly = <T>(usual: fc.Arbitrary<T>) => fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: anything });
const number = mostly(fc.oneof(fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })));
const guest = fc.record(
  {
    id: mostly(fc.constantFrom('qemu/100', 'lxc/101')),
    type: mostly(fc.constantFrom('qemu', 'lxc')),
    vmid: mostly(fc.integer({ min: 100, max: 999_999_999 })),
    node: mostly(text), name: mostly(text), status: mostly(text), template: mostly(fc.constantFrom(0, 1)), tags: mostly(text), pool: mostly(text), lock: mostly(text), hastate: mostly(text),
    cpu: number, maxcpu: number, mem: number, maxmem: number, disk: number, maxdisk: number, uptime: number,
  },
  { requiredKeys: ['id', 'type', 'vmid', 'node'] },
);

describe('a guest’s row that is read by hand', () => {
  it('becomes what the schema makes of it', () => {
    let plain = 0;
    fc.assert(
      fc.property(guest, (row) => {
        if (!isPlainGuest(row)) return;
        plain++;
        // A flag that is a text means the same and has to go through the schema.
        const roundabout = { ...row, template: row.template === undefined ? '0' : String(row.template) };
        assert(!isPlainGuest(roundabout));
        const read = (item: unknown) => {
          const live = new Map<string, object>();
          const { rows, skipped } = readResources([item], new Map(), live, connection);
          return { rows: [...rows], skipped, live: [...live] };
        };
        assert.deepEqual(read(row), read(roundabout));
      }),
      { numRuns: 2000 },
    );
    assert(plain > 500, `${plain} rows were plain`);
  });
});
