import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import * as realFiles from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { FileSystem } from '../../../src/inventory/store/index.ts';
import { clientAnswering, connectionOf, guest, heldClock, open, type OpenOptions, recordChanges, recordingLogger, temporaryFolder } from './support.ts';

const lab = connectionOf('lab');
const names = (count: number, name: string) => Array.from({ length: count }, (_, index) => guest(100 + index, { name }));

/** One session: opens, refreshes once per name, ends. */
async function session(folder: string, name: string, options: OpenOptions = {}): Promise<void> {
  const inventory = await open({ folder, ...options });
  await inventory.refresh(lab, clientAnswering(() => names(20, name)));
  inventory.dispose();
}

const storedName = async (folder: string, options: OpenOptions = {}): Promise<string | undefined> => {
  const inventory = await open({ folder, ...options });
  const found = new Set([...inventory.rows('lab').values()].map((row) => ('name' in row ? row.name : '')));
  inventory.dispose();
  assert.ok(found.size <= 1, `mixed: ${[...found].join(', ')}`);
  return [...found][0];
};

const stateFiles = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.sqlite')).sort();
const newest = (folder: string): string => join(folder, stateFiles(folder).at(-1) ?? 'none');

describe('the stored inventory', () => {
  it('is there at once in the next session, with its history', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    await session(folder, 'two');
    const inventory = await open({ folder });
    assert.equal(inventory.rows('lab').size, 20);
    assert.deepEqual(inventory.history('lab', 'qemu/100')[0]?.fields, { name: ['one', 'two'] });
    assert.deepEqual(inventory.health('lab'), { state: 'unknown' });
  });

  it('is an SQLite file, of which the one before is kept and no other', async () => {
    const folder = temporaryFolder();
    for (const name of ['one', 'two', 'three', 'four']) await session(folder, name);
    assert.deepEqual(readdirSync(folder), ['inventory.v1.000000003.sqlite', 'inventory.v1.000000004.sqlite']);
    assert.equal(readFileSync(newest(folder)).subarray(0, 15).toString(), 'SQLite format 3');
  });

  it('is not written again when nothing lasting changed', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    const before = stateFiles(folder);
    await session(folder, 'one');
    assert.deepEqual(stateFiles(folder), before);
  });

  it('holds after any run of refreshes what the last one brought', async () => {
    const state = fc.uniqueArray(fc.tuple(fc.integer({ min: 100, max: 500 }), fc.constantFrom('a', 'b')), { maxLength: 300, size: 'max', selector: ([vmid]) => vmid });
    const nudge = fc.tuple(fc.integer({ min: 100, max: 500 }), fc.constantFrom('c', undefined));
    await fc.assert(
      fc.asyncProperty(state, fc.array(nudge, { minLength: 80, maxLength: 120 }), state, async (start, nudges, end) => {
        const folder = temporaryFolder();
        const guests = new Map(start.map(([vmid, name]) => [vmid, name as string]));
        const inventory = await open({ folder });
        const client = clientAnswering(() => [...guests].map(([vmid, name]) => guest(vmid, { name })));
        const check = async (): Promise<void> => {
          await inventory.refresh(lab, client);
          const reopened = await open({ folder });
          assert.deepEqual(new Map([...reopened.rows('lab')].sort()), new Map([...inventory.rows('lab')].sort()));
          assert.equal(reopened.rows('lab').size, guests.size);
          reopened.dispose();
        };
        await check();
        for (const [index, [vmid, name]] of nudges.entries()) {
          if (name === undefined) guests.delete(vmid);
          else guests.set(vmid, `${name} ${index}`);
          if (index % 40 === 39) await check();
          else await inventory.refresh(lab, client);
        }
        await check();
        guests.clear();
        for (const [vmid, name] of end) guests.set(vmid, name);
        await check();
        inventory.dispose();
      }),
      { numRuns: 8 },
    );
  }).timeout(60_000);

  it('forgets a connection for good', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    await session(folder, 'two');
    const inventory = await open({ folder });
    const changes = recordChanges(inventory);
    assert.equal(inventory.rows('lab').size, 20);
    await inventory.forget('lab');
    assert.equal(changes[0]?.removed.length, 20);
    assert.deepEqual([inventory.rows('lab').size, inventory.history('lab').length], [0, 0]);
    inventory.dispose();
    assert.equal(await storedName(folder), undefined);
  });

  it('keeps 90 days of history and no more than 50,000 entries, the newest', async () => {
    const folder = temporaryFolder();
    const clock = heldClock();
    const day = 24 * 60 * 60 * 1000;
    let turn = 0;
    const client = clientAnswering(() => names(4000, `turn ${turn}`));
    const inventory = await open({ folder, clock });
    for (turn = 0; turn < 16; turn++) {
      clock.time += 1000;
      await inventory.refresh(lab, client);
    }
    const full = inventory.history('lab', undefined, 1_000_000);
    assert.ok(full.length > 40_000 && full.length <= 55_000, `${full.length} entries`);
    assert.deepEqual(full[0]?.fields, { name: ['turn 14', 'turn 15'] });
    clock.time += 91 * day;
    await inventory.refresh(lab, client);
    assert.equal(inventory.history('lab', undefined, 1_000_000).length, 4000);
  });
});

