import { describe, expect, it } from '@jest/globals';

import { expectPointCloud, mergePointClouds, selectPoints } from '#export/point-cloud.ts';

const positions = Float32Array.of(0, 0, 1, 0, 0, 2, Number.NaN, 0, 3, 0, 0, 4);
const colors = Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4);

describe('export/point-cloud: selectPoints', () => {
  it('keeps the finite points that are sure enough', () => {
    expect(selectPoints(positions, colors, Float32Array.of(1, 3, 9, 3.5), 3)).toEqual({
      positions: Float32Array.of(0, 0, 2, 0, 0, 4),
      colors: Uint8Array.of(2, 2, 2, 4, 4, 4),
      confidence: Float32Array.of(3, 3.5),
    });
  });

  it('drops points of unknown confidence and may drop all', () => {
    const unknown = new Float32Array(4).fill(Number.NaN);
    expect(selectPoints(positions, colors, unknown, 0).positions).toHaveLength(0);
  });

  it('refuses lengths that do not fit', () => {
    expect(() => selectPoints(positions, colors, new Float32Array(3), 0)).toThrow(
      'each of 3 confidences, got 12 and 12',
    );
  });
});

describe('export/point-cloud: mergePointClouds', () => {
  const a = { positions: Float32Array.of(1, 2, 3), colors: Uint8Array.of(4, 5, 6), confidence: Float32Array.of(7) };
  const b = { positions: Float32Array.of(9, 8, 7), colors: Uint8Array.of(6, 5, 4), confidence: Float32Array.of(3) };

  it('puts clouds after each other', () => {
    expect(mergePointClouds([a, b])).toEqual({
      positions: Float32Array.of(1, 2, 3, 9, 8, 7),
      colors: Uint8Array.of(4, 5, 6, 6, 5, 4),
      confidence: Float32Array.of(7, 3),
    });
  });

  it('has no confidence when one of them has none', () => {
    const bare = { positions: b.positions, colors: b.colors };
    expect(mergePointClouds([a, bare])).not.toHaveProperty('confidence');
  });
});

describe('export/point-cloud: expectPointCloud', () => {
  it('refuses points that are not finite and lengths that do not fit', () => {
    expect(() => expectPointCloud('x', { positions, colors })).toThrow('x: point 2 is not finite; see selectPoints()');
    expect(() => expectPointCloud('x', { positions, colors: new Uint8Array(9) })).toThrow('got 12, 9 and 4');
    const confidence = new Float32Array(3);
    expect(() => expectPointCloud('x', { positions, colors, confidence })).toThrow('got 12, 12 and 3');
  });
});
