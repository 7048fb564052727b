/** What the extension costs in a real VS Code: activation, memory for 10,000 guests, expanding a folder of 1,000. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { root } from '../../scripts/lib/paths.mjs';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { printFigures } from './figure.ts';
import { type FrozenCluster, startFrozenCluster } from './frozen-cluster.ts';
import { median } from './rounds.ts';

/** What test/bench/host/run.ts finds out. */
export interface InHost {
  /** Bytes. */
  readonly memory: { readonly before: number; readonly rss: number; readonly heapUsed: number; readonly external: number };
  /** Milliseconds per time. */
  readonly expansion: readonly number[];
}

/** Milliseconds of activation as VS Code itself has measured it, of our extension and of VS Code's own for Git: loading the code and `activate()`. */
interface Activation {
  readonly ours: number;
  readonly git: number;
}

async function activationTimes(workbench: Workbench): Promise<Activation> {
  await workbench.driver.command('workbench.action.showRuntimeExtensions');
  const timeOf = async (name: string): Promise<number> => {
    const time = workbench.page.locator(`.runtime-extensions-editor .monaco-list-row[aria-label="${name}"] .activation-time`);
    const text = await time.filter({ hasText: /\d+ms/ }).innerText({ timeout: 60_000 });
    const found = /(\d+)ms/.exec(text)?.[1];
    if (found === undefined) throw new Error(`VS Code tells no activation time of ${name} but '${text}'.`);
    return Number(found);
  };
  return { ours: await timeOf('proxmox-workbench'), git: await timeOf('git') };
}

async function measureActivation(): Promise<Activation[]> {
  const times: Activation[] = [];
  // High enough for the whole list of extensions: rows that are out of sight do not exist.
  const workbench = await openWorkbench({ viewport: { width: 1280, height: 2000 } });
  try {
    for (let window = 0; window < 6; window++) {
      if (window > 0) {
        await workbench.page.reload();
        await workbench.page.locator('.monaco-workbench .activitybar').waitFor({ timeout: 60_000 });
      }
      // The window's own start is over when nothing else competes for the two cores.
      await delay(4000);
      times.push(await activationTimes(workbench));
    }
    await workbench.screenshot('bench-running-extensions');
  } finally {
    await workbench.dispose();
  }
  // The first window of a new VS Code fills caches that every later one uses.
  return times.slice(1);
}

/** A window on a cluster, its first node open, for a while in which the cluster goes on changing. */
async function measureWindow(cluster: FrozenCluster, measureExpansion: boolean): Promise<InHost> {
  const folder = await mkdtemp(join(tmpdir(), 'proxmox-workbench-bench-'));
  const { url, fingerprint, tokenId, tokenSecret } = cluster;
  const told = JSON.stringify({ name: 'bench', url, fingerprint, tokenId, tokenSecret });
  const workbench = await openWorkbench({
    tests: join(root, 'out/bench/host/run.js'),
    env: { PROXMOX_WORKBENCH_CLUSTER: told, PROXMOX_WORKBENCH_BENCH: folder, ...(measureExpansion ? { PROXMOX_WORKBENCH_BENCH_CLUSTER: told } : {}) },
  });
  try {
    const row = (text: RegExp) => workbench.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
    await row(/pve1(?!\d)/).click({ timeout: 60_000 });
    for (let refresh = 0; refresh < 4; refresh++) {
      await cluster.order({ advance: 10_000, change: 10 });
      await delay(10_000);
    }
    await workbench.screenshot(`bench-memory-${measureExpansion ? 'many' : 'few'}`);
    await writeFile(join(folder, 'go'), '');
    const file = join(folder, 'result.json');
    const deadline = Date.now() + 120_000;
    while (!existsSync(file)) {
      if (Date.now() > deadline) throw new Error('The extension host gave no result within two minutes.');
      await delay(200);
    }
    const result = JSON.parse(await readFile(file, 'utf8')) as InHost | { readonly failure: string };
    if ('failure' in result) throw new Error(result.failure);
    return result;
  } finally {
    await workbench.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function onCluster(guests: number, measureExpansion: boolean): Promise<InHost> {
  const cluster = await startFrozenCluster(guests);
  try {
    return await measureWindow(cluster, measureExpansion);
  } finally {
    cluster.stop();
  }
}

const megabytes = (bytes: number): number => bytes / 1_000_000;

const activation = await measureActivation();
const ours = activation.map((each) => each.ours);
const few = await onCluster(40, false);
const many = await onCluster(10_000, true);
printFigures([
  { name: 'activation in VS Code: code loaded and activate() returned', value: median(ours), unit: 'ms', limit: 60, from: { least: Math.min(...ours), most: Math.max(...ours) } },
  // The same window on the same machine has started VS Code's own extension for Git: what is slow for both is not ours.
  { name: 'activation, compared with that of VS Code’s extension for Git', value: median(activation.map((each) => each.ours / each.git)), unit: '×', from: { ours: median(ours), git: median(activation.map(({ git }) => git)) } },
  {
    name: 'memory of the extension host, garbage collected: 10,000 guests more than 40',
    value: megabytes(many.memory.rss - few.memory.rss),
    unit: 'MB',
    limit: 60,
    from: {
      'with garbage more, MB': megabytes(many.memory.before - few.memory.before),
      'all, MB': megabytes(many.memory.rss),
      'of which JavaScript more, MB': megabytes(many.memory.heapUsed - few.memory.heapUsed),
      'of which buffers more, MB': megabytes(many.memory.external - few.memory.external),
    },
  },
  { name: 'expanding a folder of 1,000 guests, in the extension', value: median(many.expansion), unit: 'ms', limit: 50, from: { first: many.expansion[0] ?? Number.NaN, most: Math.max(...many.expansion) } },
]);
