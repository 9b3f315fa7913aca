import { describe, expect, it } from '@jest/globals';

import type { PixelMap } from '#image/pixel-map.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { resampleGolden } from './resample-golden.ts';

function goldenDepth(name: string): PixelMap {
  const { width, height, data } = resampleGolden(name);
  return { width, height, values: new Float32Array(data.buffer) };
}

const ramp = (length: number): PixelMap<Uint16Array> => ({
  width: length,
  height: 1,
  values: Uint16Array.from({ length }, (_, i) => i),
});

describe('image/resize-nearest: resizeNearest', () => {
  it.each([
    [32, 24],
    [80, 61],
  ])('equals OpenCV at corners: %i × %i', (width, height) => {
    const resized = resizeNearest(goldenDepth('depth_in'), width, height, 'corner');
    expect(resized).toEqual(goldenDepth(`cv2nearest_${width}x${height}`));
  });

  it('takes pixels 0, 2, 5 and 7 of ten by corners, and 1, 3, 6 and 8 by centres', () => {
    expect(Array.from(resizeNearest(ramp(10), 4, 1, 'corner').values)).toEqual([0, 2, 5, 7]);
    expect(Array.from(resizeNearest(ramp(10), 4, 1, 'centre').values)).toEqual([1, 3, 6, 8]);
  });

  it('commutes with mirroring when centres meet', () => {
    const forth = resizeNearest(ramp(10), 4, 1, 'centre').values;
    const mirrored = resizeNearest({ ...ramp(10), values: ramp(10).values.reverse() }, 4, 1, 'centre').values;
    expect(mirrored.reverse()).toEqual(forth);
  });

  it('keeps the type of the values and refuses a wrong number of them', () => {
    expect(resizeNearest(ramp(4), 2, 3, 'centre').values).toBeInstanceOf(Uint16Array);
    expect(() => resizeNearest({ ...ramp(4), height: 2 }, 2, 2, 'corner')).toThrow('expected 4 × 2 values, got 4');
  });
});
