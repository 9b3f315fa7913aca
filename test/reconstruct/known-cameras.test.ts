import { describe, expect, it } from '@jest/globals';
import { type Camera, toOriginalCamera } from '#geometry/camera.ts';
import { fitImage, type InferenceImage } from '#image/fit.ts';
import { fitKnownCameras } from '#reconstruct/known-cameras.ts';

const camToWorld = Float64Array.of(0, 0, 1, 2, 0, 1, 0, 3, -1, 0, 0, 4, 0, 0, 0, 1);
const camera: Camera = { width: 100, height: 80, focalPx: [90, 95], principalPx: [49, 41], camToWorld };
const photograph = (name: string): InferenceImage => ({
  name,
  ...fitImage({ width: 100, height: 80, data: new Uint8Array(3 * 100 * 80) }, { size: 64 }),
});
const photographs = [photograph('a.jpg'), photograph('deep/b.jpg')];

describe('reconstruct/known-cameras: fitKnownCameras', () => {
  it("brings intrinsics to the network's pixels, by name, and leaves poses as they are", () => {
    const [first, second] = fitKnownCameras([{ name: 'elsewhere/b.jpg', camToWorld, intrinsics: camera }], photographs);
    expect(first).toBeUndefined();
    const { image, mapping, original } = photographs[1] as InferenceImage;
    const { focalPx, principalPx } = second as Required<NonNullable<typeof second>>;
    const back = toOriginalCamera({ ...image, focalPx, principalPx, camToWorld }, mapping, original);
    back.focalPx.forEach((f, k) => {
      expect(f).toBeCloseTo(camera.focalPx[k] as number);
    });
    back.principalPx.forEach((p, k) => {
      expect(p).toBeCloseTo(camera.principalPx[k] as number);
    });
    expect(second?.camToWorld).toBe(camToWorld);
  });

  it('makes a lens of the angle that the width spans, for a photograph named without its ending', () => {
    const [fitted] = fitKnownCameras([{ name: './train/a', fieldOfViewX: Math.PI / 2 }], photographs);
    const { image, mapping, original } = photographs[0] as InferenceImage;
    const { focalPx, principalPx } = fitted as Required<NonNullable<typeof fitted>>;
    const back = toOriginalCamera({ ...image, focalPx, principalPx, camToWorld }, mapping, original);
    const numbers = [...back.focalPx, ...back.principalPx];
    for (const [k, value] of [50, 50, 49.5, 39.5].entries()) expect(numbers[k]).toBeCloseTo(value);
  });

  it('leaves out cameras of other photographs as long as one fits', () => {
    const known = ['a.jpg', 'z.jpg'].map((name) => ({ name, camToWorld }));
    expect(fitKnownCameras(known, photographs)).toEqual([{ camToWorld }, undefined]);
    expect(() => fitKnownCameras(known.slice(1), photographs)).toThrow(
      'known cameras: expected names of the photographs, such as a.jpg, got z.jpg',
    );
  });

  it.each([
    [
      'intrinsics of another size',
      { intrinsics: { ...camera, width: 200 } },
      'its intrinsics are for 200×80 pixels, the photograph has 100×80',
    ],
    ['a focal length of 0', { intrinsics: { ...camera, focalPx: [0, 1] as const } }, 'expected positive focal lengths'],
    [
      'a pose with a scale',
      { camToWorld: camToWorld.map((v) => 2 * v) },
      'expected camToWorld as a rotation and a position',
    ],
    [
      'a pose that is no number',
      { camToWorld: camToWorld.map(() => Number.NaN) },
      'known camera of a.jpg: expected camToWorld',
    ],
  ])('refuses %s', (_, known, message) => {
    expect(() => fitKnownCameras([{ name: 'a.jpg', ...known }], photographs)).toThrow(message);
  });

  it('refuses a camera that is given twice', () => {
    const twice = [{ name: 'a.jpg' }, { name: 'x/a.jpg' }];
    expect(() => fitKnownCameras(twice, photographs)).toThrow('known cameras: x/a.jpg is given twice');
  });
});
