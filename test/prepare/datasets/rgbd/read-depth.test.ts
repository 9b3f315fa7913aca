import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { encodeExr } from '#formats/exr-write.ts';
import { npyChunks } from '#formats/npy-write.ts';
import { resizeCamera } from '#geometry/camera.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { encodeGreyPng } from '#prepare/datasets/encode-frame.ts';
import { depthThrough, readDepth } from '#prepare/datasets/rgbd/read-depth.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();
const halves = { scale: 0.5, none: [7] };
const stored = [2, 0, 4, 7, 6, 20];

describe('prepare/datasets/rgbd: readDepth', () => {
  it.each([
    ['png', () => encodeGreyPng({ width: 3, height: 2, values: Uint16Array.from(stored) }), [1, 0, 2, 0, 3, 0]],
    ['EXR', () => encodeExr({ width: 3, height: 2, values: Float32Array.from(stored) }), [1, 0, 2, 3.5, 3, 0]],
    ['npy', () => Buffer.concat(npyChunks({ values: Float64Array.from(stored), shape: [2, 3] })), [1, 0, 2, 3.5, 3, 0]],
    [
      'geometric.bin',
      () => Buffer.concat([Buffer.from('3&2&1&'), Buffer.from(Float32Array.from([2, -3, 4, NaN, 6, Infinity]).buffer)]),
      [1, 0, 2, 0, 3, 0],
    ],
  ])('reads %s in metres, without what is unknown or beyond the limit', async (ending, encode, expected) => {
    const path = place(`depth.${ending}`);
    await writeFile(path, encode());
    const { width, height, values } = await readDepth(path, halves, 5);
    expect([width, height, ...values]).toEqual([3, 2, ...expected]);
  });

  it('refuses other files, and arrays of other shapes', async () => {
    await expect(readDepth('/x/depth.tif', halves)).rejects.toThrow(
      "/x/depth.tif: expected depth as .png, .exr, .npy or COLMAP's .bin",
    );
    const path = place('flat.npy');
    await writeFile(path, Buffer.concat(npyChunks({ values: Float64Array.from(stored), shape: [6] })));
    await expect(readDepth(path, halves)).rejects.toThrow(`${path}: expected the shape [any, any], found [6]`);
  });
});

describe('prepare/datasets/rgbd: depthThrough', () => {
  const from = { focalPx: [24, 30], principalPx: [19.5, 13] } as const;
  const depth = { width: 40, height: 30, values: Float32Array.from({ length: 1200 }, (_, i) => i + 1) };

  it('takes the pixel that each ray meets, and nothing beyond the depth camera’s sight', () => {
    const to = { width: 9, height: 5, focalPx: [4, 3], principalPx: [4, 2], camToWorld: identityTransform() } as const;
    const { values } = depthThrough(depth, from, to);
    const rays = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];
    rays.forEach((x, u) => {
      for (let v = 0; v < 5; v++) {
        const [column, row] = [Math.round(24 * x + 19.5), Math.round((30 * (v - 2)) / 3 + 13)];
        const isSeen = column >= 0 && column < 40 && row >= 0 && row < 30;
        expect(values[9 * v + u]).toBe(isSeen ? 40 * row + column + 1 : 0);
      }
    });
    expect(values.filter((value) => value === 0).length).toBe(2 * 9 + 2 * 3);
  });

  it('agrees with the nearest by centres where both are one camera', () => {
    const camera = { width: 40, height: 30, ...from, camToWorld: identityTransform() };
    const { values } = depthThrough(depth, from, resizeCamera(camera, { width: 120, height: 90 }));
    expect(values).toEqual(resizeNearest(depth, 120, 90, 'centre').values);
  });
});
