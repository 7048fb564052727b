import { ApiError } from '../../api/errors.ts';
import type { Run } from './program.ts';

/** What a Proxmox command says and ends with when an operation refuses. */
export function refuse(run: Run, error: unknown, usage: string): number {
  if (!(error instanceof ApiError)) throw error;
  if (error.errors === undefined) {
    run.error(`${error.message}\n`);
    // Perl ends with the system's error number, which is 2 where a file is missing.
    return / does not exist$/.test(error.message) && error.message.startsWith('Configuration file') ? 2 : 255;
  }
  run.error(`${error.status} ${error.message}\n${Object.entries(error.errors).map(([name, text]) => `${name}: ${text.trimEnd()}\n`).join('')}${usage}\n`);
  return 255;
}

/** @returns the exit code for who is not root */
export function demandRootUser(run: Run): number | undefined {
  if (run.user === 'root') return undefined;
  run.error('please run as root\n');
  return 255;
}

/** `-name value` and `--name value` pairs (PVE::JSONSchema::get_options). */
export function readPairs(args: readonly string[]): { readonly options: Record<string, string>; readonly problem: string | undefined } {
  const options: Record<string, string> = {};
  for (let i = 0; i < args.length; i += 2) {
    const [, name, inline] = /^--?([a-z][\w-]*)(?:=(.*))?$/s.exec(args[i] ?? '') ?? [];
    if (name === undefined) return { options, problem: `400 unable to parse option '${args[i] ?? ''}'` };
    const value = inline ?? args[i + 1];
    if (inline !== undefined) i -= 1;
    if (value === undefined) return { options, problem: `Option ${name} requires an argument\n400 unable to parse option` };
    options[name] = value;
  }
  return { options, problem: undefined };
}
