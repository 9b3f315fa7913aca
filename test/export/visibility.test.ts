import { describe, expect, it } from '@jest/globals';
import { findObservations } from '#export/visibility.ts';
import { planePoints, planeViews } from './depth-views.ts';

const [first, second] = planeViews();
const seen = (point: number[], view = first, options = {}) =>
  findObservations(Float32Array.from(point), [view], options).views.length === 1;

describe('export/visibility: findObservations', () => {
  it('names the views that see each point, and where in the original photograph', () => {
    const { starts, views, pixels } = findObservations(planePoints.positions, [first, second]);
    expect([...starts]).toEqual([0, 2, 4, 6, 7]);
    expect([...views]).toEqual([0, 1, 0, 1, 0, 1, 0]);
    expect([...pixels.subarray(0, 2)]).toEqual([9, 5.5]);
  });

  it('does not see through a surface, in front of it, or behind the camera', () => {
    expect(seen([0, 0, 2])).toBe(true);
    expect(seen([0, 0, 2.1])).toBe(false);
    expect(seen([0, 0, 1.9])).toBe(false);
    expect(seen([0, 0, 1.9], first, { tolerance: 0.1 })).toBe(true);
    expect(seen([0, 0, -2])).toBe(false);
    expect(seen([0, 0, 0])).toBe(false);
  });

  it('does not see beyond the map, nor in unsure pixels or pixels without depth', () => {
    expect(seen([-0.85, 0, 2])).toBe(true); // pixel −0.4 rounds to 0
    expect(seen([-0.9, 0, 2])).toBe(false); // pixel −0.6
    expect(seen([0, 0, 2], first, { minConfidence: 5 })).toBe(true);
    expect(seen([0, 0, 2], first, { minConfidence: 5.1 })).toBe(false);
    expect(seen([0, 0, 2], { ...first, depth: new Float32Array(24).fill(Number.NaN) })).toBe(false);
  });

  it('refuses maps of another size, naming the view', () => {
    const cut = { ...second, depth: new Float32Array(23) };
    expect(() => findObservations(planePoints.positions, [first, cut])).toThrow(
      'findObservations: view "second.jpg" needs 24 depths and confidences, got 23 and 24',
    );
  });
});
