import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { uprightPhotograph } from '#export/upright-photograph.ts';
import { decodeImage } from '#image/decode.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

/** Red on the left, blue on the right, 24 × 10 as stored. */
function picture() {
  const data = Uint8Array.from({ length: 720 }, (_, i) => (i % 3 === ((i / 3) % 24 < 12 ? 0 : 2) ? 250 : 5));
  return sharp(data, { raw: { width: 24, height: 10, channels: 3 } });
}

describe('export/upright-photograph: uprightPhotograph', () => {
  it('leaves the bytes of an upright JPEG or PNG as they are', async () => {
    for (const [name, encoded] of [
      ['a.JPG', picture().jpeg()],
      ['b.png', picture().png()],
    ] as const) {
      await writeFile(temporary(name), await encoded.toBuffer());
      const upright = await uprightPhotograph(temporary(name));
      expect(upright).toMatchObject({ extension: name.slice(1), width: 24, height: 10 });
      expect(await upright.bytes()).toEqual(await readFile(temporary(name)));
    }
  });

  it('turns a photograph that lies on its side, and says its upright size', async () => {
    await picture().withMetadata({ orientation: 6 }).jpeg({ quality: 100 }).toFile(temporary('lying.jpg'));
    const upright = await uprightPhotograph(temporary('lying.jpg'));
    expect(upright).toMatchObject({ extension: '.jpg', width: 10, height: 24 });
    const bytes = await upright.bytes();
    expect((await sharp(bytes).metadata()).orientation ?? 1).toBe(1);
    const { width, height, data } = await decodeImage(bytes);
    expect([width, height]).toEqual([10, 24]);
    expect(data[0]).toBeGreaterThan(200); // the left side is now on top
    expect(data.at(-1)).toBeGreaterThan(200);
  });

  it('makes a JPEG of other types', async () => {
    await writeFile(temporary('c.webp'), await picture().webp().toBuffer());
    const upright = await uprightPhotograph(temporary('c.webp'));
    expect(upright).toMatchObject({ extension: '.jpg', width: 24, height: 10 });
    expect((await sharp(await upright.bytes()).metadata()).format).toBe('jpeg');
  });

  it('names a file that is missing or no image', async () => {
    await expect(uprightPhotograph(temporary('none.jpg'))).rejects.toThrow('none.jpg: no such image file');
    await writeFile(temporary('text.jpg'), 'text');
    await expect(uprightPhotograph(temporary('text.jpg'))).rejects.toThrow('text.jpg: not an image');
  });
});
