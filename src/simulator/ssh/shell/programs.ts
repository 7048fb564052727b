import { haManager } from './ha-manager.ts';
import { type Program, type Run } from './program.ts';
import { qm } from './qm.ts';
import { pvesm } from './pvesm.ts';
import { cat, cut, echo, grep, remove, sed, tee, wordCount } from './text-programs.ts';

/** Folders that programs are found in by their whole path. */
const FOLDER = /^(?:\/usr)?\/s?bin\//;

/** Users but root may do with `sudo` whatever they like, without a password: as the provider's manual sets them up. */
function sudo({ args, run, error }: Run): number | Promise<number> {
  const words = args[0] === '-n' ? args.slice(1) : args;
  if (words.length > 0) return run(words, 'root');
  error('usage: sudo -h | -K | -k | -V\nusage: sudo [-ABbEHkNnPS] [command [arg ...]]\n');
  return 1;
}

function bash({ args, shell, error }: Run): number | Promise<number> {
  const [option, script] = args;
  if (option === '-c' && script !== undefined) return shell(script, '/bin/bash');
  error(option === '-c' ? '/bin/bash: -c: option requires an argument\n' : '/bin/bash: only -c is simulated\n');
  return 2;
}

function id({ args, user, out }: Run): number {
  const number = user === 'root' ? 0 : 1000;
  out(args[0] === '-u' || args[0] === '-g' ? `${number}\n` : args[0] === '-un' ? `${user}\n` : `uid=${number}(${user}) gid=${number}(${user}) groups=${number}(${user})\n`);
  return 0;
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '-eq': (a, b) => a === b, '-ne': (a, b) => a !== b, '-gt': (a, b) => a > b, '-ge': (a, b) => a >= b, '-lt': (a, b) => a < b, '-le': (a, b) => a <= b,
};

/** The conditions of one operator. */
function test({ args, host, error }: Run): number {
  const words = args.at(-1) === ']' ? args.slice(0, -1) : args;
  const [first = '', operator = '', last = ''] = words;
  if (words.length <= 1) return Number(first === '');
  if (words.length === 2) {
    const found = host.files.stat(operator);
    const holds = first === '!' ? operator === '' : first === '-z' ? operator === '' : first === '-n' ? operator !== '' : first === '-d' ? found?.isFolder === true : first === '-f' ? found?.isFolder === false : first === '-e' && found !== undefined;
    return Number(!holds);
  }
  if (operator === '=' || operator === '==') return Number(first !== last);
  if (operator === '!=') return Number(first === last);
  const compare = COMPARE[operator];
  const wrong = compare === undefined ? operator : [first, last].find((word) => !/^\s*[+-]?\d+\s*$/.test(word));
  if (compare !== undefined && wrong === undefined) return Number(!compare(Number(first), Number(last)));
  error(compare === undefined ? `[: ${wrong ?? ''}: binary operator expected\n` : `[: ${wrong ?? ''}: integer expression expected\n`);
  return 2;
}

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['[', test], ['test', test], ['true', () => 0], ['false', () => 1],
  ['bash', bash], ['sh', bash], ['sudo', sudo], ['id', id],
  ['whoami', ({ user, out }) => (out(`${user}\n`), 0)],
  ['hostname', ({ host, out }) => (out(`${host.node}\n`), 0)],
  ['echo', echo], ['cat', cat], ['grep', grep], ['cut', cut], ['wc', wordCount], ['tee', tee], ['sed', sed], ['rm', remove],
  ['pvesm', pvesm], ['qm', qm], ['ha-manager', haManager],
]);

/** The program of that name or path; undefined when the simulated node has none such. */
export function findProgram(name: string): Program | undefined {
  return PROGRAMS.get(name.replace(FOLDER, ''));
}
