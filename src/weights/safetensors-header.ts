import type { RandomAccessFile } from '#files/random-access-file.ts';
import type { TensorInfo } from './archive.ts';
import { dtypeSizes, elementCount, isDtype, isShape } from './dtype.ts';
import { type JsonValue, parseLenientJson } from './lenient-json.ts';

/** Some hundred thousand tensors; DUSt3R has a thousand. */
const maxHeaderBytes = 2 ** 24;

interface StoredTensor extends TensorInfo {
  /** Byte in the file at which the data begin. */
  readonly position: number;
  readonly count: number;
}

export interface SafetensorsHeader {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads and checks the header: 8 bytes of length, then JSON of name → { dtype, shape, data_offsets }.
 * The data must fill the rest of the file without gaps or overlaps.
 * @throws Error naming the file, the tensor and what is wrong with it
 */
export async function readSafetensorsHeader(file: RandomAccessFile): Promise<SafetensorsHeader> {
  if (file.size < 8) throw new Error(`it has ${file.size} bytes, too few for a safetensors file`);
  const length = new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true);
  if (length > maxHeaderBytes) {
    throw new Error(`a safetensors header has at most ${maxHeaderBytes} bytes, this one claims ${length}`);
  }
  const dataStart = 8 + Number(length);
  const header = parseHeader(await file.read(8, Number(length)));
  const { __metadata__: metadata, ...entries } = header;
  const tensors = new Map(
    Object.entries(entries).map(([name, entry]) => [
      name,
      storedTensor(entry, dataStart, `tensor ${name.slice(0, 200)}`),
    ]),
  );
  expectContiguous(file, tensors, dataStart);
  return { tensors, metadata: metadata === undefined ? {} : textMetadata(metadata) };
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, JsonValue>> {
  const header = parseLenientJson(new TextDecoder().decode(bytes), 'safetensors header');
  if (!isRecord(header)) throw new Error('the safetensors header must be a JSON object');
  return header;
}

function storedTensor(entry: JsonValue, dataStart: number, where: string): StoredTensor {
  if (!isRecord(entry)) throw new Error(`${where}: its header entry must be an object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isDtype(dtype)) {
    throw new Error(`${where}: dtype must be one of ${Object.keys(dtypeSizes).join(', ')}, got ${shown(dtype)}`);
  }
  if (!isShape(shape)) throw new Error(`${where}: shape must be a list of sizes, got ${shown(shape)}`);
  if (!isShape(offsets) || offsets.length !== 2) {
    throw new Error(`${where}: data_offsets must be [begin, end], got ${shown(offsets)}`);
  }
  const [begin, end] = offsets as readonly [number, number];
  const count = elementCount(shape);
  if (count === undefined || end - begin !== count * dtypeSizes[dtype]) {
    throw new Error(
      `${where}: ${dtype} [${shape.join(', ')}] does not take the ${end - begin} bytes of its data_offsets`,
    );
  }
  return { dtype, shape, position: dataStart + begin, count };
}

function expectContiguous(file: RandomAccessFile, tensors: ReadonlyMap<string, StoredTensor>, dataStart: number): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.position - b.position || a.count - b.count);
  let end = dataStart;
  for (const [name, { dtype, position, count }] of inOrder) {
    if (position !== end) {
      throw new Error(`tensor ${name} begins at byte ${position}, but the one before it ends at ${end}`);
    }
    end += count * dtypeSizes[dtype];
  }
  if (end === file.size) return;
  const cause = end > file.size ? '; was its download cut short?' : '';
  throw new Error(`its tensors end at byte ${end}, but the file has ${file.size} bytes${cause}`);
}

function textMetadata(metadata: JsonValue): Readonly<Record<string, string>> {
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw new Error('__metadata__ must be an object of strings');
  }
  return metadata as Readonly<Record<string, string>>;
}

/** A value from the file for an error message, which stays short. */
function shown(value: JsonValue | undefined): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}

function isRecord(value: JsonValue | undefined): value is { readonly [key: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
