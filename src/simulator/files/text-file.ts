import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** Proxmox's own file system holds no file over 1 MiB; copies that were filled by hand may be larger, within reason. */
const LARGEST = 32 * 1024 * 1024;

/** What reading gives: `text` undefined when there is no such file or it is not to be used; `problem` then says why, if it is there. */
export interface TextFile {
  readonly text: string | undefined;
  readonly problem?: { readonly line: number; readonly message: string };
}

const unusable = (message: string, line = 0): TextFile => ({ text: undefined, problem: { line, message } });

/** Whether a path, all links followed, is in the folder (itself without links). */
export async function staysInside(folder: string, path: string): Promise<boolean> {
  const real = await realpath(path);
  return real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** In words what a system error means for a file or folder. */
export function describeError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return code === 'ELOOP' ? 'symbolic links lead in a circle' : message;
}

/**
 * Reads a text file of the folder. Links are followed only inside the folder; devices, pipes, files over 32 MiB and binary files are
 * refused. Bytes that are not UTF-8 are told and replaced.
 * @param folder real path of the folder
 * @param file path in it, with `/`
 */
export async function readTextFile(folder: string, file: string): Promise<TextFile> {
  const path = join(folder, file);
  let bytes: Buffer;
  try {
    if ((await lstat(path)).isSymbolicLink()) {
      const found = await stat(path).catch((error: unknown) => ((error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : Promise.reject(error as Error)));
      if (found === undefined) return unusable('a symbolic link to nothing');
    }
    if (!(await staysInside(folder, path))) return unusable('a symbolic link that leads out of the folder; not followed');
    const { size, ...kind } = await stat(path).then((found) => ({ size: found.size, file: found.isFile(), directory: found.isDirectory() }));
    if (!kind.file) return unusable(kind.directory ? 'a folder where a file is expected' : 'not a regular file');
    if (size > LARGEST) return unusable(`too large: ${size} bytes, at most ${LARGEST} are read`);
    bytes = await readFile(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR'
      ? { text: undefined }
      : unusable(describeError(error));
  }
  const nul = bytes.indexOf(0);
  if (nul >= 0) return unusable('binary data, not a text file', lineAt(bytes, nul));
  const text = bytes.toString('utf8');
  if (!text.includes('\uFFFD')) return { text };
  const line = text.slice(0, text.indexOf('\uFFFD')).split('\n').length;
  // A replacement character that really stands there is as good as any other.
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { text, problem: { line, message: 'bytes that are not UTF-8 text' } };
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (let at = bytes.indexOf(10); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line += 1;
  return line;
}
