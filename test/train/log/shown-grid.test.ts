import { describe, expect, it } from '@jest/globals';
import { shownGrid } from '#train/log/shown-grid.ts';

describe('train/log/shown-grid', () => {
  it('keeps a small landscape grid as it is', () => {
    expect(shownGrid({ width: 3, height: 2 }, [2, 3], 256)).toEqual({
      width: 3,
      height: 2,
      stored: Int32Array.from([0, 1, 2, 3, 4, 5]),
    });
  });

  it('transposes what was stored transposed', () => {
    expect(shownGrid({ width: 3, height: 2 }, [3, 2], 256)).toEqual({
      width: 2,
      height: 3,
      stored: Int32Array.from([0, 3, 1, 4, 2, 5]),
    });
  });

  it('shrinks a large grid evenly', () => {
    const { width, height, stored } = shownGrid({ width: 8, height: 4 }, [4, 8], 4);
    expect([width, height]).toEqual([4, 2]);
    expect([...stored]).toEqual([9, 11, 13, 15, 25, 27, 29, 31]);
  });
});
