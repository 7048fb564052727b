import { checkDeclared, decodeText, encodeText, findOption, type Options, type OptionTable, parseBoolean } from '../../pve/config/index.ts';
import type { LineProblem } from './section-config.ts';

/**
 * Reads a file of `<key>: <value>` lines (PVE::JSONSchema::parse_config): `datacenter.cfg` and the nodes' `config`. Comments are the
 * `description`. Unknown and faulty options are told and kept; lines that are no options are told and left out.
 */
export function parseOptionsFile(text: string, table: OptionTable): { options: Options; problems: LineProblem[] } {
  const options: Options = new Map();
  const problems: LineProblem[] = [];
  let notes: string | undefined;
  text.split('\n').forEach((raw, index) => {
    const line = raw.trim();
    const tell = (message: string): void => void problems.push({ line: index + 1, message });
    if (line === '') return;
    if (raw.startsWith('#')) notes = `${notes ?? ''}${decodeText(raw.slice(1))}\n`;
    else {
      const name = /^\S+?(?=:)/.exec(line)?.[0];
      if (name === undefined) return tell(`ignore config line: ${line}`);
      const value = line.slice(name.length + 1).trim();
      if (name === 'description') notes = `${notes ?? ''}${decodeText(value)}\n`;
      else setOption(options, table, name, value, tell);
    }
  });
  if (notes !== undefined) options.set('description', notes);
  return { options, problems };
}

function setOption(options: Options, table: OptionTable, name: string, value: string, tell: (message: string) => void): void {
  const option = findOption(table, name);
  const problem = option === undefined ? `unknown option '${name}'` : checkDeclared(option, name, value);
  if (problem !== undefined) tell(`parse error - '${name}': ${problem.trimEnd()}`);
  if (options.has(name)) tell(`'${name}' stands there already; the later line counts`);
  const boolean = option?.type === 'boolean' ? parseBoolean(value) : undefined;
  options.set(name, boolean === undefined ? value : boolean ? '1' : '0');
}

/**
 * Writes such a file: the description as comments, then the options by name.
 * @param between what stands between the two: an empty line in `datacenter.cfg`, nothing in a node's file
 * @throws RangeError for a value with a line feed, which would become another line
 */
export function printOptionsFile(options: Options, between: '\n' | ''): string {
  const { description = '', ...others } = Object.fromEntries(options);
  const notes = description.split('\n');
  while (notes.at(-1) === '') notes.pop();
  let file = notes.map((line) => `#${encodeText(line)}\n`).join('') + between;
  for (const name of Object.keys(others).sort()) {
    const value = others[name] ?? '';
    if (/[\n\r]/.test(value)) throw new RangeError(`detected invalid newline inside property '${name}'`);
    file += `${name}: ${value}\n`;
  }
  return file;
}
