/**
 * @typedef {{ file: string, title: string }} Test
 * @typedef {{ passed: Test[], failed: Test[], skipped: string[] }} Result
 * @typedef {{ code: number | string, result?: Result | undefined }} Run
 */

/**
 * Runs a suite, and once more those of its files in which something failed, in a fresh process: a window that lost a key, or
 * a server that got no time on a busy machine, says nothing about the product. What passes then is flaky, which is told and is a defect of its own.
 * @param {(files?: string[]) => Promise<Run>} run all files of the suite, or these
 * @param {number} most files: more of them are no accident, and the first run stands
 * @returns {Promise<Run & { flaky: string[] }>}
 */
export async function runAgain(run, most = 3) {
  const first = await run();
  const files = [...new Set(first.result?.failed.map(({ file }) => file))];
  if (files.length === 0 || files.length > most || files.includes(undefined)) return { ...first, flaky: [] };
  const second = await run(files);
  if (second.result === undefined) return { ...first, flaky: [] };
  const still = new Set(second.result.failed.map(({ title }) => title));
  return {
    code: second.code,
    flaky: first.result.failed.map(({ title }) => title).filter((title) => !still.has(title)),
    result: {
      passed: [...first.result.passed.filter(({ file }) => !files.includes(file)), ...second.result.passed],
      failed: second.result.failed,
      skipped: [...new Set([...first.result.skipped, ...second.result.skipped])],
    },
  };
}
