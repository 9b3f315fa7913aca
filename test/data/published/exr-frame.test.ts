import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readExrView } from '#data/published/exr-frame.ts';
import { encodeExr } from '#formats/exr-write.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixturePath } from './fixture.ts';

const temporary = useTemporaryFolder();
const scene = 'megadepth/0001/0';
const stem = () => temporary(`${scene}/1007_ab0_o`);
const frame = () => ({ stem: stem(), dataset: 'MegaDepth', label: '0001/0', instance: '0001/0/1007_ab0_o' });

beforeAll(() => cp(fixturePath('megadepth'), temporary('megadepth'), { recursive: true }));

describe('data/published/exr-frame: readExrView', () => {
  it('reads photograph, depth and camera that lie side by side', async () => {
    const view = await readExrView(frame());
    expect(view).toMatchObject({ dataset: 'MegaDepth', label: '0001/0', instance: '0001/0/1007_ab0_o' });
    expect(view.camera).toMatchObject({ width: 64, height: 48, focalPx: [61.5, 62] });
    expect(view.depth.filter((z) => z > 0).length).toBeGreaterThan(1000);
  });

  it('takes the photograph from elsewhere, the camera from another reader, and leaves deep pixels out', async () => {
    const whole = await readExrView(frame());
    const camera = { focalPx: [1, 2], principalPx: [3, 4], camToWorld: identityTransform() } as const;
    const imagePath = temporary(`${scene}/1100_ab1_o.jpg`);
    const view = await readExrView({ ...frame(), imagePath, maxDepth: 0.8 }, async () => camera);
    expect(view.camera).toEqual({ ...camera, width: 64, height: 48 });
    expect(view.image).not.toEqual(whole.image);
    expect(view.depth).toEqual(whole.depth.map((z) => (z <= 0.8 ? z : 0)));
    expect(view.depth).not.toEqual(whole.depth);
  });

  it.each([
    ['a missing photograph', '.jpg', rm, 'no such image file'],
    ['a missing depth', '.exr', rm, 'no such file'],
    ['a missing camera', '.npz', rm, 'no such file'],
    ['a depth that is cut off', '.exr', (path: string) => truncate(path, 1500), ''],
    ['a depth that is no EXR', '.exr', (path: string) => writeFile(path, 'PNG'), 'expected an EXR file'],
    ['a depth of another size', '.exr', writeSmallExr, 'expected 64 × 48 pixels as in'],
    ['a damaged camera', '.npz', (path: string) => truncate(path, 40), 'a zip archive'],
  ] as const)('names the file for %s', async (_, ending, breakFile, message) => {
    const path = `${stem()}${ending}`;
    const whole = await readFile(path);
    await breakFile(path);
    await expect(readExrView(frame())).rejects.toThrow(`${path}: `);
    await expect(readExrView(frame())).rejects.toThrow(message);
    await expect(readExrView(frame())).rejects.toThrow(/^[^\n]*$/);
    await writeFile(path, whole);
  });
});

function writeSmallExr(path: string): Promise<void> {
  return writeFile(path, encodeExr({ width: 2, height: 1, values: Float32Array.of(1, 2) }));
}
