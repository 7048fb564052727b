import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { moduleFolders } from './installed-modules.ts';
import { namedFiles } from './named-files.ts';
import { isAutomaticVariables, isCode } from './project.ts';

/** SHA-256 of files, by their paths as seen from the project. */
export type CodeFiles = Readonly<Record<string, string>>;

/** Which providers in which versions: what is in it decides what a plan does, as code does. */
const LOCK = '.terraform.lock.hcl';

/** Bytes of a file that is read as a whole; of a larger one, an image for instance, size and time have to do. */
const MOST_READ = 16 * 1024 ** 2;

/**
 * All that a plan is made from and that somebody may edit: the code of the project and of its modules, the variables files, and the files that the code
 * names.
 * @param variableFiles those that are named beside the ones which Terraform reads by itself
 */
export async function codeFiles(folder: string, environment: NodeJS.ProcessEnv, variableFiles: readonly string[]): Promise<CodeFiles> {
  const root = resolve(folder);
  const folders = new Set([root, ...(await moduleFolders(root, environment))]);
  const found = await Promise.all([...folders].map(async (each) => {
    const names = await readdir(each).catch(() => []);
    const own = (name: string): boolean => each === root && (name === LOCK || isAutomaticVariables(name));
    return names.filter((name) => isCode(name) || own(name)).map((name) => ({ module: each, file: join(each, name) }));
  }));
  const written = [...found.flat(), ...variableFiles.map((file) => ({ module: root, file: resolve(folder, file) }))];
  const contents = new Map(await Promise.all(written.map(async ({ file }) => [file, await readFile(file).catch(() => undefined)] as const)));
  const code = written.filter(({ file }) => !file.endsWith(LOCK)).map(({ module, file }) => ({ module, text: contents.get(file)?.toString() ?? '' }));
  const files = new Set([...contents.keys(), ...(await namedFiles(root, code))]);
  const read = await Promise.all([...files].map(async (file) => {
    const content = await fingerprint(file, contents.get(file)).catch(() => undefined);
    return content === undefined ? [] : [[relative(folder, file).split(sep).join('/'), content] as const];
  }));
  return Object.fromEntries(read.flat().sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** @param content where it has been read already */
async function fingerprint(file: string, content?: Buffer): Promise<string> {
  if (content !== undefined) return createHash('sha256').update(content).digest('hex');
  const { size, mtimeMs } = await stat(file);
  return createHash('sha256').update(size > MOST_READ ? `${String(size)} ${String(mtimeMs)}` : await readFile(file)).digest('hex');
}

/** Files that came, went, or say something else. */
export function changedFiles(then: CodeFiles, now: CodeFiles): readonly string[] {
  return [...new Set([...Object.keys(then), ...Object.keys(now)])].filter((file) => then[file] !== now[file]).sort();
}
