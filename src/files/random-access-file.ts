import { type FileHandle, open, stat } from 'node:fs/promises';

/** Longest single read: the system call takes less than 2^31 bytes. */
const maxReadBytes = 2 ** 28;

/** A file read in ranges; every range is checked against the file's size before memory is taken for it. */
export interface RandomAccessFile {
  readonly path: string;
  readonly size: number;
  /** Fills `target` with the bytes from `position` on. */
  readInto(target: Uint8Array, position: number): Promise<void>;
  read(position: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

export async function openFile(path: string): Promise<RandomAccessFile> {
  // Checked before opening: opening a named pipe would wait for a writer.
  if (!(await stat(path)).isFile()) throw new Error(`${path} is not a regular file`);
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  const readInto = async (target: Uint8Array, position: number) => {
    expectRange(path, size, { position, length: target.length });
    await readFully(handle, path, { target, position });
  };
  return {
    path,
    size,
    readInto,
    read: async (position, length) => {
      expectRange(path, size, { position, length });
      const bytes = new Uint8Array(length);
      await readInto(bytes, position);
      return bytes;
    },
    close: () => handle.close(),
  };
}

/** Runs `use` on the opened file, whose result keeps it open. If it fails, the file is closed and the error names it. */
export async function withFile<Result>(
  path: string,
  use: (file: RandomAccessFile) => Promise<Result>,
): Promise<Result> {
  const file = await openFile(path);
  try {
    return await use(file);
  } catch (error) {
    await file.close();
    const { message } = error as Error;
    throw message.startsWith(path) ? error : new Error(`${path}: ${message}`, { cause: error });
  }
}

/** Runs `use` on the opened file and closes it. Errors name the file. */
export function useFile<Result>(path: string, use: (file: RandomAccessFile) => Promise<Result>): Promise<Result> {
  return withFile(path, async (file) => {
    const result = await use(file);
    await file.close();
    return result;
  });
}

function expectRange(path: string, size: number, range: { position: number; length: number }): void {
  const { position, length } = range;
  const valid = Number.isSafeInteger(position) && Number.isSafeInteger(length) && position >= 0 && length >= 0;
  if (valid && position + length <= size) return;
  throw new Error(
    `${path}: bytes ${position} to ${position + length} are expected, but the file has ${size}; was its download cut short?`,
  );
}

async function readFully(
  handle: FileHandle,
  path: string,
  { target, position }: { target: Uint8Array; position: number },
): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const length = Math.min(maxReadBytes, target.length - done);
    const { bytesRead } = await handle.read(target, done, length, position + done);
    if (bytesRead === 0) throw new Error(`${path} became shorter while it was being read`);
    done += bytesRead;
  }
}
