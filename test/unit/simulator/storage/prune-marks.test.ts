import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { parseRetention, pruneList } from '../../../../src/simulator/storage/prune-marks.ts';
import type { Volume } from '../../../../src/simulator/state/cluster.ts';

const backup = (name: string, more: Partial<Volume> = {}): Volume => ({ volid: `nas:backup/${name}`, storage: 'nas', content: 'backup', format: 'vma.zst', size: 1, used: 1, ctime: 0, ...more });
const nightly = (date: string): Volume => backup(`vzdump-qemu-100-${date.replaceAll('-', '_')}-02_00_00.vma.zst`);
const marks = (backups: readonly Volume[], keep: string): string => pruneList(backups, parseRetention(keep), {}).map(({ mark }) => mark[0]).join('');

describe('retention of backups', () => {
  // 1 October 2026 is a Thursday; the list goes on to 10 November, a Tuesday.
  const days = Array.from({ length: 41 }, (_, day) => nightly(new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10)));

  it('keeps the newest of each period, counting only periods that nothing else keeps', () => {
    const kept = pruneList(days, parseRetention('keep-last=1,keep-daily=2,keep-weekly=2,keep-monthly=1'), {}).filter(({ mark }) => mark === 'keep').map(({ ctime }) => new Date(ctime * 1000).toISOString().slice(5, 10));
    // The last day, two more days, the Sundays of two weeks before; both months are kept by then.
    assert.deepEqual(kept, ['10-25', '11-01', '11-08', '11-09', '11-10']);
  });

  it('tells weeks apart across the turn of the year', () => {
    // 27 December 2026 ends week 52; 28 December to 3 January are week 53 of 2026; 4 January begins week 1.
    assert.equal(marks(['2026-12-27', '2026-12-28', '2027-01-03', '2027-01-04'].map(nightly), 'keep-weekly=3'), 'krkk');
  });

  it('leaves protected and renamed backups, and groups by guest and type', () => {
    const list = [
      nightly('2026-11-01'), { ...nightly('2026-11-02'), protected: true }, nightly('2026-11-03'),
      backup('vzdump-qemu-100-before-upgrade.vma.zst', { vmid: 100 }),
      backup('vzdump-lxc-100-2026_11_01-02_00_00.tar.zst'), backup('vzdump-qemu-101-2026_11_01-02_00_00.vma.zst'),
    ];
    assert.deepEqual(pruneList(list, parseRetention('keep-last=1'), {}).map(({ mark, type, vmid }) => `${mark} ${type} ${vmid}`), [
      'remove qemu 100', 'protected qemu 100', 'keep qemu 100', 'renamed qemu 100', 'keep lxc 100', 'keep qemu 101',
    ]);
    assert.equal(marks(list, 'keep-all=1'), 'kpkrkk');
  });
});
