import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface ProofRun {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Runs what `npm run import-proof` runs once a cluster is there. @param environment all of it */
export const runProof = (environment: NodeJS.ProcessEnv, ...args: string[]): Promise<ProofRun> => run('src/cli/import-proof.ts', environment, args);

/** Runs what `npm run import-proof` runs itself. */
export const runProofScript = (...args: string[]): Promise<ProofRun> => run('scripts/import-proof.mjs', process.env, args);

function run(module: string, env: NodeJS.ProcessEnv, args: readonly string[]): Promise<ProofRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${root}${module}`, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [text, errors] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, lines: text.split('\n').filter((line) => line !== ''), errors }));
  });
}
