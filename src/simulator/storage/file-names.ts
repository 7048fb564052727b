import { failure, parameterError } from '../api/errors.ts';
import type { Storage, Volume } from '../state/cluster.ts';
import { hasContent, isFileBased } from '../state/storages.ts';
import { BACKUP, ISO, TEMPLATE } from './volume-names.ts';

/** Content that files can be brought in as. */
export type FileContent = 'iso' | 'vztmpl' | 'import';

/** Without folders, and with `_` for every character that Proxmox does not want in a file's name. */
export function normaliseFilename(filename: string): string {
  return filename.replace(/\n$/, '').replace(/^.*[/\\]/s, '').replace(/[^a-zA-Z0-9_.-]/g, '_');
}

/** @throws ApiError 400 when the name's end does not fit the content */
export function checkFilename(content: FileContent, filename: string): void {
  if (content === 'import') {
    if (!/^[\w.+=-]+\.(?:ova|qcow2|raw|vmdk)$/.test(filename)) throw parameterError({ filename: 'invalid filename or wrong extension' });
  } else if (!(content === 'iso' ? ISO : TEMPLATE).test(filename) || /^\.\w+$/.test(filename)) throw parameterError({ filename: 'wrong file extension' });
}

/** The format that lists give such a file (`get_subdir_files` of pve-storage). */
export function fileFormat(content: Volume['content'], filename: string): string {
  const end = /\.(\w+)$/.exec(filename)?.[1]?.toLowerCase() ?? '';
  if (content === 'snippets') return 'snippet';
  if (content === 'backup') return BACKUP.exec(filename)?.[1] ?? end;
  return content === 'vztmpl' ? (end === 'tar' ? end : `t${end}`) : content === 'iso' ? 'iso' : end;
}

/** @throws ApiError 500 with the given words unless files can be put there */
export function checkHasFiles(storage: Storage, message: string): void {
  if (!isFileBased(storage)) throw failure(message);
}

/** @throws ApiError 500 with the given words unless it may hold the content */
export function checkTakes(storage: Storage, content: Volume['content'], message: string): void {
  if (!hasContent(storage, content)) throw failure(message);
}
