import type { Machine } from '../machine.ts';
import { filesOf, folder, resolvePath } from './files.ts';

/** Where a command runs. */
export interface ShellState {
  readonly machine: Machine;
  /** Working directory. */
  cwd: string;
  columns: number;
  rows: number;
}

/** What a command does: lines that end with `\n`. */
type Command = (state: ShellState, words: readonly string[]) => string;

const MiB = 1024 ** 2;
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** `14:05:09` in UTC. */
export const timeOfDay = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(11, 19);

/** As `date` prints it: `Sat Nov 21 09:30:00 UTC 2026`. */
export function dateText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${timeOfDay(milliseconds)} UTC ${date.getUTCFullYear()}`;
}

function uptime({ machine }: ShellState): string {
  const seconds = Math.max(0, Math.floor(machine.now() / 1000) - machine.bootedAt());
  const days = Math.floor(seconds / 86_400);
  const [hours, minutes] = [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  return ` ${timeOfDay(machine.now())} up ${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${hours}:${two(minutes)},  1 user,  load average: 0.08, 0.11, 0.09\n`;
}

function free({ machine: { memory } }: ShellState): string {
  const cells = (...values: readonly (number | string)[]): string => values.map((value) => String(value).padStart(12)).join('');
  const total = Math.round(memory.total / MiB);
  const used = Math.round(memory.used / MiB);
  return `      ${cells('total', 'used', 'free', 'available')}   (MiB)\nMem:  ${cells(total, used, total - used, total - used)}\nSwap: ${cells(512, 0, 512, '')}\n`;
}

function df({ machine: { disk } }: ShellState): string {
  const kib = (bytes: number): string => String(Math.round(bytes / 1024)).padStart(12);
  return `${'Filesystem'.padEnd(36)}${'1K-blocks'.padStart(12)}${'Used'.padStart(12)}${'Available'.padStart(12)} Use% Mounted on\n${disk.device.padEnd(36)}${kib(disk.total)}${kib(disk.used)}${kib(disk.total - disk.used)} ${String(Math.ceil((100 * disk.used) / disk.total)).padStart(3)}% /\n`;
}

function ip({ machine }: ShellState, words: readonly string[]): string {
  if (!/^(?:a|addr|address)$/.test(words[0] ?? '')) return 'Usage: ip a\n';
  const loopback = '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\n    link/loopback 00:00:00:00:00:00\n    inet 127.0.0.1/8 scope host lo\n';
  return loopback + machine.interfaces.map(({ name, mac, address }, index) =>
    `${index + 2}: ${name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n    link/ether ${mac}\n${address === undefined ? '' : `    inet ${address} scope global ${name}\n`}`).join('');
}

function ls(state: ShellState, words: readonly string[]): string {
  const [path = '.'] = words.filter((word) => !word.startsWith('-'));
  const absolute = resolvePath(state.cwd, path);
  const names = folder(absolute);
  if (names === undefined) return Object.hasOwn(filesOf(state.machine), absolute) ? `${path}\n` : `ls: cannot access '${path}': No such file or directory\n`;
  if (!words.some((word) => /^-\w*l/.test(word))) return names.length === 0 ? '' : `${names.join('  ')}\n`;
  const files = filesOf(state.machine);
  return names.map((name) => {
    const file = files[resolvePath(absolute, name)];
    return `${file === undefined ? 'drwxr-xr-x' : '-rw-r--r--'} 1 root root ${String(file?.length ?? 4096).padStart(6)} Nov 21  2026 ${name}\n`;
  }).join('');
}

function cat(state: ShellState, words: readonly string[]): string {
  return words.map((word) => {
    const path = resolvePath(state.cwd, word);
    return filesOf(state.machine)[path] ?? `cat: ${word}: ${folder(path) === undefined ? 'No such file or directory' : 'Is a directory'}\n`;
  }).join('');
}

function cd(state: ShellState, [path = '~']: readonly string[]): string {
  const absolute = resolvePath(state.cwd, path);
  if (folder(absolute) === undefined) return `-bash: cd: ${path}: No such file or directory\n`;
  state.cwd = absolute;
  return '';
}

function uname({ machine }: ShellState, words: readonly string[]): string {
  if (words.includes('-a')) return `Linux ${machine.hostname} ${machine.kernel} #1 SMP PREEMPT_DYNAMIC x86_64 GNU/Linux\n`;
  return words.includes('-r') ? `${machine.kernel}\n` : 'Linux\n';
}

/** Everything the shell knows but `exit`, `clear` and `ping`, which are the terminal's own. */
const COMMANDS: Readonly<Record<string, Command>> = {
  cat,
  cd,
  date: ({ machine }) => `${dateText(machine.now())}\n`,
  df,
  echo: (_, words) => `${words.join(' ').replaceAll(/["']/g, '')}\n`,
  free,
  help: () => `Simulated shell. Commands: ${[...Object.keys(COMMANDS), 'clear', 'exit', 'ping'].sort().join(' ')}\n`,
  hostname: ({ machine }) => `${machine.hostname}\n`,
  id: () => 'uid=0(root) gid=0(root) groups=0(root)\n',
  ip,
  ls,
  nproc: ({ machine }) => `${machine.cpus}\n`,
  pwd: ({ cwd }) => `${cwd}\n`,
  stty: ({ columns, rows }, words) => (words[0] === 'size' ? `${rows} ${columns}\n` : `speed 38400 baud; rows ${rows}; columns ${columns};\n`),
  uname,
  uptime,
  whoami: () => 'root\n',
};

/** Runs a line. */
export function runCommand(state: ShellState, name: string, words: readonly string[]): string {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  return command === undefined ? `-bash: ${name}: command not found\n` : command(state, words);
}
