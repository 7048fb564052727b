import ssh2 from 'ssh2';
import type { Attributes, SFTPWrapper } from 'ssh2';
import { posix } from 'node:path';
import { FileBuffer } from './file-buffer.ts';
import { FileError, type FileErrorCode } from './file-error.ts';
import { type FileStat, type NodeFiles, normal } from './node-files.ts';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
const STATUS: Readonly<Record<FileErrorCode, number>> = {
  ENOENT: STATUS_CODE.NO_SUCH_FILE, EACCES: STATUS_CODE.PERMISSION_DENIED, EISDIR: STATUS_CODE.FAILURE, ENOTDIR: STATUS_CODE.FAILURE, ENOSPC: STATUS_CODE.FAILURE,
};

type Handle = { readonly path: string; readonly content: FileBuffer; readonly writes: boolean } | { readonly path: string; names: string[] };

const attributes = ({ isFolder, size, mode, mtime }: FileStat): Attributes => ({ mode: (isFolder ? 0o040000 : 0o100000) | mode, size, uid: 0, gid: 0, atime: mtime, mtime });

/** Serves a node's files by SFTP version 3. A file that is written takes its place when it is closed. */
export function serveSftp(sftp: SFTPWrapper, files: NodeFiles, mayWrite: boolean): void {
  const handles = new Map<number, Handle>();
  let lastHandle = 0;

  const give = (id: number, handle: Handle): void => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(++lastHandle);
    handles.set(lastHandle, handle);
    sftp.handle(id, bytes);
  };
  const handleOf = (bytes: Buffer): Handle => {
    const handle = handles.get(bytes.length === 4 ? bytes.readUInt32BE(0) : -1);
    if (handle === undefined) throw new FileError('ENOENT');
    return handle;
  };
  /** Answers a request; what the files refuse becomes its status. */
  const answer = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      sftp.status(id, STATUS[error.code], error.message);
    }
  };
  const change = (id: number, work: () => void): void =>
    answer(id, () => {
      if (!mayWrite) throw new FileError('EACCES');
      work();
      sftp.status(id, STATUS_CODE.OK);
    });
  const stat = (id: number, path: string): void =>
    answer(id, () => {
      const found = files.stat(path);
      if (found === undefined) throw new FileError('ENOENT');
      sftp.attrs(id, attributes(found));
    });
  const setMode = (path: string, { mode }: Attributes): void => {
    if (typeof mode === 'number') files.changeMode(path, mode);
  };

  sftp.on('OPEN', (id, path, flags) =>
    answer(id, () => {
      const writes = (flags & OPEN_MODE.WRITE) !== 0;
      if (writes && !mayWrite) throw new FileError('EACCES');
      const exists = files.stat(path) !== undefined;
      if (!exists && (flags & OPEN_MODE.CREAT) === 0) throw new FileError('ENOENT');
      const content = new FileBuffer();
      const before = exists ? files.read(path) : content;
      if (writes && (flags & OPEN_MODE.TRUNC) === 0 && before.bytes !== undefined) content.write(0, before.bytes);
      if (writes && !exists) files.write(path, content);
      give(id, { path, content: writes ? content : before, writes });
    }));
  sftp.on('WRITE', (id, bytes, offset, data) =>
    change(id, () => {
      const handle = handleOf(bytes);
      if (!('content' in handle) || !handle.writes) throw new FileError('EACCES');
      handle.content.write(offset, data);
    }));
  sftp.on('READ', (id, bytes, offset, length) =>
    answer(id, () => {
      const handle = handleOf(bytes);
      if (!('content' in handle)) throw new FileError('EISDIR');
      const data = handle.content.read(offset, length);
      if (data.length === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, data);
    }));
  sftp.on('FSTAT', (id, bytes) =>
    answer(id, () => {
      const handle = handleOf(bytes);
      const found = files.stat(handle.path);
      if (found === undefined) throw new FileError('ENOENT');
      sftp.attrs(id, attributes('content' in handle && handle.writes ? { ...found, size: handle.content.size } : found));
    }));
  sftp.on('FSETSTAT', (id, bytes, wanted) =>
    change(id, () => {
      const handle = handleOf(bytes);
      if ('content' in handle && typeof wanted.size === 'number') handle.content.truncate(wanted.size);
      setMode(handle.path, wanted);
    }));
  sftp.on('CLOSE', (id, bytes) =>
    answer(id, () => {
      const handle = handleOf(bytes);
      handles.delete(bytes.readUInt32BE(0));
      if ('content' in handle && handle.writes) files.write(handle.path, handle.content);
      sftp.status(id, STATUS_CODE.OK);
    }));
  sftp.on('OPENDIR', (id, path) => answer(id, () => give(id, { path, names: files.list(path) })));
  sftp.on('READDIR', (id, bytes) =>
    answer(id, () => {
      const handle = handleOf(bytes);
      const names = 'names' in handle ? handle.names.splice(0, 100) : [];
      if (names.length === 0) return sftp.status(id, STATUS_CODE.EOF);
      sftp.name(id, names.flatMap((filename) => {
        const found = files.stat(posix.join(handle.path, filename));
        if (found === undefined) return [];
        const longname = `${found.isFolder ? 'd' : '-'}rw-r--r--    1 root     root     ${String(found.size).padStart(12)} ${filename}`;
        return [{ filename, longname, attrs: attributes(found) }];
      }));
    }));
  // As OpenSSH's server does; clients written with Go wait for it when they close.
  sftp.on('end', () => sftp.end());
  sftp.on('STAT', stat);
  sftp.on('LSTAT', stat);
  sftp.on('SETSTAT', (id, path, wanted) => change(id, () => setMode(path, wanted)));
  sftp.on('MKDIR', (id, path) => change(id, () => files.makeFolder(path)));
  sftp.on('REMOVE', (id, path) => change(id, () => files.remove(path)));
  sftp.on('REALPATH', (id, path) => {
    const filename = normal(path);
    sftp.name(id, [{ filename, longname: filename, attrs: {} as Attributes }]);
  });
  for (const request of ['RENAME', 'RMDIR', 'READLINK', 'SYMLINK', 'EXTENDED'] as const) sftp.on(request, (id: number) => sftp.status(id, STATUS_CODE.OP_UNSUPPORTED));
}