describe('a damaged file', () => {
  const damages: Record<string, (file: string) => void> = {
    'cut short': (file) => truncateSync(file, 5000),
    'emptied': (file) => truncateSync(file, 0),
    'of garbage': (file) => writeFileSync(file, 'not a database at all'.repeat(1000)),
    'with one bit turned': (file) => {
      const bytes = readFileSync(file);
      bytes[9000] = (bytes[9000] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
  };
  for (const [what, damage] of Object.entries(damages)) {
    it(`${what} is set aside with a warning and the state before takes its place`, async () => {
      const folder = temporaryFolder();
      await session(folder, 'one');
      await session(folder, 'two');
      const damaged = newest(folder);
      damage(damaged);
      const logger = recordingLogger();
      assert.equal(await storedName(folder, { logger }), 'one');
      assert.match(logger.lines.join('\n'), /^warn: .*damaged.*\.corrupt-/);
      assert.equal(readdirSync(folder).filter((name) => name.includes('.sqlite.corrupt-')).length, 1);
      await session(folder, 'three');
      assert.equal(await storedName(folder), 'three');
    });
  }

  it('without one before is rebuilt from the cluster', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    await session(folder, 'two');
    for (const name of stateFiles(folder)) truncateSync(join(folder, name), 100);
    const logger = recordingLogger();
    assert.equal(await storedName(folder, { logger }), undefined);
    assert.equal(logger.lines.length, 2);
    await session(folder, 'three');
    assert.equal(await storedName(folder), 'three');
  });

  it('does not let another window’s later state get lost', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    const whole = await open({ folder });
    await whole.refresh(lab, clientAnswering(() => names(20, 'two')));
    truncateSync(newest(folder), 100);
    await session(folder, 'three');
    await whole.refresh(connectionOf('other'), clientAnswering(() => names(1, 'else')));
    const after = await open({ folder });
    assert.equal(await storedName(folder), 'three');
    assert.equal(after.rows('other').size, 1);
  });

  it('pile does not grow: the three latest are kept', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 6; round++) {
      await session(folder, `round ${round}`, { clock: heldClock(1_000_000_000_000 + round * 1000) });
      truncateSync(newest(folder), 100);
    }
    await storedName(folder);
    await session(folder, 'last');
    assert.equal(readdirSync(folder).filter((name) => name.includes('.corrupt-')).length, 3);
  });
});

