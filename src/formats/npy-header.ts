import { ByteReader } from './byte-reader.ts';
import { isNumberType } from './elements.ts';

/** The type of one element: a kind of NumPy's (f, i, u, b, S, U, V) and its size in bytes. */
export interface ElementType {
  readonly kind: string;
  readonly bytes: number;
  readonly isBigEndian: boolean;
}

export interface RecordField {
  readonly name: string;
  readonly type: ElementType;
  /** Of the array that each record holds in this field; no axis for a single value. */
  readonly shape: readonly number[];
}

export interface NpyHeader {
  /** One type, or the fields of a structured one, which lie one after another in each record. */
  readonly type: ElementType | readonly RecordField[];
  readonly isFortran: boolean;
  readonly shape: readonly number[];
  /** Byte at which the values begin. */
  readonly end: number;
}

export const npyMagic = '\x93NUMPY';
const headerLimit = 65_536;
const maxAxes = 64;

/** Reads the header of a `.npy` file (formats 1 to 3 of numpy.lib.format). @throws Error naming the file */
export function readNpyHeader(bytes: Uint8Array, name: string): NpyHeader {
  const reader = new ByteReader(bytes, name);
  const text = readText(reader);
  const [, type, fields] = /'descr':\s*(?:'([^']*)'|\[([^\]]*)\])/.exec(text) ?? [];
  const [, order] = /'fortran_order':\s*(True|False)/.exec(text) ?? [];
  const [, shape] = /'shape':\s*\(([\d,\sL]*)\)/.exec(text) ?? [];
  if ((type ?? fields) === undefined || order === undefined || shape === undefined) {
    throw reader.error('expected a header with descr, fortran_order and shape, found another');
  }
  return {
    type: type === undefined ? parseFields(fields as string, name) : parseType(type, name),
    isFortran: order === 'True',
    shape: parseShape(shape, name),
    end: reader.position,
  };
}

/** The header: a Python dict. */
function readText(reader: ByteReader): string {
  if (reader.remaining < 10 || Buffer.from(reader.take(6)).toString('latin1') !== npyMagic) {
    throw reader.error('expected a .npy file, found another signature');
  }
  const version = reader.u16() & 0xff;
  if (version < 1 || version > 3) throw reader.error(`expected format 1 to 3 of .npy, found ${version}`);
  const length = version === 1 ? reader.u16() : reader.u32();
  if (length > headerLimit) throw reader.error(`expected a header of at most ${headerLimit} bytes, found ${length}`);
  return new TextDecoder().decode(reader.take(length));
}

/** Fields as Python prints them: `('name', '<u4'), ('pose', '<f4', (4, 4))`. */
function parseFields(text: string, file: string): RecordField[] {
  const pattern = /\s*\('([^']*)',\s*'([^']*)'\s*(?:,\s*\(([\d,\sL]*)\))?\s*\)(?:,|\s*$)/y;
  const fields: RecordField[] = [];
  while (pattern.lastIndex < text.length) {
    const [, name, type, shape] = pattern.exec(text) ?? [];
    if (name === undefined || type === undefined) {
      throw new Error(`${file}: expected fields of a name, a plain type and a shape, found ${text.slice(0, 80)}`);
    }
    const field = `${file}: field ${name}`;
    fields.push({ name, type: parseType(type, field), shape: parseShape(shape ?? '', field) });
  }
  return fields;
}

/** Sizes as Python 3 or 2 prints them: `3, 4` or `3L, 4L`. */
function parseShape(text: string, name: string): number[] {
  const sizes = text.split(',').flatMap((size) => (size.trim() ? [Number(size.replace(/L\s*$/, ''))] : []));
  if (sizes.length <= maxAxes && sizes.every(Number.isSafeInteger)) return sizes;
  throw new Error(`${name}: expected a shape of at most ${maxAxes} whole numbers, found (${text.slice(0, 80)})`);
}

function parseType(text: string, name: string): ElementType {
  const [, order, kind = '', digits = ''] = /^([<>|=])([a-zA-Z])(\d{0,9})$/.exec(text) ?? [];
  if (kind === 'O') {
    throw new Error(
      `${name}: expected numbers or text, found Python objects (a pickle), which are never run; save the array with a plain type`,
    );
  }
  const bytes = Number(digits) * (kind === 'U' ? 4 : 1);
  if (['S', 'U', 'V'].includes(kind) || isNumberType(`${kind}${bytes}`)) {
    return { kind, bytes, isBigEndian: order === '>' };
  }
  throw new Error(`${name}: expected numbers of up to 64 bits or text, found the type ${text.slice(0, 40)}`);
}
