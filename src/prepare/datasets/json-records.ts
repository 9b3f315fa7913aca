import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parsePythonJson } from '#formats/python-json.ts';

/** A record that is longer is none. */
const maxRecordBytes = 2 ** 24;
const [quote, backslash, open, close, openList, closeList] = Buffer.from('"\\{}[]') as unknown as number[];

/**
 * Reads a gzipped JSON list of objects one by one: the list as a whole may be longer than a text can be.
 * @throws Error, one line that names the file, if it is missing, damaged or no such list
 */
export async function readJsonRecords(
  path: string,
  onRecord: (record: Readonly<Record<string, unknown>>) => void,
  signal?: AbortSignal,
): Promise<void> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${path}: ${error.code === 'ENOENT' ? 'no such file' : error.message}`, { cause: error });
  });
  if (!found.isFile()) throw new Error(`${path}: expected a file, found something else`);
  const splitter = new RecordSplitter(path, onRecord);
  let unfit: unknown;
  const split = async (chunks: AsyncIterable<Buffer>) => {
    try {
      for await (const chunk of chunks) splitter.take(chunk);
    } catch (error) {
      unfit = error; // the pipeline itself would only say that it was aborted
      throw error;
    }
  };
  try {
    await pipeline(createReadStream(path), createGunzip(), split, { ...(signal ? { signal } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    if ((unfit as Error | undefined)?.message.startsWith(path)) throw unfit;
    throw new Error(`${path}: damaged, it cannot be decompressed: ${(error as Error).message}`, { cause: error });
  }
  splitter.end();
}

/** Finds where the list's objects begin and end. */
class RecordSplitter {
  private readonly path: string;
  private readonly onRecord: (record: Readonly<Record<string, unknown>>) => void;
  /** Open brackets. */
  private depth = 0;
  private isText = false;
  private isEscaped = false;
  private hasBegun = false;
  /** The beginning of a record whose end is in a later chunk. */
  private pending: Buffer[] = [];
  private pendingBytes = 0;

  constructor(path: string, onRecord: (record: Readonly<Record<string, unknown>>) => void) {
    this.path = path;
    this.onRecord = onRecord;
  }

  take(chunk: Buffer): void {
    let from = this.depth > 1 ? 0 : -1;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.isText) {
        this.takeText(byte);
        continue;
      }
      const before = this.depth;
      this.takeSign(byte);
      if (before === 1 && this.depth === 2) from = at;
      if (before === 2 && this.depth === 1) {
        this.emit(chunk.subarray(from, at + 1));
        from = -1;
      }
    }
    if (from >= 0) this.keep(Buffer.from(chunk.subarray(from)));
  }

  end(): void {
    if (this.depth !== 0 || !this.hasBegun) throw this.unfit('it ends within the list');
  }

  private takeText(byte: number): void {
    if (this.isEscaped) this.isEscaped = false;
    else if (byte === backslash) this.isEscaped = true;
    else if (byte === quote) this.isText = false;
  }

  private takeSign(byte: number): void {
    if (!this.hasBegun) this.begin(byte);
    else if (byte === quote) this.isText = true;
    else if (byte === open || byte === openList) this.depth += 1;
    else if (byte === close || byte === closeList) this.depth -= 1;
    if (this.depth < 0) throw this.unfit('something follows the list');
  }

  private begin(byte: number): void {
    if (byte <= 0x20) return;
    if (byte !== openList) throw this.unfit('it begins otherwise');
    this.hasBegun = true;
    this.depth = 1;
  }

  private keep(part: Buffer): void {
    this.pending.push(part);
    this.pendingBytes += part.length;
    if (this.pendingBytes > maxRecordBytes) throw this.unfit(`a record is longer than ${maxRecordBytes} bytes`);
  }

  private emit(last: Buffer): void {
    const text = Buffer.concat([...this.pending, last]).toString();
    this.pending = [];
    this.pendingBytes = 0;
    this.onRecord(this.parse(text));
  }

  private parse(text: string): Readonly<Record<string, unknown>> {
    try {
      const record: unknown = parsePythonJson(text, this.path);
      if (typeof record === 'object' && record !== null && !Array.isArray(record)) return record as never;
    } catch {
      // told below
    }
    throw this.unfit(`"${text.slice(0, 40)}" is no object`);
  }

  private unfit(problem: string): Error {
    return new Error(`${this.path}: expected a gzipped JSON list of objects: ${problem}`);
  }
}
