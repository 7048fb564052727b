import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../src/simulator/main.ts', import.meta.url));

export interface SpawnedSimulator {
  readonly url: string;
  /** SHA-256 of the certificate. */
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly tokenSecret: string;
  readonly user: string;
  readonly password: string;
  /** With `--ssh-port`: the first node's port, the host key's fingerprint, and every node's port. */
  readonly sshPort?: number;
  readonly sshFingerprint?: string;
  readonly sshNodes?: Readonly<Record<string, number>>;
  readonly process: ChildProcess;
  /** Milliseconds from spawning to the first line. */
  readonly startedIn: number;
  /** What it has written to its standard error so far. */
  errors(): string;
  /** Closes its standard input, as an editor that ends does, and waits for its end. */
  stop(): Promise<void>;
}

/** The simulator as a process of its own, from the sources, on a free port. */
export async function spawnSimulator(...args: string[]): Promise<SpawnedSimulator> {
  const begin = performance.now();
  const child = spawn(process.execPath, [main, '--json', '--port', '0', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = new Promise<undefined>((resolve) => child.on('exit', () => resolve(undefined)));
  const first = await Promise.race([new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve)), exited]);
  if (first === undefined) throw new Error(`The simulator did not start: ${errors}`);
  const told = JSON.parse(first) as Omit<SpawnedSimulator, 'process' | 'startedIn' | 'errors' | 'stop'>;
  return {
    ...told,
    process: child,
    startedIn: performance.now() - begin,
    errors: () => errors,
    async stop() {
      child.stdin.end();
      await exited;
    },
  };
}
