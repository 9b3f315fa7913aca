import { describe, expect, it } from '@jest/globals';
import { thinPoints } from '#export/thin-points.ts';

const count = 1000;
const cloud = {
  positions: Float32Array.from({ length: 3 * count }, (_, i) => i),
  colors: Uint8Array.from({ length: 3 * count }, (_, i) => i % 256),
  confidence: Float32Array.from({ length: count }, (_, i) => i),
};

describe('export/thin-points: thinPoints', () => {
  it('keeps so many distinct points, whole and in order, one of each run', () => {
    for (const wanted of [1, 7, 300, 999]) {
      const thin = thinPoints(cloud, wanted);
      const kept = [...(thin.confidence ?? [])];
      expect(kept).toHaveLength(wanted);
      kept.forEach((point, run) => {
        expect(Math.abs(point - ((run + 0.5) * count) / wanted)).toBeLessThanOrEqual(count / wanted / 2 + 1);
        expect(point).toBeGreaterThan(kept[run - 1] ?? -1);
        expect([...thin.positions.subarray(3 * run, 3 * run + 3)]).toEqual([3 * point, 3 * point + 1, 3 * point + 2]);
        expect(thin.colors[3 * run]).toBe((3 * point) % 256);
      });
    }
  });

  it('gives the same points again, and all where they are few enough', () => {
    expect(thinPoints(cloud, 50)).toEqual(thinPoints(cloud, 50));
    expect(thinPoints(cloud, count)).toBe(cloud);
    expect(thinPoints(cloud, Infinity)).toBe(cloud);
    expect(thinPoints(cloud, 0).positions).toHaveLength(0);
  });

  it('needs no confidence, and refuses a number that is none', () => {
    const { positions, colors } = cloud;
    expect(thinPoints({ positions, colors }, 3)).not.toHaveProperty('confidence');
    expect(() => thinPoints(cloud, Number.NaN)).toThrow('thinPoints: expected a number of points from 0, got NaN');
  });
});
