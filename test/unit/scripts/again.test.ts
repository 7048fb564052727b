import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { runAgain } from '../../../scripts/lib/again.mjs';

const named = (titles: string): { file: string; title: string }[] => titles.split(' ').filter(Boolean).map((title) => ({ file: title.charAt(0), title }));
const ran = (passed: string, failed: string, skipped: string[] = []) => ({ code: failed === '' ? 0 : 1, result: { passed: named(passed), failed: named(failed), skipped } });

/** Runs with these outcomes, one after the other. @returns what came of it, and which files each run was of */
async function played(...outcomes: readonly Awaited<ReturnType<Parameters<typeof runAgain>[0]>>[]) {
  const asked: (readonly string[] | undefined)[] = [];
  const { code, result, flaky } = await runAgain((files) => {
    asked.push(files);
    return Promise.resolve(outcomes[asked.length - 1] ?? assert.fail('it was run too often'));
  });
  const titles = (tests: readonly { title: string }[] = []): string => tests.map(({ title }) => title).join(' ');
  return { asked, code, passed: titles(result?.passed), failed: titles(result?.failed), skipped: result?.skipped, flaky };
}

describe('a suite whose failed files are run once more', () => {
  it('is run once when all is well', async () => {
    assert.deepEqual(await played(ran('a1 b1', '')), { asked: [undefined], code: 0, passed: 'a1 b1', failed: '', skipped: [], flaky: [] });
  });

  it('counts no test twice, and tells what failed only once', async () => {
    assert.deepEqual(await played(ran('a1 b1', 'b2'), ran('b1 b2', '')), { asked: [undefined, ['b']], code: 0, passed: 'a1 b1 b2', failed: '', skipped: [], flaky: ['b2'] });
  });

  it('counts what could not begin at first', async () => {
    assert.deepEqual(await played(ran('a1', 'b-hook'), ran('b1 b2', '')), { asked: [undefined, ['b']], code: 0, passed: 'a1 b1 b2', failed: '', skipped: [], flaky: ['b-hook'] });
  });

  it('has failed when it fails again, also elsewhere in the file', async () => {
    assert.deepEqual(await played(ran('a1 b1', 'b2 b3'), ran('b2', 'b1 b3')), { asked: [undefined, ['b']], code: 1, passed: 'a1 b2', failed: 'b1 b3', skipped: [], flaky: ['b2'] });
  });

  it('keeps what was skipped, and the first run when the second gave nothing', async () => {
    assert.deepEqual((await played(ran('a1', 'b1', ['a2']), ran('b1', ''))).skipped, ['a2']);
    assert.deepEqual(await played(ran('a1', 'b1'), { code: 'SIGKILL' }), { asked: [undefined, ['b']], code: 1, passed: 'a1', failed: 'b1', skipped: [], flaky: [] });
  });

  it('takes failures in many files for what they are', async () => {
    const many = ran('', 'a1 b1 c1 d1');
    assert.deepEqual(await played(many), { asked: [undefined], code: 1, passed: '', failed: 'a1 b1 c1 d1', skipped: [], flaky: [] });
  });
});
