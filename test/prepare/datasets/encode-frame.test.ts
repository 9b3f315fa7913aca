import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readNpzNumbers } from '#data/published/stored-numbers.ts';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { decodeImage } from '#image/decode.ts';
import { encodeCamera, encodeGreyPng, encodePhotograph, millimetres } from '#prepare/datasets/encode-frame.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();
const [width, height] = [30, 20];

describe('prepare/datasets/encode-frame', () => {
  it('keeps 16-bit and 8-bit values', async () => {
    const values = Uint16Array.from({ length: width * height }, (_, i) => (i * 109) % 65_536);
    await writeFile(place('16.png'), encodeGreyPng({ width, height, values }));
    expect((await readDepthPng(place('16.png'))).values).toEqual(values);
    const bytes = Uint8Array.from(values, (value) => value % 256);
    const { data } = await decodeImage(encodeGreyPng({ width, height, values: bytes }));
    expect(data.filter((_, i) => i % 3 === 0)).toEqual(bytes);
  });

  it('stores metres as millimetres; what is unknown or too far is 0', () => {
    const values = Float32Array.of(1.2344, 1.2346, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 65.535, 66);
    const stored = millimetres({ width: 4, height: 2, values });
    expect([...stored.values]).toEqual([1234, 1235, 0, 0, 0, 0, 65_535, 0]);
  });

  it('keeps the size of photographs, and has fewer bytes at a lower quality', async () => {
    const data = Uint8Array.from({ length: 3 * 700 * height }, (_, i) => (i * i) % 251);
    const image = { width: 700, height, data };
    const [low, high] = [await encodePhotograph(image), await encodePhotograph(image, 95)];
    expect(await decodeImage(low)).toMatchObject({ width: 700, height });
    expect(low.length).toBeLessThan(0.7 * high.length);
  });

  it('stores a camera and single numbers', async () => {
    const camToWorld = Float64Array.of(1, 0, 0, 4, 0, 1, 0, 5, 0, 0, 1, 6, 0, 0, 0, 1);
    const camera = { width, height, focalPx: [50, 51], principalPx: [14.5, 9.5], camToWorld } as const;
    await writeFile(place('camera.npz'), encodeCamera(camera, ['K', 'pose'], { far: 2.5 }));
    const { K, pose, far } = await readNpzNumbers(place('camera.npz'), { K: [3, 3], pose: [4, 4], far: [] });
    expect(K).toEqual(Float32Array.of(50, 0, 14.5, 0, 51, 9.5, 0, 0, 1));
    expect(pose).toEqual(Float32Array.from(camToWorld));
    expect([...(far as Float32Array)]).toEqual([2.5]);
  });
});
