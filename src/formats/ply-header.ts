/** What a PLY file announces. */
export interface PlyHeader {
  readonly format: 'ascii' | 'binary_little_endian' | 'binary_big_endian';
  readonly elements: readonly PlyElement[];
  /** Byte after the header. */
  readonly end: number;
}

export interface PlyElement {
  readonly name: string;
  readonly count: number;
  readonly properties: readonly PlyProperty[];
}

export interface PlyProperty {
  readonly name: string;
  readonly type: PlyType;
  /** Type of the length, of a list. */
  readonly length?: PlyType;
}

export type PlyType = 'i1' | 'u1' | 'i2' | 'u2' | 'i4' | 'u4' | 'f4' | 'f8';

const types: Readonly<Record<string, PlyType>> = {
  ...{ char: 'i1', uchar: 'u1', short: 'i2', ushort: 'u2', int: 'i4', uint: 'u4', float: 'f4', double: 'f8' },
  ...{ int8: 'i1', uint8: 'u1', int16: 'i2', uint16: 'u2', int32: 'i4', uint32: 'u4', float32: 'f4', float64: 'f8' },
};

const maxHeaderBytes = 2 ** 16;

/** @throws Error naming the file, if it is none, or its elements cannot fit in its bytes */
export function readPlyHeader(bytes: Uint8Array, name: string): PlyHeader {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, maxHeaderBytes)).toString('latin1');
  const last = /^end_header\r?\n/m.exec(text);
  const [first, ...lines] = text.slice(0, last?.index ?? 0).split(/\r?\n/);
  if (!last || first !== 'ply') throw new Error(`${name}: expected a PLY file with a header, found none`);
  const parts = { format: '', elements: [] as Writable[] };
  for (const line of lines) {
    if (!readLine(line.trim().split(/\s+/), parts))
      throw new Error(`${name}: cannot read the line "${line.slice(0, 60)}" of its header`);
  }
  const { format, elements } = parts;
  if (format !== 'ascii' && format !== 'binary_little_endian' && format !== 'binary_big_endian')
    throw new Error(`${name}: expected the format ascii, binary_little_endian or binary_big_endian, found "${format}"`);
  const header: PlyHeader = { format, elements, end: last.index + last[0].length };
  expectRoom(header, bytes.length, name);
  return header;
}

interface Writable {
  readonly name: string;
  readonly count: number;
  readonly properties: PlyProperty[];
}

/** Whether a line of the header says something that is understood; adds it. */
function readLine(fields: readonly string[], parts: { format: string; readonly elements: Writable[] }): boolean {
  const [keyword = '', second = '', third = ''] = fields;
  switch (keyword) {
    case 'format':
      parts.format = second;
      return true;
    case 'element':
      parts.elements.push({ name: second, count: Number(third), properties: [] });
      return fields.length === 3 && /^\d{1,15}$/.test(third);
    case 'property': {
      const property = propertyOf(fields);
      if (property) parts.elements.at(-1)?.properties.push(property);
      return property !== undefined && parts.elements.length > 0;
    }
    default:
      return ['comment', 'obj_info', ''].includes(keyword);
  }
}

function propertyOf(fields: readonly string[]): PlyProperty | undefined {
  const isList = fields[1] === 'list';
  const [name, type] = isList ? [fields[4], fields[3]] : [fields[2], fields[1]];
  const [ofItems, ofLength] = [types[type ?? ''], isList ? types[fields[2] ?? ''] : undefined];
  if (name === undefined || !ofItems || (isList && !ofLength)) return undefined;
  return { name, type: ofItems, ...(ofLength ? { length: ofLength } : {}) };
}

export function sizeOfType(type: PlyType): number {
  return Number(type[1]);
}

function expectRoom({ format, elements, end }: PlyHeader, size: number, name: string): void {
  let room = size - end;
  for (const { name: element, count, properties } of elements) {
    const least = (property: PlyProperty) => (format === 'ascii' ? 1 : sizeOfType(property.length ?? property.type));
    room -= count * properties.reduce((sum, property) => sum + least(property), 0);
    const isEmpty = properties.length === 0 && count > 0;
    if (room < 0 || isEmpty)
      throw new Error(
        `${name}: ${count} of "${element}" are announced, but the file has only ${size} bytes; is it cut short?`,
      );
  }
}
