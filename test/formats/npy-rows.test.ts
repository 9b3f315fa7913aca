import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { decodeNpy } from '#formats/npy.ts';
import type { NpyArray, NpyRecords } from '#formats/npy-array.ts';
import { takeNpyRows, takeNpzRows } from '#formats/npy-rows.ts';
import { encodeNpz, npyChunks } from '#formats/npy-write.ts';
import { readNpz } from '#formats/npz.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();
const fixture = (name: string) => readFile(fileURLToPath(new URL(`../fixtures/formats/npy/${name}`, import.meta.url)));

describe('formats/npy-rows: takeNpyRows', () => {
  it("takes rows of NumPy's structured arrays with their types", async () => {
    const bytes = new Uint8Array(await fixture('pairs.npy'));
    const { fields, shape } = decodeNpy(takeNpyRows(bytes, [2, 0], 'pairs.npy')) as NpyRecords;
    expect(shape).toEqual([2]);
    const values = (name: string) => Array.from(fields.get(name)?.values as ArrayLike<number | bigint>);
    expect(values('seqh')).toEqual([0xffffffff, 1]);
    expect(values('seql')).toEqual([0xfedcba9876543210n, 3n]);
    expect(values('img2').map(Number)).toEqual([7, 5]);
    expect(values('score')).toEqual([0.125, 0.5]);
  });

  it('takes rows of fields that hold arrays and of plain arrays, and none', async () => {
    const mixed = decodeNpy(takeNpyRows(new Uint8Array(await fixture('mixed.npy')), [1], 'mixed')) as NpyRecords;
    expect(mixed.shape).toEqual([1, 2]);
    expect(mixed.fields.get('name')?.values).toEqual(['def', 'ghij']);
    const plain = Buffer.concat(npyChunks({ values: Int32Array.of(0, 1, 2, 3, 4, 5), shape: [3, 2] }));
    expect(decodeNpy(takeNpyRows(plain, [1, 2], 'plain'))).toEqual({
      values: Int32Array.of(2, 3, 4, 5),
      shape: [2, 2],
    });
    expect(decodeNpy(takeNpyRows(plain, [], 'plain'))).toMatchObject({ shape: [0, 2] });
  });

  it("refuses what is cut short, and Fortran's order", async () => {
    const bytes = new Uint8Array(await fixture('pairs.npy'));
    expect(() => takeNpyRows(bytes.subarray(0, bytes.length - 1), [0], 'pairs.npy')).toThrow(
      'pairs.npy: expected 3 rows of 28 bytes, found the end of the file',
    );
    const fortran = new Uint8Array(await fixture('fortran.npy'));
    expect(() => takeNpyRows(fortran, [0], 'f.npy')).toThrow("f.npy: expected rows in C order, found Fortran's");
  });
});

describe('formats/npy-rows: takeNpzRows', () => {
  it('takes rows of one array and keeps the others', async () => {
    const pairs: NpyArray = { values: Int32Array.of(0, 1, 2, 3), shape: [2, 2] };
    await writeFile(place('a.npz'), encodeNpz({ pairs, scenes: { values: ['a', 'bc'], shape: [2] } }));
    await writeFile(place('b.npz'), await takeNpzRows(place('a.npz'), 'pairs', [1]));
    const arrays = await readNpz(place('b.npz'));
    expect(arrays.get('pairs')).toEqual({ values: Int32Array.of(2, 3), shape: [1, 2] });
    expect(arrays.get('scenes')).toEqual({ values: ['a', 'bc'], shape: [2] });
  });
});
