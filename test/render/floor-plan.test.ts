import { describe, expect, it } from '@jest/globals';
import { FloorPlan, footprintAt, turnedSize } from '#render/floor-plan.ts';

describe('render/floor-plan', () => {
  it('takes a place once, and none outside the room', () => {
    const plan = new FloorPlan(footprintAt(0, 0, [4, 4]));
    expect(plan.take(footprintAt(0, 0, [1, 1]))).toBe(true);
    expect(plan.take(footprintAt(0.9, 0, [1, 1]))).toBe(false);
    expect(plan.take(footprintAt(1.1, 0, [1, 1]))).toBe(true);
    expect(plan.take(footprintAt(1.8, 1.8, [1, 1]))).toBe(false);
  });

  it('gives a turned thing the room that it needs', () => {
    const [width, depth] = turnedSize([2, 1], Math.PI / 2);
    expect(width).toBeCloseTo(1);
    expect(depth).toBeCloseTo(2);
  });
});
