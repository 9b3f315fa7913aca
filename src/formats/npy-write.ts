import { zipSync } from 'fflate';
import { typeOf } from './elements.ts';
import { countElements, type NpyArray } from './npy-array.ts';
import { npyMagic } from './npy-header.ts';

/** The contents of a `.npy` file (format 1.0), without copying numbers. Give them to writeFileAtomically. */
export function npyChunks({ values, shape }: NpyArray): Uint8Array[] {
  if (countElements(shape) !== values.length) {
    throw new RangeError(`npyChunks: the shape [${shape.join(', ')}] does not fit ${values.length} values`);
  }
  const { type, bytes } = isTexts(values) ? packTexts(values) : packNumbers(values);
  const tuple = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (${tuple}), }`;
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10;
  const head = Buffer.from(`${npyMagic}\x01\x00..${header.padEnd(length - 1)}\n`, 'latin1');
  head.writeUInt16LE(length, 8);
  return [head, bytes];
}

/** The contents of a `.npz` file, stored as numpy.savez does: the same arrays give the same bytes. */
export function encodeNpz(arrays: Readonly<Record<string, NpyArray>>): Uint8Array {
  const files = Object.entries(arrays).map(
    ([name, array]) => [`${name}.npy`, Buffer.concat(npyChunks(array))] as const,
  );
  return zipSync(Object.fromEntries(files), { level: 0, mtime: firstTime });
}

/** The first that a zip archive can name. */
const firstTime = '1980-01-01T00:00:00';

interface Packed {
  readonly type: string;
  readonly bytes: Uint8Array;
}

function packNumbers(values: Exclude<NpyArray['values'], readonly string[]>): Packed {
  const type = typeOf(values);
  if (!type) throw new TypeError(`npyChunks: ${values.constructor.name} has no .npy type`);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { type: `${type.endsWith('1') ? '|' : '<'}${type}`, bytes };
}

/** UTF-32, filled up with zeros to the longest text. */
function packTexts(values: readonly string[]): Packed {
  const texts = values.map((text) => Array.from(text, (character) => character.codePointAt(0) as number));
  const length = texts.reduce((most, codes) => Math.max(most, codes.length), 1);
  const packed = new Uint32Array(length * texts.length);
  for (const [at, codes] of texts.entries()) packed.set(codes, at * length);
  return { type: `<U${length}`, bytes: new Uint8Array(packed.buffer) };
}

function isTexts(values: NpyArray['values']): values is readonly string[] {
  return Array.isArray(values);
}
