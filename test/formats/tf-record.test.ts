import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { crc32c, encodeTfRecord, readTfRecords, type TfRecordOptions } from '#formats/tf-record.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture, fixturePath } from './fixtures.ts';

const temporary = useTemporaryFolder();

async function lengthsOf(path: string, options?: TfRecordOptions): Promise<number[]> {
  const lengths: number[] = [];
  for await (const record of readTfRecords(path, options)) lengths.push(record.length);
  return lengths;
}

describe('formats/tf-record', () => {
  it("has Castagnoli's checksum of the check string, and of RFC 3720's 32 zeros", () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  it('frames data by its length and two checksums', () => {
    const record = encodeTfRecord(Uint8Array.of(7, 8, 9));
    expect(record.length).toBe(8 + 4 + 3 + 4);
    expect([...record.subarray(0, 8)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
    expect([...record.subarray(12, 15)]).toEqual([7, 8, 9]);
  });

  it("reads TensorBoard's records one after another", async () => {
    const lengths = await lengthsOf(fixturePath('waymo.tfrecord'));
    expect(lengths).toHaveLength(2);
    expect(lengths.reduce((sum, length) => sum + length + 16, 0)).toBe(fixture('waymo.tfrecord').length);
  });

  it('reads back what it wrote, and files without records', async () => {
    const written = [Uint8Array.of(1, 2, 3), new Uint8Array(0)];
    await writeFile(temporary('two'), Buffer.concat(written.map(encodeTfRecord)));
    await writeFile(temporary('none'), '');
    expect(await lengthsOf(temporary('two'))).toEqual([3, 0]);
    expect(await lengthsOf(temporary('none'))).toEqual([]);
  });

  const change = (at: number, value: number) => (bytes: Buffer) => bytes.fill(value, at, at + 1);
  it.each([
    ['another length', change(0, 9), 'byte 0: its length has a wrong checksum'],
    ['other data', change(20, 99), 'byte 0: its data have a wrong checksum'],
    ['a cut end', (bytes: Buffer) => bytes.subarray(0, -1), 'bytes, found the end of the file; is it cut short?'],
    ['a cut head', (bytes: Buffer) => bytes.subarray(0, 10), 'byte 0: the file ends there; is it cut short?'],
  ])('tells of %s', async (_, damage, message) => {
    await writeFile(temporary('damaged'), damage(Buffer.from(fixture('waymo.tfrecord'))));
    await expect(lengthsOf(temporary('damaged'))).rejects.toThrow(`${temporary('damaged')}: damaged TFRecord at`);
    await expect(lengthsOf(temporary('damaged'))).rejects.toThrow(message);
  });

  it('refuses long records before it reads them, and stops when it is told to', async () => {
    const path = fixturePath('waymo.tfrecord');
    await expect(lengthsOf(path, { maxRecordBytes: 100 })).rejects.toThrow('expected at most 100 bytes, found');
    const controller = new AbortController();
    const records = readTfRecords(path, { signal: controller.signal });
    await records.next();
    controller.abort(new Error('enough'));
    await expect(records.next()).rejects.toThrow('enough');
  });
});
