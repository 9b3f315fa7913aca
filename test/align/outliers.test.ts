import { describe, expect, it } from '@jest/globals';
import type { ImagePass } from '#align/image-block.ts';
import { dropOutliers } from '#align/outliers.ts';
import { createFastRandom } from '#tensor/random.ts';

const area = 2000;
const identity = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

/** Pixels at a depth of 1, each seen by pairs that put them off by noise of these sizes. */
function makePass(noise: readonly number[]): ImagePass {
  const random = createFastRandom('outliers');
  const camera = { focalPx: [50, 50], principalPx: [25, 20], pose: identity } as const;
  const planes = new Float32Array(4 * area * noise.length);
  for (const [k, size] of noise.entries()) {
    for (let i = 0; i < area; i++) {
      const place = [((i % 50) - 25) / 50, (Math.floor(i / 50) - 20) / 50, 1];
      for (const [axis, value] of place.entries()) planes[(4 * k + axis) * area + i] = value + size * random.normal();
      planes[(4 * k + 3) * area + i] = 1;
    }
  }
  const logDepth = new Float32Array(area);
  return {
    ...{ width: 50, camera, logDepth, planes, distance: 'l1' },
    placements: noise.map(() => identity),
    factors: noise.map(() => 1),
  };
}

/** By observation, the pixels that have no weight. */
function dropped({ planes, placements }: ImagePass): number[][] {
  return placements.map((_, k) => {
    const weights = planes.subarray((4 * k + 3) * area, (4 * k + 4) * area);
    return [...weights.keys()].filter((i) => weights[i] === 0);
  });
}

describe('align/outliers: dropping outliers', () => {
  it('leaves normal noise alone, also that of the worst of several pairs', () => {
    const pass = makePass([0.01, 0.01, 0.3]);
    dropOutliers(pass);
    expect(dropped(pass)).toEqual([[], [], []]);
  });

  it('takes the weight of what is far off, and of nothing else', () => {
    const pass = makePass([0.01, 0.02]);
    const far = Array.from({ length: 300 }, (_, i) => 5 * i);
    for (const i of far) pass.planes[(4 + 2) * area + i] = 3;
    dropOutliers(pass);
    expect(dropped(pass)).toEqual([[], far]);
  });

  it('keeps the noise of one pair where every pixel lies exactly on the other', () => {
    const pass = makePass([0, 0.01]);
    dropOutliers(pass);
    expect(dropped(pass)).toEqual([[], []]);
  });

  it('counts no pixel that has no weight', () => {
    const pass = makePass([0.01]);
    for (let i = 0; i < area; i++) {
      if (i % 2 === 0) continue;
      pass.planes[3 * area + i] = 0;
      pass.planes[2 * area + i] = Number.NaN;
    }
    pass.planes[2 * area] = 3;
    dropOutliers(pass);
    expect(dropped(pass)[0]?.filter((i) => i % 2 === 0)).toEqual([0]);
  });
});
