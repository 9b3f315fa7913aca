const arrayTypes = {
  '<f4': Float32Array,
  '<f8': Float64Array,
  '|u1': Uint8Array,
  '<u2': Uint16Array,
  '<u4': Uint32Array,
  '|i1': Int8Array,
  '<i2': Int16Array,
  '<i4': Int32Array,
} as const;

type NpyValues =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | Int8Array
  | Int16Array
  | Int32Array;

/** An array as NumPy knows it: values in C order (the last axis changes fastest). */
export interface NpyArray {
  readonly values: NpyValues;
  readonly shape: readonly number[];
}

const magic = '\x93NUMPY';
const headerLimit = 65_536;

/** The contents of a `.npy` file (format 1.0), without copying the values. Give them to writeFileAtomically. */
export function npyChunks({ values, shape }: NpyArray): Uint8Array[] {
  const found = Object.entries(arrayTypes).find(([, type]) => values instanceof type);
  if (!found) throw new TypeError(`npyChunks: ${values.constructor.name} has no .npy type`);
  if (countValues(shape) !== values.length) {
    throw new RangeError(`npyChunks: the shape [${shape.join(', ')}] does not fit ${values.length} values`);
  }
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${found[0]}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const head = Buffer.from(`${magic}\x01\x00..${header.padEnd(length - 1)}\n`, 'latin1');
  head.writeUInt16LE(length, 8);
  return [head, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)];
}

/**
 * Reads a `.npy` file (formats 1 to 3, little-endian numbers in C order).
 * @throws RangeError if it is no such file, or does not hold exactly the values that its header announces.
 */
export function decodeNpy(bytes: Uint8Array): NpyArray {
  const { text, end } = npyHeader(bytes);
  const type = /'descr': *'([^']*)'/.exec(text)?.[1] ?? 'unknown';
  if (!isKnownType(type))
    throw new RangeError(`npy: the type ${type} is not among ${Object.keys(arrayTypes).join(' ')}`);
  if (!/'fortran_order': *False/.test(text)) throw new RangeError('npy: only C order is read');
  const tuple = /'shape': *\(([\d, ]*)\)/.exec(text)?.[1];
  if (tuple === undefined) throw new RangeError('npy: the header names no shape');
  const shape = tuple.split(',').flatMap((size) => (size.trim() ? [Number(size)] : []));
  const ArrayType = arrayTypes[type];
  const expected = countValues(shape) * ArrayType.BYTES_PER_ELEMENT;
  if (bytes.length - end !== expected) {
    throw new RangeError(
      `npy: shape [${shape.join(', ')}] needs ${expected} bytes of values, found ${bytes.length - end}`,
    );
  }
  return { values: new ArrayType(new Uint8Array(bytes.subarray(end)).buffer), shape };
}

function npyHeader(bytes: Uint8Array): { text: string; end: number } {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = file[6] ?? 0;
  if (file.length < 12 || file.toString('latin1', 0, 6) !== magic || version < 1 || version > 3) {
    throw new RangeError('npy: not a .npy file');
  }
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? file.readUInt16LE(8) : file.readUInt32LE(8);
  if (length > headerLimit || start + length > file.length) {
    throw new RangeError(`npy: the header claims ${length} bytes of a file of ${file.length}`);
  }
  return { text: file.toString('latin1', start, start + length), end: start + length };
}

function isKnownType(type: string): type is keyof typeof arrayTypes {
  return Object.hasOwn(arrayTypes, type);
}

function countValues(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}
