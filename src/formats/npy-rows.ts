import { zipSync } from 'fflate';
import { useFile } from '#files/random-access-file.ts';
import { readZipDirectory, readZipEntry } from '#files/zip-archive.ts';
import { countElements } from './npy-array.ts';
import { type NpyHeader, readNpyHeader } from './npy-header.ts';

/**
 * A `.npy` file with some of another's rows (its first axis) and the same type, structured types included.
 * @param rows their numbers, in the order wanted; no more than there are
 * @throws Error naming the file if it holds fewer bytes than it claims, or several axes in Fortran's order
 */
export function takeNpyRows(bytes: Uint8Array, rows: ArrayLike<number>, name: string): Uint8Array {
  const header = readNpyHeader(bytes, name);
  const [count = 0, ...inner] = header.shape;
  const rowBytes = bytesOf(header.type) * countElements(inner);
  if (header.isFortran && inner.length > 0) throw new Error(`${name}: expected rows in C order, found Fortran's`);
  if (bytes.length < header.end + count * rowBytes)
    throw new Error(`${name}: expected ${count} rows of ${rowBytes} bytes, found the end of the file`);
  const taken = new Uint8Array(header.end + rows.length * rowBytes);
  taken.set(headerWith(bytes.subarray(0, header.end), [rows.length, ...inner]));
  for (let i = 0; i < rows.length; i++) {
    const from = header.end + (rows[i] as number) * rowBytes;
    taken.set(bytes.subarray(from, from + rowBytes), header.end + i * rowBytes);
  }
  return taken;
}

const maxEntryBytes = 2 ** 30;

/** A `.npz` file with some of the rows of one of its arrays, and the others as they are. @throws Error as takeNpyRows */
export function takeNpzRows(path: string, array: string, rows: ArrayLike<number>): Promise<Uint8Array> {
  return useFile(path, async (file) => {
    const entries: Record<string, Uint8Array> = {};
    for (const [name, entry] of await readZipDirectory(file)) {
      const bytes = await readZipEntry(file, entry, maxEntryBytes);
      entries[name] = name === `${array}.npy` ? takeNpyRows(bytes, rows, `${path}: ${array}`) : bytes;
    }
    return zipSync(entries, { level: 6, mtime: '1980-01-01T00:00:00' });
  });
}

function bytesOf(type: NpyHeader['type']): number {
  if (!('length' in type)) return type.bytes;
  return type.reduce((sum, field) => sum + field.type.bytes * countElements(field.shape), 0);
}

/** The same header for fewer rows, filled up to its length. */
function headerWith(header: Uint8Array, shape: readonly number[]): Uint8Array {
  const text = Buffer.from(header).toString('latin1');
  const changed = text.replace(
    /'shape':\s*\([\d,\sL]*\)/,
    `'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''})`,
  );
  return Buffer.from(`${changed.trimEnd().padEnd(header.length - 1)}\n`, 'latin1');
}
