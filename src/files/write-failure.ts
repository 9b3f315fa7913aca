import { dirname } from 'node:path';

/** Explains in one line that names the file why it could not be written; other errors stay as they are. */
export function writeFailure(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: `the folder ${dirname(path)} does not exist; create it first`,
    ENOTDIR: `${dirname(path)} is not a folder`,
    EFBIG: 'the file is larger than this disk allows',
    EACCES: `no permission to write into ${dirname(path)}`,
    EPERM: `no permission to write into ${dirname(path)}`,
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full; free some space or write elsewhere',
    EDQUOT: 'the disk quota is used up; free some space or write elsewhere',
    ENAMETOOLONG: 'the file name is too long',
  };
  const reason = reasons[code];
  return reason ? new Error(`${path}: cannot be written: ${reason} (${code})`, { cause: error }) : error;
}

/** Runs something that writes a file at once. @throws Error as writeFailure() explains it */
export function writing<Result>(path: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    throw writeFailure(path, error);
  }
}
