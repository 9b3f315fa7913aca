import { decodeElements, isNumberType, swapBytes } from './elements.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';
import { countElements, type NpyArray, type NpyContents, type NpyValues } from './npy-array.ts';
import { type ElementType, type NpyHeader, type RecordField, readNpyHeader } from './npy-header.ts';
import { cOrder } from './npy-order.ts';
import { decodeTexts } from './npy-text.ts';

/** Reads a `.npy` file whole. @throws Error naming the file, as decodeNpy does */
export async function readNpy(path: string, options: ReadOptions = {}): Promise<NpyContents> {
  return decodeNpy(await readFileBytes(path, options), path);
}

/**
 * The contents of a `.npy` file: numbers of either byte order, booleans, text (S and U), records of them; C or Fortran
 * order, returned in C order. Pickles (objects) are refused. Memory is taken only for what the file holds.
 * @param name what errors call the array
 * @throws Error naming the array if it is no such file, or does not hold exactly what its header announces
 */
export function decodeNpy(bytes: Uint8Array, name = 'npy'): NpyContents {
  const header = readNpyHeader(bytes, name);
  const { type, shape, end } = header;
  const body = { bytes: bytes.subarray(end), stride: bytesOf(type), header, name };
  const expected = countElements(shape) * body.stride;
  if (body.bytes.length !== expected) {
    throw new Error(
      `${name}: expected ${expected} bytes of values for the shape [${shape.join(', ')}], found ${body.bytes.length}`,
    );
  }
  if ('kind' in type) return readField(body, { name: '', type, shape: [] }, 0);
  const fields = new Map<string, NpyArray>();
  let offset = 0;
  for (const field of type) {
    if (fields.has(field.name)) throw new Error(`${name}: expected fields that differ, found two named ${field.name}`);
    // 'V' is what a compiler would have left between the fields.
    if (field.type.kind !== 'V') fields.set(field.name, readField(body, field, offset));
    offset += fieldBytes(field);
  }
  return { fields, shape };
}

interface Body {
  readonly bytes: Uint8Array;
  /** Bytes from one record to the next. */
  readonly stride: number;
  readonly header: NpyHeader;
  readonly name: string;
}

function bytesOf(type: NpyHeader['type']): number {
  return 'kind' in type ? type.bytes : type.reduce((sum, field) => sum + fieldBytes(field), 0);
}

function fieldBytes({ type, shape }: RecordField): number {
  return type.bytes * countElements(shape);
}

function readField({ bytes, stride, header, name }: Body, field: RecordField, offset: number): NpyArray {
  const records = countElements(header.shape);
  const packed = gather(bytes, { stride, offset, size: fieldBytes(field) }, records);
  const values = decodeValues(packed, field.type, { count: records * countElements(field.shape), name });
  const ordered = header.isFortran ? cOrder(values, header.shape, countElements(field.shape)) : values;
  return { values: ordered, shape: [...header.shape, ...field.shape] };
}

/** A field's bytes of all records, one after another, in memory of their own. */
function gather(
  bytes: Uint8Array,
  { stride, offset, size }: { stride: number; offset: number; size: number },
  records: number,
): Uint8Array<ArrayBuffer> {
  if (size === stride) return new Uint8Array(bytes);
  const packed = new Uint8Array(size * records);
  for (let r = 0, to = 0; r < records; r++) {
    const from = r * stride + offset;
    for (let i = 0; i < size; i++) packed[to++] = bytes[from + i] as number;
  }
  return packed;
}

function decodeValues(
  packed: Uint8Array<ArrayBuffer>,
  { kind, bytes, isBigEndian }: ElementType,
  { count, name }: { count: number; name: string },
): NpyValues {
  if (kind === 'S' || kind === 'U') {
    if (isBigEndian && kind === 'U') swapBytes(packed, 4);
    return decodeTexts(packed, { kind, bytes, count, name });
  }
  const type = `${kind}${bytes}`;
  if (isNumberType(type)) return decodeElements(packed, type, { isBigEndian });
  throw new Error(`${name}: expected numbers or text, found the type ${type}`);
}
