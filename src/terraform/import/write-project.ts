import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectFiles } from './source.ts';

/** A file of the folder that says something else than the project has for it. */
export interface InTheWay {
  readonly name: string;
  readonly path: string;
}

/**
 * The files that writing the project would overwrite with another text.
 * @throws what the file system says, unless a file is not there
 */
export async function inTheWay({ files }: Pick<ProjectFiles, 'files'>, folder: string): Promise<InTheWay[]> {
  const found = await Promise.all(
    [...files].map(async ([name, text]): Promise<InTheWay[]> => {
      const path = join(folder, name);
      const there = await textOf(path);
      return there === undefined || there === text ? [] : [{ name, path }];
    }),
  );
  return found.flat();
}

/**
 * Writes the project, and makes the folder if need be. Nothing at all is written when that would overwrite something unasked, and nothing new is
 * left when some of it cannot be written: half a project says that the rest is not there.
 * @param overwrite whether files that say something else may be overwritten
 * @returns the files in the way; empty when the project is written
 * @throws what the file system says
 */
export async function writeProject(project: Pick<ProjectFiles, 'files'>, folder: string, overwrite = false): Promise<readonly InTheWay[]> {
  const others = overwrite ? [] : await inTheWay(project, folder);
  if (others.length > 0) return others;
  await mkdir(folder, { recursive: true });
  const made: string[] = [];
  const ended = await Promise.allSettled([...project.files].map(async ([name, text]) => {
    const path = join(folder, name);
    const there = await textOf(path);
    if (there === text) return;
    const file = await open(path, there === undefined ? 'wx' : 'w');
    if (there === undefined) made.push(path);
    await file.writeFile(text).finally(() => file.close());
  }));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed === undefined) return [];
  await Promise.all(made.map((path) => rm(path, { force: true })));
  throw failed.reason;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
