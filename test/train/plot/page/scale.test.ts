import { describe, expect, it } from '@jest/globals';
import { logScaleFor } from '#train/plot/page/scale.ts';

describe('train/plot/page/scale', () => {
  it('is logarithmic for positive values, and to both sides of zero for a loss that falls below it', () => {
    expect(logScaleFor([1, null, 100])).toEqual({ kind: 'log' });
    expect(logScaleFor([2, 0, -0.5])).toEqual({ kind: 'symmetric', linearBelow: 0.5 });
  });

  it('stays linear where there is nothing to show', () => {
    expect(logScaleFor([null, 0])).toEqual({ kind: 'linear' });
  });
});
