import { readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { type CodeText, textsIn } from './texts.ts';

/** Some file of code and the folder of the module that it is of. */
export interface ModuleCode {
  readonly module: string;
  readonly text: string;
}

/** More is not looked through for the sake of one pattern. */
const MOST_ENTRIES = 2000;
/** What the code may name and nobody edits: what `init` made, states and their locks. */
const NOT_EDITED = /^(?:\.terraform|\.git|node_modules|.*\.tfstate(?:\..*)?|\.terraform\.tfstate.*)$/;
/** Of a pattern: what is not known. */
const ANY = '\0';

/**
 * Files that code reads (`file`, `templatefile`, `filebase64`, `source_file { path }`, …): every text in it that is the path of one, since the path may
 * come from a local value or a variable as well. Where a part of the path is worked out, all files that it may be; of those outside the project and
 * the module, only what is named to the letter.
 * @param folder of the project, which Terraform runs in
 * @returns absolute paths
 */
export async function namedFiles(folder: string, code: readonly ModuleCode[]): Promise<readonly string[]> {
  const entries = new Map(await Promise.all([...new Set([folder, ...code.map(({ module }) => module)])].map(async (each) => [each, new Set(await readdir(each).catch(() => []))] as const)));
  // Most texts are no paths, which need not be asked of the disk one by one.
  const mayBe = (path: string): boolean => path.includes(ANY) || [...entries].every(([base, names]) => !path.startsWith(base + sep) || names.has(path.slice(base.length + 1).split(sep, 1)[0] ?? ''));
  const wanted = code.flatMap(({ module, text }) => textsIn(text).flatMap((found) => [...pathsOf(found, folder, module), ...setsOf(found, text, folder, module)])).filter(mayBe);
  const files = await Promise.all([...new Set(wanted)].map((path) => (path.includes(ANY) ? matching(path, [folder, ...code.map(({ module }) => module)]) : existing(path))));
  return [...new Set(files.flat())];
}

/** What a text may mean as a path: as seen from the folder that Terraform runs in, and, as part of one, from the module. */
function pathsOf({ pieces }: CodeText, folder: string, module: string): readonly string[] {
  const path = pieces.map((piece) => (typeof piece === 'string' ? piece : (knownFolder(piece.expression, folder, module) ?? ANY))).join('');
  if (path === '' || path.length > 1000 || /[\n\r]|:\/\//.test(path) || path.startsWith(ANY)) return [];
  const full = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  return isAbsolute(full) ? [resolve(full)] : [resolve(folder, full), resolve(module, full)];
}

function knownFolder(expression: string, folder: string, module: string): string | undefined {
  if (expression === 'path.module') return module;
  return expression === 'path.root' || expression === 'path.cwd' ? folder : undefined;
}

const FILESET = /\bfileset\(\s*(?:"(?:\$\{(path\.\w+)\}\/?)?([^"$\n]*)"|(path\.\w+))\s*,\s*$/;

/** `fileset(folder, "*.yml")` */
function setsOf({ pieces, start }: CodeText, code: string, folder: string, module: string): readonly string[] {
  const [called, from, below = '', whole] = FILESET.exec(code.slice(Math.max(0, start - 300), start)) ?? [];
  if (called === undefined) return [];
  const base = from ?? whole;
  const at = resolve((base === undefined ? undefined : knownFolder(base, folder, module)) ?? folder, below);
  const pattern = pieces.map((piece) => (typeof piece === 'string' ? piece.replaceAll(/\*+|\?|\{[^}]*\}|\[[^\]]*\]/g, ANY) : ANY)).join('');
  return [join(at, pattern)];
}

async function existing(path: string): Promise<string[]> {
  return (await stat(path).catch(() => undefined))?.isFile() === true ? [path] : [];
}

/** Files below a folder whose paths fit; only below one of the folders that the code itself is in. */
async function matching(pattern: string, within: readonly string[]): Promise<string[]> {
  const known = pattern.slice(0, pattern.indexOf(ANY));
  const top = known.endsWith(sep) ? known.slice(0, -1) : dirname(known);
  if (!within.some((each) => !relative(each, top).startsWith('..') && !isAbsolute(relative(each, top)))) return [];
  const fits = new RegExp(`^${pattern.split(ANY).map((piece) => piece.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join('.*')}$`);
  const found: string[] = [];
  let seen = 0;
  const walk = async (at: string): Promise<void> => {
    for (const entry of await readdir(at, { withFileTypes: true }).catch(() => [])) {
      if (NOT_EDITED.test(entry.name) || ++seen > MOST_ENTRIES) continue;
      const path = join(at, entry.name);
      if (entry.isDirectory()) await walk(path);
      else if (fits.test(path)) found.push(path);
    }
  };
  await walk(top);
  return found;
}
