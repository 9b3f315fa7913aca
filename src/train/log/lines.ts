import { closeSync, openSync, readSync } from 'node:fs';

/** A line of a file that may still be written to. */
export interface Line {
  readonly text: string;
  /** Byte at which it starts. */
  readonly start: number;
  /** A run that was killed, or is just writing, leaves a last line without its end. */
  readonly isWhole: boolean;
}

const chunkBytes = 2 ** 16;
/** No line of a log is near this; a file without line ends must not fill the memory. */
const longestLine = 2 ** 22;

/**
 * The lines of a file one after the other, without holding more than one of them.
 * @throws Error if the file cannot be read, or a line is longer than 4 MiB
 */
export function* readLines(path: string): Generator<Line> {
  const file = openSync(path, 'r');
  try {
    let rest = Buffer.alloc(0);
    let start = 0;
    for (let chunk = readChunk(file); chunk.length > 0; chunk = readChunk(file)) {
      rest = Buffer.concat([rest, chunk]);
      let begin = 0;
      for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, begin)) {
        yield { text: rest.toString('utf8', begin, end), start: start + begin, isWhole: true };
        begin = end + 1;
      }
      rest = rest.subarray(begin);
      start += begin;
      if (rest.length > longestLine)
        throw new Error(
          `${path}: expected lines of text, found one of more than ${longestLine} bytes at byte ${start}`,
        );
    }
    if (rest.length > 0) yield { text: rest.toString('utf8'), start, isWhole: false };
  } finally {
    closeSync(file);
  }
}

function readChunk(file: number): Buffer {
  const chunk = Buffer.allocUnsafe(chunkBytes);
  return chunk.subarray(0, readSync(file, chunk, 0, chunkBytes, null));
}
