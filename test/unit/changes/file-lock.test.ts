import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { tryLock } from '../../../src/changes/run/file-lock.ts';

describe('a lock file', function () {
  this.timeout(20_000);
  let folder: string;
  let file: string;
  const longAgo = new Date(Date.now() - 3_600_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lock-'));
    file = join(folder, 'run.lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('stays with a holder that slept with the machine, or whose clock was set', async () => {
    const held = await tryLock(file);
    assert.ok(held);
    await utimes(file, longAgo, longAgo);
    assert.equal(await tryLock(file), undefined);
    await held.release();
    const next = await tryLock(file);
    assert.ok(next);
    await next.release();
  });

  it('has one holder, however many find it abandoned at once', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    for (let round = 0; round < 100; round++) {
      const each = join(folder, `${round}.lock`);
      await writeFile(each, `${gone} token`);
      const held = (await Promise.all(Array.from({ length: 8 }, () => tryLock(each)))).filter((one) => one !== undefined);
      assert.equal(held.length, 1, `round ${round}`);
      await held[0]?.release();
    }
    assert.deepEqual(await readdir(folder), []);
    // Who died while taking it over keeps nobody out for good.
    await writeFile(file, `${gone} token`);
    await writeFile(`${file}.turn`, `${gone} token`);
    assert.equal(await tryLock(file), undefined);
    const held = await tryLock(file);
    assert.ok(held);
    await held.release();
  });

  it('is taken from a process that is gone, and from one that another has the id of by now', async () => {
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    await writeFile(file, `${gone} token`);
    const first = await tryLock(file);
    assert.ok(first);
    await first.release();
    await writeFile(file, `${process.pid} token`);
    assert.equal(await tryLock(file), undefined);
    await utimes(file, longAgo, longAgo);
    const second = await tryLock(file);
    assert.ok(second);
    await second.release();
  });
});
