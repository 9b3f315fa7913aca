import { writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readJsonRecords } from '#prepare/datasets/json-records.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();

async function read(content: string | Uint8Array): Promise<unknown[]> {
  const path = place('records.jgz');
  await writeFile(path, typeof content === 'string' ? gzipSync(content) : content);
  const records: unknown[] = [];
  await readJsonRecords(path, (record) => records.push(record));
  return records;
}

describe('prepare/datasets/json-records: readJsonRecords', () => {
  it('reads objects one by one, whatever is in their texts', async () => {
    const records = [{ a: '}]"\\' }, { b: [{ c: ['{'] }], d: '\\"' }, {}];
    expect(await read(JSON.stringify(records))).toEqual(records);
    expect(await read(JSON.stringify(records, null, 2))).toEqual(records);
    expect(await read(' [] ')).toEqual([]);
  });

  it('reads lists that come in many pieces', async () => {
    const records = Array.from({ length: 5000 }, (_, i) => ({ number: i, text: 'é{'.repeat(i % 97) }));
    expect(await read(JSON.stringify(records))).toEqual(records);
  });

  it("reads Python's NaN as null", async () => {
    expect(await read('[{"score": NaN, "list": [1, -Infinity]}]')).toEqual([{ score: null, list: [1, null] }]);
  });

  it.each([
    ['{"a": 1}', /expected a gzipped JSON list of objects: it begins otherwise$/],
    ['[{"a": 1}', /it ends within the list$/],
    ['', /it ends within the list$/],
    ['[{"a": 1}]]', /something follows the list$/],
    ['[{"a": nonsense}]', /"\{"a": nonsense\}" is no object$/],
    ['[[1, 2]]', /"\[1, 2\]" is no object$/],
    [Buffer.from('[{}]'), /damaged, it cannot be decompressed: incorrect header check$/],
    [gzipSync(JSON.stringify([{ a: 1 }])).subarray(0, 20), /damaged, it cannot be decompressed/],
  ])('refuses %j', async (content, message) => {
    await expect(read(content)).rejects.toThrow(message);
    await expect(read(content)).rejects.toThrow(place('records.jgz'));
  });

  it('refuses a record that would fill the memory', async () => {
    await expect(read(`[{"a": "${' '.repeat(2 ** 25)}"}]`)).rejects.toThrow(/a record is longer than 16777216 bytes$/);
  });

  it('stops when told, and names a file that is missing', async () => {
    await writeFile(place('some.jgz'), gzipSync('[{}]'));
    const stopped = readJsonRecords(place('some.jgz'), () => undefined, AbortSignal.abort(new Error('enough')));
    await expect(stopped).rejects.toThrow('enough');
    await expect(readJsonRecords(place('no.jgz'), () => undefined)).rejects.toThrow(/no\.jgz: no such file$/);
  });
});
