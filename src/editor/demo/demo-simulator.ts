import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Disposable } from '../../base/index.ts';

/** What `simulator.js --json` prints as its first line. */
export interface RunningSimulator extends Disposable {
  readonly url: string;
  readonly fingerprint: string;
  readonly tokenId: string;
  readonly tokenSecret: string;
  /** Of root@pam. */
  readonly password: string;
  readonly sshNodes?: Readonly<Record<string, number>>;
  readonly sshFingerprint?: string;
  /** Resolves with the reason when the process ends, by itself or by `dispose`. */
  readonly ended: Promise<string>;
}

const startTimeout = 20_000;
/** Milliseconds that it may take to end by itself. */
const endTimeout = 2_000;

/**
 * Starts the simulator as a child process on a free port of this machine. It ends with `dispose()`, and when this process
 * ends in whatever way, because its standard input closes then.
 * @param entry absolute path of `simulator.js`
 * @param options of its command line, besides those
 * @throws Error with what the process wrote when it does not come up
 */
export async function startSimulator(entry: string, options: readonly string[] = []): Promise<RunningSimulator> {
  // In a desktop VS Code the host's executable is Electron, which is Node when told so; plain Node does not mind.
  const child = spawn(process.execPath, [entry, '--json', '--port', '0', ...options], {
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-4000)));
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve([`ended with ${signal ?? `exit code ${code}`}`, complaints.trim()].filter(Boolean).join(': ')));
  });
  // Writing to a child that is gone must not end the host.
  child.stdin.on('error', () => undefined);
  const dispose = (): void => {
    child.stdin.end();
    child.kill();
    const timer = setTimeout(() => child.kill('SIGKILL'), endTimeout);
    timer.unref();
    void ended.then(() => clearTimeout(timer));
  };
  try {
    const line = await firstLine(child.stdout, ended);
    return { ...(JSON.parse(line) as Omit<RunningSimulator, 'ended' | 'dispose'>), ended, dispose };
  } catch (error) {
    dispose();
    throw new Error(`The simulator did not start: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function firstLine(output: NodeJS.ReadableStream, ended: Promise<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${startTimeout / 1000} seconds`)), startTimeout);
    createInterface(output).once('line', (line) => {
      clearTimeout(timer);
      resolve(line);
    });
    void ended.then((reason) => {
      clearTimeout(timer);
      reject(new Error(reason));
    });
  });
}
