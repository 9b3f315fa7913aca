import { describe, expect, it } from '@jest/globals';

import { expectPixelMap } from '#image/pixel-map.ts';

describe('image/pixel-map: expectPixelMap', () => {
  it('accepts one value per pixel and nothing else', () => {
    expect(() => expectPixelMap('depth', { width: 2, height: 3, values: new Float32Array(6) })).not.toThrow();
    expect(() => expectPixelMap('depth', { width: 2, height: 3, values: new Float32Array(7) })).toThrow(
      'depth: expected 2 × 3 values, got 7',
    );
    expect(() => expectPixelMap('depth', { width: 0, height: 3, values: new Float32Array(0) })).toThrow('got 0 × 3');
  });
});
