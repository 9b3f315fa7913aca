import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readColmap, readColmapPoints } from '#formats/colmap.ts';
import { decodeColmapCamerasBin, decodeColmapImagesBin, decodeColmapPointsBin } from '#formats/colmap-binary.ts';
import { decodeColmapCamerasText, decodeColmapImagesText, decodeColmapPointsText } from '#formats/colmap-text.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture, fixturePath } from './fixtures.ts';

const temporary = useTemporaryFolder();
const files = ['cameras', 'images', 'points3D'];

beforeAll(async () => {
  for (const extension of ['txt', 'bin']) {
    await mkdir(temporary(extension));
    for (const name of files) {
      await copyFile(fixturePath(`colmap/${name}.${extension}`), join(temporary(extension), `${name}.${extension}`));
    }
  }
});

describe('formats/colmap', () => {
  it.each(['txt', 'bin'])('reads cameras of any lens, and images whose names have spaces: %s', async (extension) => {
    const { lenses, poses } = await readColmap(temporary(extension));
    expect([...lenses.values()]).toEqual([
      { id: 1, model: 'SIMPLE_RADIAL', width: 640, height: 480, params: [500.5, 320, 240, -0.01] },
      { id: 7, model: 'PINHOLE', width: 320, height: 200, params: [300, 301, 160.5, 100] },
    ]);
    expect(poses).toEqual([
      { id: 3, cameraId: 7, name: 'left/a b.jpg', rotation: [0.5, 0.5, -0.5, 0.5], translation: [1, 2.5, -3] },
      { id: 4, cameraId: 1, name: 'b.jpg', rotation: [1, 0, 0, 0], translation: [0, 0, 0] },
    ]);
  });

  it.each(['txt', 'bin'])('reads points: %s', async (extension) => {
    expect(await readColmapPoints(temporary(extension))).toEqual({
      positions: Float64Array.of(1, 2, 3.5, -1, 0, 1),
      colors: Uint8Array.of(255, 0, 9, 1, 2, 3),
    });
  });

  it('names the folder without a model, and the image without a camera', async () => {
    await expect(readColmap('no')).rejects.toThrow(
      'no: expected a COLMAP model (cameras and images, .bin or .txt), found none',
    );
    await mkdir(temporary('orphan'));
    await writeFile(join(temporary('orphan'), 'cameras.txt'), '1 PINHOLE 4 3 2 2 2 1.5\n');
    await writeFile(join(temporary('orphan'), 'images.txt'), '1 1 0 0 0 0 0 0 9 a.jpg\n\n');
    await expect(readColmap(temporary('orphan'))).rejects.toThrow('expected the camera 9 of a.jpg in');
  });
});

const text = (content: string) => new TextEncoder().encode(content);

describe('formats/colmap-text', () => {
  it('passes over comments, carriage returns and empty lines', () => {
    const lines = '# comment\r\n1 1 0 0 0 0 0 0 1 a.jpg\r\n\r\n# comment\r\n2 1 0 0 0 0 0 0 1 b.jpg\r\n\r\n\r\n';
    expect(decodeColmapImagesText(text(lines), 'images.txt').map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
  });

  it.each([
    ['1 FISHY 4 3 2', decodeColmapCamerasText, "line 1: expected one of COLMAP's camera models, found FISHY"],
    ['1 PINHOLE 4 3 2', decodeColmapCamerasText, 'line 1: expected 4 parameters of a PINHOLE, found 1'],
    ['1 PINHOLE 4 3 2 2 2 x', decodeColmapCamerasText, 'line 1: expected a number, found x'],
    ['\n1 1 0 0 0', decodeColmapImagesText, 'line 2: expected an image: id, quaternion, translation, camera, name'],
    ['1 2 3', decodeColmapPointsText, 'line 1: expected a number, found the end of the line'],
  ])('names the line of %j', (line, decode, message) => {
    expect(() => decode(text(line), 'a.txt')).toThrow(`a.txt, ${message}`);
  });
});

describe('formats/colmap-binary', () => {
  it.each([
    ['cameras', decodeColmapCamerasBin],
    ['images', decodeColmapImagesBin],
    ['points3D', decodeColmapPointsBin],
  ])('refuses %s that are cut off, go on, or claim too many', (name, decode) => {
    const bytes = fixture(`colmap/${name}.bin`);
    expect(() => decode(bytes.subarray(0, -1), 'a.bin')).toThrow('is it cut short?');
    expect(() => decode(Buffer.concat([bytes, Buffer.alloc(3)]), 'a.bin')).toThrow(
      'a.bin: expected the end, found 3 more bytes',
    );
    expect(() => decode(bytes.fill(0xff, 0, 8), 'a.bin')).toThrow('a.bin: expected 18446744073709552000 records');
  });

  it('names an unknown camera model', () => {
    expect(() => decodeColmapCamerasBin(fixture('colmap/cameras.bin').fill(99, 12, 13), 'a.bin')).toThrow(
      'a.bin: expected a camera model up to 10, found 99',
    );
  });
});
