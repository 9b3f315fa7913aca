import { type PlyHeader, type PlyProperty, type PlyType, sizeOfType } from './ply-header.ts';

/** The numbers of a PLY file one after another. */
export interface PlyNumbers {
  /** @throws Error naming the file at its end, and for what is no number */
  next(type: PlyType): number;
  /** @throws Error as next(), and for no count */
  listLength(property: PlyProperty): number;
}

export function plyNumbers(bytes: Uint8Array, { format, end }: PlyHeader, name: string): PlyNumbers {
  const next = format === 'ascii' ? textReader(bytes, end, name) : binaryReader(bytes, { end, format }, name);
  return {
    next,
    listLength: ({ length = 'u1', name: list }) => {
      const count = next(length);
      if (Number.isInteger(count) && count >= 0) return count;
      throw new Error(`${name}: expected the length of a list ${list}, found ${count}`);
    },
  };
}

function binaryReader(bytes: Uint8Array, { end, format }: Pick<PlyHeader, 'end' | 'format'>, name: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLittle = format === 'binary_little_endian';
  let at = end;
  return (type: PlyType): number => {
    const start = at;
    at += sizeOfType(type);
    if (at > view.byteLength)
      throw new Error(`${name}: expected more at byte ${start}, found the end; is it cut short?`);
    return numberAt(view, { type, at: start, isLittle });
  };
}

function numberAt(view: DataView, { type, at, isLittle }: { type: PlyType; at: number; isLittle: boolean }): number {
  switch (type) {
    case 'i1':
      return view.getInt8(at);
    case 'u1':
      return view.getUint8(at);
    case 'i2':
      return view.getInt16(at, isLittle);
    case 'u2':
      return view.getUint16(at, isLittle);
    case 'i4':
      return view.getInt32(at, isLittle);
    case 'u4':
      return view.getUint32(at, isLittle);
    case 'f4':
      return view.getFloat32(at, isLittle);
    case 'f8':
      return view.getFloat64(at, isLittle);
  }
}

const space = 0x20;
const longestNumber = 64;

function textReader(bytes: Uint8Array, end: number, name: string) {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = end;
  return (): number => {
    while (at < text.length && (text[at] as number) <= space) at++;
    const start = at;
    while (at < text.length && (text[at] as number) > space) at++;
    const word = text.toString('latin1', start, Math.min(at, start + longestNumber));
    const value = Number(word);
    if (word !== '' && Number.isFinite(value)) return value;
    const found = word === '' ? 'the end; is it cut short?' : `"${word}"`;
    throw new Error(`${name}: expected a number at byte ${start}, found ${found}`);
  };
}
