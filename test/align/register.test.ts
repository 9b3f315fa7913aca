import { describe, expect, it } from '@jest/globals';
import { register } from '#align/register.ts';
import { procrustes, similarityTransform } from '#geometry/procrustes.ts';
import { transformPoints } from '#geometry/rigid.ts';
import { createFastRandom } from '#tensor/random.ts';

const random = createFastRandom('cloud');
const move = {
  scale: 1.7,
  rotation: Float64Array.of(0, -1, 0, 1, 0, 0, 0, 0, 1),
  translation: Float64Array.of(1, -2, 3),
};

/** Points and where they are in the world, with noise; some of the latter are anywhere. */
function makeCloud(outliers: number) {
  const points = new Float32Array(3 * 400).map(() => random.normal());
  const world = transformPoints(similarityTransform(move), points).map((x) => x + 0.01 * random.normal());
  for (let i = 0; i < 3 * Math.round(400 * outliers); i++) world[i] = 5 * random.normal();
  return { cloud: { points, confidence: new Float32Array(400).map(() => 1 + random.uniform()) }, world };
}

describe('align/register', () => {
  it('is weighted least squares where nothing is far off', () => {
    const { cloud, world } = makeCloud(0);
    expect(register(cloud, world)).toEqual(procrustes(cloud.points, world, { weights: cloud.confidence }));
  });

  it('is not pulled away by a third of gross outliers', () => {
    const { cloud, world } = makeCloud(0.33);
    const { scale, translation } = register(cloud, world);
    expect(scale).toBeCloseTo(1.7, 2);
    for (const k of [0, 1, 2])
      expect(Math.abs((translation[k] as number) - (move.translation[k] as number))).toBeLessThan(0.01);
  });

  it('leaves out points that are not finite or weigh nothing', () => {
    const { cloud, world } = makeCloud(0);
    cloud.points.fill(Number.NaN, 0, 30);
    world.fill(1e9, 30, 60);
    cloud.confidence.fill(0, 10, 20);
    expect(register(cloud, world).scale).toBeCloseTo(1.7, 2);
  });
});
