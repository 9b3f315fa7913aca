import { describe, expect, it } from '@jest/globals';
import { preparePair, prepareView } from '#data/prepare-view.ts';
import type { RawView } from '#data/view.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { createNumpyRandom } from '#tensor/random.ts';

const quarterTurn = rigidTransform([0, -1, 0, 1, 0, 0, 0, 0, 1], [1, 2, 3]);

/** Grey values count the pixels; so do the depths, from 1. */
function rawView(width: number, height: number, change: Partial<RawView> = {}): RawView {
  return {
    image: { width, height, data: Uint8Array.from({ length: width * height * 3 }, (_, i) => Math.floor(i / 3)) },
    depth: Float32Array.from({ length: width * height }, (_, i) => i + 1),
    camera: { width, height, focalPx: [2, 4], principalPx: [width / 2, height / 2], camToWorld: quarterTurn },
    dataset: 'set',
    label: 'scene',
    instance: 'one',
    ...change,
  };
}

const random = () => createNumpyRandom(3);

describe('data/prepare-view: prepareView', () => {
  it('gives pixels in [-1, 1] and points behind their pixels', () => {
    const view = prepareView(rawView(6, 4), { resolution: [6, 4] }, random());
    expect(view).toMatchObject({
      width: 6,
      height: 4,
      trueShape: [4, 6],
      dataset: 'set',
      label: 'scene',
      instance: 'one',
    });
    expect(view.image[3 * 9]).toBeCloseTo((9 / 255) * 2 - 1, 6);
    // Pixel 9 is (3, 1), at depth 10; the principal point is (3, 2).
    const point = [...view.pointsInCamera.slice(3 * 9, 3 * 9 + 3)];
    expect(point[0]).toBeCloseTo(0, 5);
    expect(point[1]).toBeCloseTo((-1 * 10) / 4, 5);
    expect(point[2]).toBe(10);
  });

  it('marks pixels without a finite depth above 0, and gives them no point', () => {
    const depth = new Float32Array(24).fill(5);
    depth.set([0, -1, Number.NaN, Number.POSITIVE_INFINITY], 4);
    const { valid, pointsInCamera } = prepareView(rawView(6, 4, { depth }), { resolution: [6, 4] }, random());
    expect([...valid.slice(3, 9)]).toEqual([1, 0, 0, 0, 0, 1]);
    expect([...pointsInCamera.slice(12, 24)]).toEqual(new Array(12).fill(0));
  });

  it('stores a portrait view landscape: the grid is transposed, its points and camera are not', () => {
    const portrait = prepareView(rawView(4, 6), { resolution: [6, 4] }, random());
    expect(portrait).toMatchObject({ width: 6, height: 4, trueShape: [6, 4] });
    expect(portrait.camera).toMatchObject({ width: 4, height: 6 });
    expect(portrait.camera.focalPx[1]).toBeCloseTo(4, 5);
    // The pixel at x = 1, y = 5 of the photograph is number 21; it is stored at x = 5, y = 1, number 11.
    expect(portrait.image[3 * 11]).toBeCloseTo((21 / 255) * 2 - 1, 6);
    const [x, y, z] = portrait.pointsInCamera.slice(33, 36);
    expect(x).toBeCloseTo(((1 - 2) * 22) / 2, 4);
    expect(y).toBeCloseTo(((5 - 3) * 22) / 4, 4);
    expect(z).toBe(22);
  });

  it('refuses a view without pose or without depth by its name', () => {
    const { camera } = rawView(6, 4);
    const lost = { ...camera, camToWorld: new Float64Array(16).fill(Number.NaN) };
    const prepare = (change: Partial<RawView>) => () =>
      prepareView(rawView(6, 4, change), { resolution: [6, 4] }, random());
    expect(prepare({ camera: lost })).toThrow("set/scene/one: the camera's pose is not known");
    expect(prepare({ depth: new Float32Array(24) })).toThrow('set/scene/one: no pixel of the cropped view has a depth');
  });
});

describe('data/prepare-view: preparePair', () => {
  const pair = [rawView(12, 9), rawView(10, 10)] as const;
  const options = { resolution: [6, 4], augCrop: 6 } as const;

  it('crops alike with and without colour jitter, which each view draws on its own', () => {
    const plain = preparePair(pair, options, random());
    const jittered = preparePair(pair, { ...options, transform: 'ColorJitter' }, random());
    expect(jittered.map(({ camera }) => camera)).toEqual(plain.map(({ camera }) => camera));
    expect(jittered.map(({ pointsInCamera }) => pointsInCamera)).toEqual(
      plain.map(({ pointsInCamera }) => pointsInCamera),
    );
    expect(jittered[0].image).not.toEqual(plain[0].image);
    const same = preparePair([pair[0], pair[0]], { resolution: [6, 4], transform: 'ColorJitter' }, random());
    expect(same[0].image).not.toEqual(same[1].image);
  });
});
