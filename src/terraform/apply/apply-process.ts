import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { inAutomation } from '../cli/index.ts';
import { forWorkspace, type Surroundings } from '../project/index.ts';
import type { PlanPlace } from './kept-plans.ts';

/**
 * Begins to apply a plan, in a process that lives on when this one is killed: an apply that is cut off leaves things on the cluster that no state
 * knows. So it has its own process group, and writes into files instead of to somebody who may be gone.
 * @throws Error of the system when it cannot be started
 */
export async function startApply({ terraform, folder, environment }: Surroundings, workspace: string, { planFile, log, errors }: PlanPlace, lockTimeout: number): Promise<ChildProcess> {
  const [out, err] = [openSync(log, 'w', 0o600), openSync(errors, 'w', 0o600)];
  try {
    const child = spawn(terraform.path, ['apply', '-json', '-input=false', '-auto-approve', `-lock-timeout=${String(lockTimeout)}s`, planFile], {
      cwd: folder, env: inAutomation(forWorkspace(environment, workspace)), stdio: ['ignore', out, err], detached: true, windowsHide: true,
    });
    await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  } finally {
    closeSync(out);
    closeSync(err);
  }
}

/**
 * The process that applies a plan, whoever began it: the one whose command line names the plan file, which no other does. So no process id
 * is ever trusted that somebody else may have by now.
 * @returns its id; undefined when there is none
 */
export async function applyProcess(planFile: string): Promise<number | undefined> {
  const isIt = (words: string): boolean => words.includes(planFile) && /\bapply\b/.test(words);
  if (process.platform === 'linux') {
    for (const name of await readdir('/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      // It may end while one looks.
      const words = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
      if (isIt(words.replaceAll('\0', ' '))) return Number(name);
    }
    return undefined;
  }
  const [program, args] = process.platform === 'win32'
    ? ['powershell', ['-NoProfile', '-Command', 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.CommandLine)" }']] as const
    : ['ps', ['-axo', 'pid=,command=']] as const;
  const text = await new Promise<string>((resolve) => execFile(program, args, { maxBuffer: 32 * 1024 * 1024 }, (_error, stdout) => resolve(stdout)));
  const found = text.split('\n').find((line) => isIt(line) && !line.includes('Get-CimInstance'));
  return found === undefined ? undefined : Number.parseInt(found, 10);
}

/** Reads a file that grows, whole lines at a time. */
export class GrowingFile {
  readonly #path: string;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The lines that came since the last time. */
  async lines(): Promise<readonly string[]> {
    const handle = await open(this.#path, 'r');
    try {
      const { size } = await handle.stat();
      if (size === this.#offset) return [];
      const buffer = Buffer.alloc(size - this.#offset);
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#offset);
      // A character may be cut in two: what stands behind the last line feed is read again.
      const end = buffer.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      this.#offset += end;
      this.#rest = buffer.subarray(end, bytesRead).toString('utf8');
      return end === 0 ? [] : buffer.subarray(0, end - 1).toString('utf8').split('\n');
    } finally {
      await handle.close();
    }
  }

  /** What stands behind the last line feed: of a file that does not grow any more, a line that was cut off. */
  get rest(): string {
    return this.#rest;
  }
}
