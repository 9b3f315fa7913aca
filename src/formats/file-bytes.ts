import { readFile, stat } from 'node:fs/promises';

export interface ReadOptions {
  readonly signal?: AbortSignal;
  /** Larger files are refused before they are read. */
  readonly maxBytes?: number;
}

const defaultMaxBytes = 2 ** 29;

/**
 * A whole file of a data set.
 * @throws Error, one line that names the file, if it is missing, no regular file or too large
 */
export async function readFileBytes(path: string, options: ReadOptions = {}): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, maxBytes = defaultMaxBytes } = options;
  signal?.throwIfAborted();
  // Asked before opening: opening a named pipe would wait for a writer.
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: expected a file, found something that is no regular file`);
  if (found.size > maxBytes) {
    throw new Error(`${path}: expected at most ${maxBytes} bytes, found ${found.size}`);
  }
  const bytes = await readFile(path, signal && { signal }).catch((error: NodeJS.ErrnoException) => {
    signal?.throwIfAborted();
    throw new Error(`${path}: cannot be read (${error.code ?? error.message})`, { cause: error });
  });
  return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length); // no Buffer, whose slice() does not copy
}
