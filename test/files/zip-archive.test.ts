import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';
import { openFile } from '#files/random-access-file.ts';
import { readZipDirectory, readZipEntry } from '#files/zip-archive.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const text = (value: string) => Uint8Array.from(Buffer.from(value));

async function contentsOf(bytes: Uint8Array, maxBytes = 100): Promise<Record<string, string>> {
  await writeFile(temporary('a.zip'), bytes);
  const file = await openFile(temporary('a.zip'));
  try {
    const contents: Record<string, string> = {};
    for (const [name, entry] of await readZipDirectory(file)) {
      contents[name] = Buffer.from(await readZipEntry(file, entry, maxBytes)).toString();
    }
    return contents;
  } finally {
    await file.close();
  }
}

const zip = () => Buffer.from(zipSync({ 'a/x': text('one'), 'a/y': text('three') }, { level: 0 }));
const endOf = (bytes: Buffer) => bytes.length - 22;

/** The same archive as a large one: all fields of the end record and of the first entry are in zip64 records. */
function zip64(): Buffer {
  const plain = zip();
  const start = plain.readUInt32LE(endOf(plain) + 16);
  const directory = plain.subarray(start, endOf(plain));
  const name = directory.readUInt16LE(28);
  const extra = Buffer.alloc(28);
  extra.writeUInt16LE(1, 0);
  extra.writeUInt16LE(24, 2);
  [24, 20, 42].forEach((field, i) => {
    extra.writeBigUInt64LE(BigInt(directory.readUInt32LE(field)), 4 + 8 * i);
    directory.writeUInt32LE(0xffffffff, field);
  });
  directory.writeUInt16LE(28, 30);
  const long = Buffer.concat([directory.subarray(0, 46 + name), extra, directory.subarray(46 + name)]);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  [2, 2, long.length, start].forEach((value, i) => {
    record.writeBigUInt64LE(BigInt(value), 24 + 8 * i);
  });
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + long.length), 8);
  const end = Buffer.from(plain.subarray(endOf(plain)));
  end.fill(0xff, 8, 20);
  return Buffer.concat([plain.subarray(0, start), long, record, locator, end]);
}

describe('files/zip-archive', () => {
  it('lists stored entries and finds their data', async () => {
    expect(await contentsOf(zip())).toEqual({ 'a/x': 'one', 'a/y': 'three' });
  });

  it('unpacks deflated entries', async () => {
    const long = 'a'.repeat(99);
    expect(await contentsOf(zipSync({ x: text(long), y: text('') }))).toEqual({ x: long, y: '' });
  });

  it('refuses an entry that is larger than asked for, before it is unpacked', async () => {
    await expect(contentsOf(zipSync({ x: text('a'.repeat(99)) }), 98)).rejects.toThrow('it has 99 bytes, over 98');
    const forged = patchedPacked((entry, b) => b.writeUInt32LE(0xfffffff0, entry + 24));
    await expect(contentsOf(forged, 2 ** 20)).rejects.toThrow('it has 4294967280 bytes, over 1048576');
  });

  it('reads zip64 records', async () => {
    expect(await contentsOf(zip64())).toEqual({ 'a/x': 'one', 'a/y': 'three' });
  });

  it('looks past a comment that holds a signature', async () => {
    const bytes = zip();
    bytes.writeUInt16LE(4, bytes.length - 2);
    expect(await contentsOf(Buffer.concat([bytes, Buffer.from('abcd')]))).toEqual({ 'a/x': 'one', 'a/y': 'three' });
  });

  it.each<[string, () => Uint8Array, string]>([
    ['that is cut short', () => zip().subarray(0, -23), 'has a directory at its end, this file has none'],
    ['with an encrypted entry', () => patchedPacked((entry, b) => b.writeUInt16LE(1, entry + 8)), 'it is encrypted'],
    [
      'packed otherwise',
      () => patchedPacked((entry, b) => b.writeUInt16LE(12, entry + 10)),
      'otherwise than by deflate',
    ],
    [
      'that promises more than comes out',
      () => patchedPacked((entry, b) => b.writeUInt32LE(100, entry + 24)),
      '99 bytes came out of an entry, 100 were promised',
    ],
    [
      'that promises less than comes out',
      () => patchedPacked((entry, b) => b.writeUInt32LE(9, entry + 24)),
      'an entry cannot be unpacked',
    ],
    ['whose packed bytes are damaged', () => patchedPacked((_, b) => b.fill(0xff, 31, 36)), 'cannot be unpacked'],
    [
      'with a stored entry of two sizes',
      () => patched((end, b) => b.writeUInt32LE(4, b.readUInt32LE(end + 16) + 24)),
      'a stored entry has two sizes',
    ],
    [
      'with two entries of a name',
      () => Buffer.from(zip().toString('latin1').replaceAll('a/y', 'a/x'), 'latin1'),
      'two entries are named a/x',
    ],
    [
      'whose directory is elsewhere',
      () => patched((end, b) => b.writeUInt32LE(5, end + 16)),
      'entry record at byte 0 of its directory is damaged',
    ],
    ['with more entries than records', () => patched((end, b) => b.writeUInt16LE(9, end + 10)), 'entry record at byte'],
    [
      'with a huge directory',
      () => patched((end, b) => b.writeUInt32LE(0xfffffffe, end + 12)),
      'its directory is out of bounds',
    ],
    [
      'without its zip64 locator',
      () => patched((end, b) => b.writeUInt32LE(0xffffffff, end + 16)),
      'its zip64 locator is missing',
    ],
    [
      'with an entry too large',
      () => patched((end, b) => b.writeUInt32LE(0xfffffffe, b.readUInt32LE(end + 16) + 20)),
      'an entry leaves the file',
    ],
    [
      'with an entry elsewhere',
      () => patched((end, b) => b.writeUInt32LE(1, b.readUInt32LE(end + 16) + 42)),
      'no entry begins at byte 1',
    ],
  ])('refuses an archive %s', async (_, bytes, message) => {
    await expect(contentsOf(bytes())).rejects.toThrow(message);
  });
});

function patched(change: (end: number, bytes: Buffer) => void): Buffer {
  const bytes = zip();
  change(endOf(bytes), bytes);
  return bytes;
}

/** An archive with one deflated entry of 99 letters, changed at its record in the directory. */
function patchedPacked(change: (entry: number, bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(zipSync({ x: text('a'.repeat(99)) }));
  change(bytes.readUInt32LE(endOf(bytes) + 16), bytes);
  return bytes;
}
