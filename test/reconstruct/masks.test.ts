import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { fitImage, type InferenceImage } from '#image/fit.ts';
import { fitMask, readMasks } from '#reconstruct/masks.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const [width, height] = [80, 40];
const photograph: InferenceImage = {
  name: 'a.jpg',
  ...fitImage({ width, height, data: new Uint8Array(3 * width * height) }, { size: 32 }),
};

/** The left half dark. */
async function writeMask(path: string, columns: number, rows: number): Promise<void> {
  const data = Uint8Array.from({ length: columns * rows }, (_, i) => (i % columns < columns / 2 ? 20 : 240));
  await sharp(data, { raw: { width: columns, height: rows, channels: 1 } })
    .png()
    .toFile(path);
}

let folder: string;
beforeAll(async () => {
  folder = temporary('masks');
  await mkdir(folder);
  await writeMask(join(folder, 'a.png'), width, height);
  await writeMask(join(folder, 'b.jpg.png'), 10, 10);
});

describe('reconstruct/masks: readMasks', () => {
  it('finds a mask by the name of its photograph, with or without the ending', async () => {
    const masks = await readMasks(folder, ['a.jpg', 'deep/b.jpg', 'c.jpg']);
    expect([...masks.keys()]).toEqual(['a.jpg', 'deep/b.jpg']);
    expect(masks.get('a.jpg')?.values.slice(38, 42)).toEqual(Uint8Array.of(0, 0, 1, 1));
  });

  it('refuses a folder that is none, or has masks of none of the photographs', async () => {
    await expect(readMasks(temporary('no'), ['a.jpg'])).rejects.toThrow('expected a folder of masks (ENOENT)');
    const other = readMasks(folder, ['z.jpg']);
    await expect(other).rejects.toThrow('expected masks named like the photographs, for instance z.png, found none');
  });
});

describe('reconstruct/masks: fitMask', () => {
  it("brings it to the network's pixels, where they lie in the photograph", async () => {
    const mask = (await readMasks(folder, ['a.jpg'])).get('a.jpg');
    const fitted = fitMask(mask as NonNullable<typeof mask>, photograph);
    expect(fitted).toHaveLength(32 * 16);
    expect(fitted).toEqual(Uint8Array.from({ length: 32 * 16 }, (_, i) => Number(i % 32 >= 16)));
  });

  it("refuses one that has not the photograph's size", () => {
    const small = { width: 32, height: 16, values: new Uint8Array(32 * 16) };
    expect(() => fitMask(small, photograph)).toThrow(
      "mask of a.jpg: expected 80×40 pixels, the photograph's size, got 32×16",
    );
  });
});
