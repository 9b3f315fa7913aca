import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { alignTwoViews } from '#align/two-view.ts';
import type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
import { rotationDistanceRad, rotationOf, translationOf } from '#geometry/rigid.ts';
import { goldenFloats, readGolden } from '#test/support/golden.ts';

const path = 'test/fixtures/golden/align/pair_viewer';
const golden = readGolden(`${path}.safetensors`);
const { width, height } = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as { width: number; height: number };

/** The ordered pair that starts with image `first`. */
function goldenPair(first: 0 | 1): PairPointmaps {
  const edges = golden.get('edges')?.data as Int32Array;
  const edge = edges[0] === first ? 0 : 1;
  const view = (name: 'i' | 'j'): Pointmap => {
    const size = width * height;
    return {
      width,
      height,
      points: goldenFloats(golden, `pred_${name}`).slice(3 * size * edge, 3 * size * (edge + 1)),
      confidence: goldenFloats(golden, `conf_${name}`).slice(size * edge, size * (edge + 1)),
    };
  };
  return { view1: view('i'), view2: view('j') };
}

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - (b[i] as number))));

describe('align/two-view: alignTwoViews', () => {
  const scene = alignTwoViews(goldenPair(0), goldenPair(1));

  it("agrees with the original's focal lengths, poses and depths", () => {
    const poses = goldenFloats(golden, 'out.poses');
    const focals = goldenFloats(golden, 'out.focals');
    expect(scene.poseFound).toBe(true);
    for (const [i, { camera, depth }] of scene.views.entries()) {
      const d=largestDifference(camera.camToWorld, poses.slice(16 * i, 16 * i + 16));
      console.log(d, camera.focalPx[0]-focals[i]!, largestDifference(depth, goldenFloats(golden, `out.depth${i}`)));
      expect(d).toBeLessThan(1e-3);
    }
  });
});
