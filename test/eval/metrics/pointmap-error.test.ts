import { describe, expect, it } from '@jest/globals';
import { pointErrors } from '#eval/metrics/pointmap-error.ts';
import { rigidTransform, transformPoints } from '#geometry/rigid.ts';
import { createFastRandom } from '#tensor/random.ts';
import { turnedBy } from '#test/eval/room-pairs.ts';

const random = createFastRandom(1);
const truth = Float64Array.from({ length: 3000 }, (_, i) => random.normal() + (i % 3 === 2 ? 4 : 0));
const matches = (estimate: Float64Array) => ({ estimate, truth, ofView1: 500 });

describe('eval/metrics/pointmap-error', () => {
  it('does not mind the scale', () => {
    const { errors = Float64Array.of(1), unit } = pointErrors(matches(truth.map((x) => 7 * x))) ?? {};
    expect(Math.max(...errors)).toBeLessThan(1e-12);
    expect(unit).toBeGreaterThan(3);
  });

  it('measures what is wrong in parts of the median distance to camera 1: by hand', () => {
    const points = Float64Array.of(0, 0, 2, 0, 0, 4, 0, 0, 6);
    const estimate = Float64Array.of(0, 0, 2, 1, 0, 4, 0, 0, 6);
    const found = pointErrors({ estimate, truth: points, ofView1: 3 });
    const size = Math.sqrt(17);
    expect(found?.unit).toBe(4);
    expect(found?.errors[0]).toBeCloseTo(2 / 4 - 2 / size, 12);
    expect(found?.errors[1]).toBeCloseTo(Math.hypot(1 / size, 4 / size - 1), 12);
    expect(found?.errors[2]).toBeCloseTo(6 / 4 - 6 / size, 12);
  });

  it('minds a rotation, which the pose of camera 1 fixes', () => {
    const turned = transformPoints(turnedBy(10)(rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0])), truth);
    expect(Math.max(...(pointErrors(matches(turned))?.errors ?? []))).toBeGreaterThan(0.01);
  });

  it('has nothing to say of no points, or of points in the camera', () => {
    const none = new Float64Array();
    expect(pointErrors({ estimate: none, truth: none, ofView1: 0 })).toBeUndefined();
    expect(pointErrors(matches(new Float64Array(3000)))).toBeUndefined();
  });
});
