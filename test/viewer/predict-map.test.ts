import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromResiduals, toResiduals } from '#viewer/predict-map.ts';

describe('viewer/predict-map', () => {
  it('gives every map back, whatever is in it', () => {
    const map = fc.uint16Array({ minLength: 0, maxLength: 60 });
    fc.assert(
      fc.property(map, fc.integer({ min: 1, max: 9 }), (values, width) => {
        expect(fromResiduals(toResiduals(values, width), width)).toEqual(values);
      }),
    );
  });

  it('leaves nothing of a slope but where it begins', () => {
    const slope = Uint16Array.from({ length: 16 }, (_, i) => 100 + 3 * (i % 4) + 5 * (i >> 2));
    expect([...toResiduals(slope, 4)]).toEqual([200, 6, 6, 6, 10, 6, 6, 6, 10, 6, 6, 6, 10, 6, 6, 6]);
  });
});
