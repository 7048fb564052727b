import type { Answering } from './call-agent.ts';

/** What a program leaves behind. */
export interface Outcome {
  readonly exitcode: number;
  readonly out: string;
  readonly err: string;
}

type Program = (found: Answering, words: readonly string[], input: string) => Outcome;

const succeeds = (out: string): Outcome => ({ exitcode: 0, out, err: '' });

const OS_NAME: Readonly<Record<string, (os: Readonly<Record<string, string>>, hostname: string) => string>> = {
  '-s': () => 'Linux',
  '-n': (_, hostname) => hostname,
  '-r': (os) => os['kernel-release'] ?? '',
  '-m': (os) => os['machine'] ?? '',
  '-a': (os, hostname) => ['Linux', hostname, os['kernel-release'], os['kernel-version'], os['machine'], 'GNU/Linux'].join(' '),
};

/** The few programs that the simulated systems have; what they tell follows from what the agent knows. */
const PROGRAMS: Readonly<Record<string, Program>> = {
  true: () => succeeds(''),
  false: () => ({ exitcode: 1, out: '', err: '' }),
  echo: (_, words) => succeeds(`${words.join(' ')}\n`),
  hostname: ({ agent }) => succeeds(`${agent.hostname}\n`),
  whoami: () => succeeds('root\n'),
  id: () => succeeds('uid=0(root) gid=0(root) groups=0(root)\n'),
  pwd: () => succeeds('/\n'),
  uname: ({ agent }, words) => {
    const print = OS_NAME[words[0] ?? '-s'];
    return print === undefined ? { exitcode: 1, out: '', err: `uname: invalid option '${words[0] ?? ''}'\n` } : succeeds(`${print(agent.osInfo, agent.hostname)}\n`);
  },
  cat: ({ agent }, words, input) => {
    if (words.length === 0) return succeeds(input);
    const missing = words.filter((path) => !agent.files.has(path));
    return {
      exitcode: missing.length > 0 ? 1 : 0,
      out: words.map((path) => agent.files.get(path) ?? '').join(''),
      err: missing.map((path) => `cat: ${path}: No such file or directory\n`).join(''),
    };
  },
  ls: ({ agent }, words) => {
    const names = [...agent.files.keys()].filter((path) => path.startsWith(words.at(-1) ?? '/'));
    return names.length > 0 ? succeeds(`${names.sort().join('\n')}\n`) : { exitcode: 2, out: '', err: `ls: cannot access '${words.at(-1) ?? ''}': No such file or directory\n` };
  },
};

const baseName = (path: string): string => path.split('/').at(-1) ?? path;

/** A shell runs its `-c` command, word by word, and knows no more programs than there are. */
function shell(found: Answering, path: string, words: readonly string[], input: string): Outcome {
  const command = words[0] === '-c' ? (words[1] ?? '') : input;
  let last = succeeds('');
  let out = '';
  let err = '';
  for (const line of command.split(/\n|;/)) {
    const [name, ...rest] = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'));
    if (name === undefined) continue;
    const program = PROGRAMS[baseName(name)];
    last = program === undefined ? { exitcode: 127, out: '', err: `${baseName(path)}: 1: ${name}: not found\n` } : program(found, rest, '');
    out += last.out;
    err += last.err;
  }
  return { exitcode: last.exitcode, out, err };
}

/** Runs a program in the guest; undefined when it has no such one. */
export function execute(found: Answering, path: string, words: readonly string[], input: string): Outcome | undefined {
  const name = baseName(path);
  if (/^(?:ba|da)?sh$/.test(name)) return shell(found, path, words, input);
  return PROGRAMS[name]?.(found, words, input);
}