describe('a file system that refuses', () => {
  /** Everything that is written lands on the kernel's own full disk while `full` says so. */
  function fullDisk(full: () => boolean): FileSystem {
    return { ...realFiles, open: (path, flags, mode) => (full() && flags === 'wx' ? realFiles.open('/dev/full', 'r+') : realFiles.open(path, flags, mode)) };
  }

  it('being full leaves the old state intact, is reported once, and the session goes on from memory', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    let full = true;
    const logger = recordingLogger();
    const inventory = await open({ folder, logger, files: fullDisk(() => full) });
    for (const name of ['two', 'three', 'four']) await inventory.refresh(lab, clientAnswering(() => names(20, name)));
    assert.equal(logger.lines.length, 1);
    assert.match(logger.lines[0] ?? '', /^error: .*ENOSPC/);
    const row = inventory.rows('lab').get('qemu/100');
    assert.equal(row?.kind === 'qemu' && row.name, 'four');
    assert.equal(inventory.health('lab').state, 'ok');
    assert.equal(await storedName(folder), 'one');
    assert.deepEqual(readdirSync(folder), ['inventory.v1.000000001.sqlite']);

    full = false;
    await inventory.refresh(lab, clientAnswering(() => names(20, 'four')));
    assert.equal(await storedName(folder), 'four', 'what could not be written is written when there is room, without another change');
    assert.match(logger.lines[1] ?? '', /^info: .*again/);
    assert.equal(inventory.history('lab', 'qemu/100').length, 3);
  });

  it('being full while another window, with room, goes on loses neither’s history', async () => {
    const folder = temporaryFolder();
    await session(folder, 'one');
    let full = true;
    const starved = await open({ folder, files: fullDisk(() => full) });
    await starved.refresh(lab, clientAnswering(() => names(20, 'two')));
    const fed = await open({ folder });
    await fed.refresh(connectionOf('other'), clientAnswering(() => names(3, 'a')));
    await fed.refresh(connectionOf('other'), clientAnswering(() => names(3, 'b')));
    await starved.refresh(lab, clientAnswering(() => names(20, 'three')));
    full = false;
    await starved.refresh(lab, clientAnswering(() => names(20, 'three')));
    const after = await open({ folder });
    assert.equal(await storedName(folder), 'three');
    assert.deepEqual(after.history('lab', 'qemu/100').map((entry) => entry.fields), [{ name: ['two', 'three'] }, { name: ['one', 'two'] }]);
    assert.equal(after.history('other').length, 3);
    assert.equal(starved.rows('other').size, 3);
  });

  it('without hard links still stores', async () => {
    const folder = temporaryFolder();
    const files: FileSystem = { ...realFiles, link: () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' })) };
    await session(folder, 'one', { files });
    await session(folder, 'two', { files });
    assert.equal(await storedName(folder), 'two');
    assert.equal(readdirSync(folder).length, 2);
  });

  it('or a folder that is a file is no crash', async () => {
    const folder = join(temporaryFolder(), 'file');
    writeFileSync(folder, '');
    const logger = recordingLogger();
    const inventory = await open({ folder, logger });
    await inventory.refresh(lab, clientAnswering(() => names(20, 'one')));
    assert.equal(inventory.rows('lab').size, 20);
    assert.ok(logger.lines.some((line) => line.startsWith('error: The inventory cannot be stored')));
  });
});

describe('two windows on one store', () => {
  it('see each other’s connections and changes, and record a change both saw once', async () => {
    const folder = temporaryFolder();
    const clock = heldClock();
    const [one, two] = [await open({ folder, clock }), await open({ folder, clock })];
    let state = 'a';
    const client = clientAnswering(() => names(3, state));
    const changes = recordChanges(two);
    await one.refresh(lab, client);
    clock.time += 1000;
    assert.equal(two.rows('lab').size, 0);
    await two.refresh(lab, client);
    assert.equal(two.rows('lab').size, 3);
    assert.deepEqual(two.history('lab'), []);
    for (const next of ['b', 'c', 'd']) {
      state = next;
      clock.time += 1000;
      await Promise.all([one.refresh(lab, client), two.refresh(lab, client)]);
    }
    clock.time += 1000;
    await Promise.all([one.refresh(lab, client), two.refresh(lab, client)]);
    const transitions = one.history('lab', 'qemu/100').map((entry) => entry.fields?.['name']);
    assert.deepEqual(transitions, [['c', 'd'], ['b', 'c'], ['a', 'b']]);
    assert.deepEqual(two.history('lab'), one.history('lab'));
    assert.equal(changes.filter((change) => change.changed.length > 0).length, 3);
  });

  it('show what the other stored with their next refresh', async () => {
    const folder = temporaryFolder();
    await session(folder, 'old');
    const [one, two] = [await open({ folder }), await open({ folder })];
    assert.equal(two.rows('lab').size, 20);
    const changes = recordChanges(two);
    await one.refresh(lab, clientAnswering(() => names(20, 'new')));
    await two.refresh(connectionOf('other'), clientAnswering(() => []));
    assert.deepEqual(changes.find((change) => change.connectionId === 'lab')?.changed.length, 20);
    const row = two.rows('lab').get('qemu/100');
    assert.equal(row?.kind === 'qemu' && row.name, 'new');
  });
});
