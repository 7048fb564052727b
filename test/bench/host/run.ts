import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { InHost } from '../in-host.ts';
import { expandFolder } from './expand.ts';

type Collect = (how: { readonly type: 'major'; readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void;

/** Memory of the extension host as it runs, and once all garbage is collected and given back; bytes. */
async function memory(): Promise<InHost['memory']> {
  const before = process.memoryUsage().rss;
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  // Finalisers run between the rounds, and threads of V8's own give back what a collection frees.
  for (let round = 0; round < 4; round++) {
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await delay(1000);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { before, rss, heapUsed, external };
}

/**
 * VS Code calls this inside the extension host. The extension under measurement runs beside it by itself; when the folder of
 * the benchmark has a file `go`, its memory is measured, and then how long a folder takes to expand.
 */
export async function run(): Promise<void> {
  const folder = process.env['PROXMOX_WORKBENCH_BENCH'];
  if (folder === undefined) throw new Error('This module is started by test/bench/in-host.ts.');
  while (!existsSync(join(folder, 'go'))) await delay(200);
  const cluster = process.env['PROXMOX_WORKBENCH_BENCH_CLUSTER'];
  let result: InHost | { readonly failure: string };
  const home = await mkdtemp(join(tmpdir(), 'proxmox-workbench-bench-'));
  try {
    const measured = await memory();
    result = { memory: measured, expansion: cluster === undefined ? [] : await expandFolder(JSON.parse(cluster) as Parameters<typeof expandFolder>[0], home) };
  } catch (error) {
    result = { failure: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    await rm(home, { recursive: true, force: true });
  }
  const file = join(folder, 'result.json');
  await writeFile(`${file}.tmp`, JSON.stringify(result));
  await rename(`${file}.tmp`, file);
}
