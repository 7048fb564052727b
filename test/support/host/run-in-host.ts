/**
 * Runs out/test/host/run.js inside a real extension host and waits for the result file it leaves.
 * The browser gives no exit code, so silence is a failure: the run is given up after ten minutes.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../../../scripts/lib/paths.mjs';
import { openWorkbench } from './workbench.ts';

const deadline = Date.now() + 600_000;
const results = process.env['PROXMOX_WORKBENCH_RESULTS'];
if (results === undefined) throw new Error('PROXMOX_WORKBENCH_RESULTS names no file. Run the suite with: npm test -- host');
const output = join(root, 'out/results/host.log');
await mkdir(join(root, 'out/measure'), { recursive: true });

const workbench = await openWorkbench({
  tests: join(root, 'out/test/host/run.js'),
  env: { PROXMOX_WORKBENCH_RESULTS: results, PROXMOX_WORKBENCH_OUTPUT: output, PROXMOX_WORKBENCH_ROOT: root },
});
try {
  while (!existsSync(results) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 250));
  await workbench.screenshot('host-suite-end');
  console.log(await readFile(output, 'utf8').catch(() => 'The suite printed nothing.'));
  if (!existsSync(results)) throw new Error('The extension host gave no result within ten minutes.');
  const { failed } = JSON.parse(await readFile(results, 'utf8')) as { failed: readonly unknown[] };
  process.exitCode = failed.length === 0 ? 0 : 1;
} finally {
  await workbench.dispose();
}
