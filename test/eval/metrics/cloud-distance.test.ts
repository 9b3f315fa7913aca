import { describe, expect, it } from '@jest/globals';
import { cloudDistance } from '#eval/metrics/cloud-distance.ts';
import { transformPoints } from '#geometry/rigid.ts';
import { createFastRandom } from '#tensor/random.ts';

const random = createFastRandom(1);
const truth = Float64Array.from({ length: 3000 }, (_, i) => random.normal() + (i % 3 === 2 ? 4 : 0));

describe('eval/metrics/cloud-distance', () => {
  it('does not mind a similarity', () => {
    const similarity = Float64Array.of(0, -2, 0, 1, 2, 0, 0, 5, 0, 0, 2, -3, 0, 0, 0, 1);
    const found = cloudDistance({ estimate: transformPoints(similarity, truth), truth });
    expect(found?.accuracy).toBeLessThan(1e-9);
    expect(found?.completeness).toBeLessThan(1e-9);
  });

  it('tells points that are added from points that are missing', () => {
    // A wall of 20 × 20 points a metre apart; of the estimate, half the pixels fall together on one corner.
    const wall = Float64Array.from(
      { length: 1200 },
      (_, i) => [Math.floor(i / 3) % 20, Math.floor(i / 60), 5][i % 3] as number,
    );
    const half = wall.map((x, i) => (Math.floor(i / 60) < 10 ? x : (wall[i % 60] as number)));
    const found = cloudDistance({ estimate: half, truth: wall });
    expect(found?.completeness).toBeGreaterThan(2 * (found?.accuracy as number));
  });

  it('has nothing to say of two points', () => {
    expect(cloudDistance({ estimate: new Float64Array(6), truth: new Float64Array(6) })).toBeUndefined();
  });
});
