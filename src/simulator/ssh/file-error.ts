export type FileErrorCode = 'ENOENT' | 'EACCES' | 'EISDIR' | 'ENOTDIR' | 'ENOSPC';
const WORDS: Readonly<Record<FileErrorCode, string>> = { ENOENT: 'No such file or directory', EACCES: 'Permission denied', EISDIR: 'Is a directory', ENOTDIR: 'Not a directory', ENOSPC: 'No space left on device' };

/** What the system says when a file cannot be used; the message is in the C library's words. */
export class FileError extends Error {
  readonly code: FileErrorCode;

  constructor(code: FileErrorCode) {
    super(WORDS[code]);
    this.code = code;
  }
}
