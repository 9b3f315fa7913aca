import { describe, expect, it } from '@jest/globals';
import { turbo } from '#export/colormap.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { paintSamples } from '#train/log/paint-samples.ts';
import { rampSample } from './small-run.ts';

const cell = 4 + 4;

function pixel({ width, data }: RgbImage, x: number, y: number): number[] {
  return [...data.subarray(3 * (y * width + x), 3 * (y * width + x) + 3)];
}

describe('train/log/paint-samples', () => {
  it('shows image, true and predicted distance, and confidence, in one colour scale whatever the scale predicted', () => {
    const picture = paintSamples([rampSample()]);
    expect([picture.width, picture.height]).toEqual([4 * cell - 4, 2 * 6 - 4]);
    expect(pixel(picture, 0, 0)).toEqual([255, 255, 255]);
    const [near, far] = [[...turbo(1)], [...turbo(0)]];
    for (const left of [cell, 2 * cell]) {
      expect(pixel(picture, left, 0)).toEqual(near);
      expect(pixel(picture, left + 3, 1)).toEqual(far);
    }
    expect(pixel(picture, 3 * cell, 0)).toEqual(far);
    expect(pixel(picture, 3 * cell + 3, 1)).toEqual(near);
  });

  it('leaves black what is not known, predicted as nothing, or not given', () => {
    const valid = Uint8Array.from([0, 1, 1, 1, 1, 1, 1, 1]);
    const { confidence: _, ...view } = rampSample({
      valid,
      predictedPoints: new Float32Array(24).fill(Number.NaN),
    }).view1;
    const picture = paintSamples([{ width: 4, height: 2, view1: view, view2: view }]);
    for (const left of [cell, 2 * cell, 3 * cell]) expect(pixel(picture, left, 0)).toEqual([0, 0, 0]);
    expect(pixel(picture, cell + 1, 0)).not.toEqual([0, 0, 0]);
  });

  it('shows predictions where no truth is known', () => {
    const view = rampSample({ valid: new Uint8Array(8) }).view1;
    const picture = paintSamples([{ width: 4, height: 2, view1: view, view2: view }]);
    expect(pixel(picture, 2 * cell, 0)).toEqual([...turbo(1)]);
  });

  it('turns portrait views upright again', () => {
    const picture = paintSamples([rampSample({ trueShape: [4, 2] })]);
    expect([picture.width, picture.height]).toEqual([4 * cell - 4, 2 * cell - 4]);
    const left = cell + 1; // two pixels wide, centred in four
    expect(pixel(picture, left, 0)).toEqual([...turbo(1)]);
    expect(pixel(picture, left + 1, 3)).toEqual([...turbo(0)]);
    expect(pixel(picture, left - 1, 0)).toEqual([96, 96, 96]);
  });

  it('puts several pairs below each other', () => {
    expect(paintSamples([rampSample(), rampSample()]).height).toBe(4 * 6 - 4);
  });
});
