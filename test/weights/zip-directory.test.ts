import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { zipSync } from 'fflate';
import { openFile } from '#weights/random-access-file.ts';
import { entryPosition, readZipDirectory } from '#weights/zip-directory.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const temporary = useTemporaryFolder();
const text = (value: string) => Uint8Array.from(Buffer.from(value));

async function contentsOf(bytes: Uint8Array): Promise<Record<string, string>> {
  await writeFile(temporary('a.zip'), bytes);
  const file = await openFile(temporary('a.zip'));
  try {
    const contents: Record<string, string> = {};
    for (const [name, entry] of await readZipDirectory(file)) {
      contents[name] = Buffer.from(await file.read(await entryPosition(file, entry), entry.size)).toString();
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

describe('weights/zip-directory', () => {
  it('lists stored entries and finds their data', async () => {
    expect(await contentsOf(zip())).toEqual({ 'a/x': 'one', 'a/y': 'three' });
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
    ['that is cut short', () => zip().subarray(0, -23), 'no directory at its end; was its download cut short?'],
    ['with compressed entries', () => zipSync({ x: text('a'.repeat(99)) }), 'the entry x is compressed or encrypted'],
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
      () => patched((end, b) => b.writeUInt32LE(0xfffffffe, b.readUInt32LE(end + 16) + 24)),
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
