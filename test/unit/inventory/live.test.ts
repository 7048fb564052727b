import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { displayedLive, type Live } from '../../../src/inventory/index.ts';
import { displaysAlike } from '../../../src/inventory/live.ts';

const live: fc.Arbitrary<Live> = fc.record(
  {
    cpu: fc.constantFrom(0, 0.004, 0.0049, 0.0051, 0.1, 1),
    maxcpu: fc.constantFrom(1, 2),
    mem: fc.constantFrom(0, 1, 104, 105, 1000),
    maxmem: fc.constantFrom(0, 1000, 2000),
    disk: fc.constantFrom(0, 500),
    maxdisk: fc.constantFrom(0, 1000),
    uptime: fc.nat(3),
  },
  { requiredKeys: [] },
);

describe('the counters as they are shown', () => {
  it('are whole percents of what there is', () => {
    assert.deepEqual(displayedLive({ cpu: 0.123, maxcpu: 4, mem: 1.6 * 2 ** 30, maxmem: 4 * 2 ** 30, disk: 1, maxdisk: 3, uptime: 9 }), {
      cpuPercent: 12,
      maxcpu: 4,
      memPercent: 40,
      maxmem: 4 * 2 ** 30,
      diskPercent: 33,
      maxdisk: 3,
    });
  });

  it('leave out what Proxmox did not report, and percents of nothing', () => {
    assert.deepEqual(displayedLive({}), {});
    assert.deepEqual(displayedLive({ mem: 5, maxmem: 0 }), { maxmem: 0 });
  });

  it('count as moved exactly when they are shown differently', () => {
    fc.assert(
      fc.property(live, live, (a, b) => {
        let same = true;
        try {
          assert.deepEqual(displayedLive(a), displayedLive(b));
        } catch {
          same = false;
        }
        assert.equal(displaysAlike(a, b), same);
      }),
      { numRuns: 1000 },
    );
  });
});
