import { inflateSync } from 'node:zlib';

/**
 * Undoes zlib's compression, taking memory for `length` bytes at most.
 * @throws Error naming the file if the data are damaged or become longer or shorter
 */
export function inflate(data: Uint8Array, length: number, name: string): Uint8Array<ArrayBuffer> {
  const bytes = inflateUpTo(data, length, name);
  if (bytes.length === length) return bytes;
  throw new Error(`${name}: expected ${length} bytes after decompression, found ${bytes.length}`);
}

/** The same where only a limit is known. @throws Error naming the file if the data are damaged or become longer */
export function inflateUpTo(data: Uint8Array, maxLength: number, name: string): Uint8Array<ArrayBuffer> {
  try {
    const { buffer, byteOffset, length } = inflateSync(data, { maxOutputLength: Math.max(1, maxLength) });
    return new Uint8Array(buffer as ArrayBuffer, byteOffset, length); // no Buffer, whose slice() does not copy
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const problem = code === 'ERR_BUFFER_TOO_LARGE' ? `expected at most ${maxLength} bytes, found more` : message;
    throw new Error(`${name}: damaged, its data cannot be decompressed: ${problem}`, { cause: error });
  }
}
