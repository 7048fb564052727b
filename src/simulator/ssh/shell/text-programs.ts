import { FileBuffer } from '../file-buffer.ts';
import { FileError } from '../file-error.ts';
import { inputLines, type Run } from './program.ts';

/** Ends a program as the system's own words have it when a file cannot be used. @param told what stands before the error's words */
function withFiles(run: Run, told: string, work: () => number): number {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    run.error(`${told}: ${error.message}\n`);
    return 1;
  }
}

/** Folders that only root may write to. */
const demandRoot = ({ user }: Run, path: string): void => {
  if (user !== 'root' && !/^\/(?:tmp|var\/tmp|home)\//.test(path)) throw new FileError('EACCES');
};

export function echo({ args, out }: Run): number {
  const bare = args[0] === '-n';
  out(`${args.slice(bare ? 1 : 0).join(' ')}${bare ? '' : '\n'}`);
  return 0;
}

export async function cat(run: Run): Promise<number> {
  if (run.args.length === 0) {
    run.out((await run.input()).bytes ?? '');
    return 0;
  }
  return run.args.reduce((code, path) => Math.max(code, withFiles(run, `cat: ${path}`, () => (run.out(run.host.files.read(path).bytes ?? ''), 0))), 0);
}

/** Writes its input to a file and on; `-a` behind what is there. */
export async function tee(run: Run): Promise<number> {
  const appends = run.args[0] === '-a';
  const input = await run.input();
  if (input.bytes !== undefined) run.out(input.bytes);
  const { files } = run.host;
  return run.args.slice(appends ? 1 : 0).reduce((code, path) => Math.max(code, withFiles(run, `tee: ${path}`, () => {
    demandRoot(run, path);
    const before = appends && files.stat(path) !== undefined ? (files.read(path).bytes ?? Buffer.alloc(0)) : Buffer.alloc(0);
    files.write(path, before.length === 0 ? input : FileBuffer.of(Buffer.concat([before, input.bytes ?? Buffer.alloc(0)])));
    return 0;
  })), 0);
}

/** `sed -i '/pattern/d' FILE`, and without `-i` to standard output: the one edit that scripts for nodes make. */
export function sed(run: Run): number {
  const { args, host, out, error } = run;
  const inPlace = args[0] === '-i';
  const [expression = '', path = ''] = args.slice(inPlace ? 1 : 0);
  const pattern = /^\/(.*)\/d$/.exec(expression)?.[1];
  if (pattern === undefined) {
    error(`sed: -e expression #1: only '/pattern/d' is simulated, not '${expression}'\n`);
    return 1;
  }
  if (host.files.stat(path) === undefined) {
    error(`sed: can't read ${path}: No such file or directory\n`);
    return 2;
  }
  return withFiles(run, `sed: couldn't open file ${path}`, () => {
    if (inPlace) demandRoot(run, path);
    const kept = (host.files.read(path).bytes?.toString('utf8') ?? '').split('\n').filter((line) => !new RegExp(pattern).test(line)).join('\n');
    if (inPlace) host.files.write(path, FileBuffer.of(kept));
    else out(kept);
    return 0;
  });
}

/** Lines with a match; `-v` those without, `-q` none, `-c` their number. */
export async function grep(run: Run): Promise<number> {
  const options = run.args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join('');
  const [pattern = '', path] = run.args.filter((arg) => !/^-[a-zA-Z]+$/.test(arg));
  const lines = path === undefined ? await inputLines(run) : run.host.files.stat(path) === undefined ? undefined : (run.host.files.read(path).bytes?.toString('utf8') ?? '').replace(/\n$/, '').split('\n');
  if (lines === undefined) {
    run.error(`grep: ${path ?? ''}: No such file or directory\n`);
    return 2;
  }
  const matcher = new RegExp(options.includes('F') ? pattern.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : pattern, options.includes('i') ? 'i' : '');
  const found = lines.filter((line) => matcher.test(line) !== options.includes('v'));
  if (options.includes('c')) run.out(`${found.length}\n`);
  else if (!options.includes('q')) run.out(found.map((line) => `${line}\n`).join(''));
  return Number(found.length === 0);
}

/** `cut -d CHARACTER -f NUMBER`. */
export async function cut(run: Run): Promise<number> {
  const value = (option: string): string | undefined => {
    const index = run.args.findIndex((arg) => arg.startsWith(option));
    const arg = run.args[index];
    return arg === undefined ? undefined : arg === option ? run.args[index + 1] : arg.slice(option.length);
  };
  const delimiter = value('-d') ?? '\t';
  const field = Number(value('-f'));
  if (!(field >= 1)) {
    run.error("cut: you must specify a list of bytes, characters, or fields\nTry 'cut --help' for more information.\n");
    return 1;
  }
  // Lines without the delimiter are passed on whole.
  for (const line of await inputLines(run)) run.out(`${line.includes(delimiter) ? (line.split(delimiter)[field - 1] ?? '') : line}\n`);
  return 0;
}

export async function wordCount(run: Run): Promise<number> {
  const input = await run.input();
  const text = input.bytes?.toString('utf8') ?? '';
  const lines = text.split('\n').length - 1;
  run.out(run.args[0] === '-l' ? `${lines}\n` : run.args[0] === '-c' ? `${input.size}\n` : `${String(lines).padStart(7)} ${String(text.split(/\s+/).filter(Boolean).length).padStart(7)} ${String(input.size).padStart(7)}\n`);
  return 0;
}

export function remove(run: Run): number {
  const force = run.args.some((arg) => /^-\w*f/.test(arg));
  return run.args.filter((arg) => !arg.startsWith('-')).reduce((code, path) => {
    if (force && run.host.files.stat(path) === undefined) return code;
    return Math.max(code, withFiles(run, `rm: cannot remove '${path}'`, () => {
      demandRoot(run, path);
      run.host.files.remove(path);
      return 0;
    }));
  }, 0);
}
