// Child processes that are told apart by what went wrong.
import { spawn } from 'node:child_process';

/**
 * Runs a command to its end, its output hidden unless it fails.
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, what: string, advice?: string }} options
 *   `what` completes the sentence "… failed"; `advice` says what to do then.
 */
export function run(command, args, { cwd, env, what, advice }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    const keep = (chunk) => {
      output.push(chunk);
      if (output.length > 2000) output.shift();
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => reject(new Error(`${what} failed: ${error.message}.${advice ? ` ${advice}` : ''}`)));
    child.on('close', (code, signal) => {
      const text = Buffer.concat(output).toString();
      if (code === 0) resolve(text);
      else {
        const tail = text.trimEnd().split('\n').slice(-40).join('\n');
        reject(new Error(`${what} failed (${signal ?? `exit code ${code}`}).${advice ? ` ${advice}` : ''}\n${tail}`));
      }
    });
  });
}

/** Prints a line when something slow begins and how long it took when it ends. */
export async function step(text, work) {
  const started = Date.now();
  process.stderr.write(`  ${text} …`);
  try {
    const result = await work();
    process.stderr.write(` ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stderr.write(' failed\n');
    throw error;
  }
}
