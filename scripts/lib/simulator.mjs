// The embedded cluster as a child process.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { node24 } from './paths.mjs';

/**
 * Starts a simulator and resolves with the first line it prints. It ends with `stop()`, and when this process ends,
 * because its standard input closes then.
 * @param {string} entry the simulator's main module, built or source
 * @returns {Promise<{ url: string, fingerprint: string, tokenId: string, tokenSecret: string, user: string, password: string, sshNodes?: Record<string, number>, sshFingerprint?: string, errors(): string, stop(): Promise<void> }>}
 */
export async function startSimulator(entry, args = []) {
  const child = spawn(node24, [entry, '--json', '--port', '0', ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const errors = [];
  child.stderr.setEncoding('utf8').on('data', (text) => errors.push(text));
  const exited = new Promise((resolve) => child.on('exit', resolve));
  const first = await Promise.race([new Promise((resolve) => createInterface(child.stdout).once('line', resolve)), exited]);
  if (typeof first !== 'string') throw new Error(`The simulator did not start.\n${errors.join('')}`);
  return {
    ...JSON.parse(first),
    errors: () => errors.join(''),
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
