import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { alignTwoViews, type TwoViewScene } from '#align/two-view.ts';
import { type Camera, depthToPoints } from '#geometry/camera.ts';
import type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { identityTransform, invertRigid, rigidTransform, transformPoints } from '#geometry/rigid.ts';
import { goldenFloats, readGolden } from '#test/support/golden.ts';

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (x, i) => Math.abs(x - (b[i] as number))));

describe("align/two-view: alignTwoViews on the original's pair", () => {
  const path = 'test/fixtures/golden/align/pair_viewer';
  const golden = readGolden(`${path}.safetensors`);
  const { width, height } = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as { width: number; height: number };
  const scene = alignTwoViews(goldenPair(0), goldenPair(1));

  /** The ordered pair that starts with image `first`. */
  function goldenPair(first: 0 | 1): PairPointmaps {
    const edge = golden.get('edges')?.data[0] === first ? 0 : 1;
    const view = (name: 'i' | 'j'): Pointmap => {
      const size = width * height;
      const points = goldenFloats(golden, `pred_${name}`).slice(3 * size * edge, 3 * size * (edge + 1));
      const confidence = goldenFloats(golden, `conf_${name}`).slice(size * edge, size * (edge + 1));
      return { width, height, points, confidence };
    };
    return { view1: view('i'), view2: view('j') };
  }

  it('agrees with its focal lengths and poses', () => {
    const focals = goldenFloats(golden, 'out.focals');
    const poses = goldenFloats(golden, 'out.poses');
    expect(scene.poseFound).toBe(true);
    for (const [i, { camera }] of scene.views.entries()) {
      expect(Math.abs(camera.focalPx[0] / (focals[i] as number) - 1)).toBeLessThan(1e-5);
      expect(largestDifference(camera.camToWorld, poses.slice(16 * i, 16 * i + 16))).toBeLessThan(1e-5);
    }
  });

  it('agrees with its depth maps', () => {
    for (const [i, { depth }] of scene.views.entries()) {
      expect(largestDifference(depth, goldenFloats(golden, `out.depth${i}`))).toBeLessThan(1e-4);
    }
  });
});

/** Two cameras of different shapes that look at one bumpy wall from a small distance. */
const cameras = [makeCamera([40, 30], 48, identityTransform()), makeCamera([24, 36], 40, lookFromTheSide())] as const;
const depths = cameras.map(({ width, height }) =>
  Float32Array.from({ length: width * height }, (_, i) => 4 + Math.sin(i / 5) + Math.cos(Math.floor(i / width) / 4)),
);
const worldPoints = cameras.map((camera, i) => depthToPoints(camera, depths[i] as Float32Array));

function makeCamera([width, height]: [number, number], focal: number, camToWorld: Camera['camToWorld']): Camera {
  return { width, height, focalPx: [focal, focal], principalPx: [width / 2, height / 2], camToWorld };
}

function lookFromTheSide() {
  return rigidTransform(quaternionToRotation([0.02, -0.15, 0.05, 1]), [1, -0.2, 0.3]);
}

/** Exact pointmaps in the frame of camera `first`, all of one confidence. */
function exactPair(first: 0 | 1, confidence: number): PairPointmaps {
  const toFirst = invertRigid((cameras[first] as Camera).camToWorld);
  const view = (image: 0 | 1): Pointmap => {
    const { width, height } = cameras[image];
    const points = transformPoints(toFirst, worldPoints[image] as Float32Array);
    return { width, height, points, confidence: new Float32Array(width * height).fill(confidence) };
  };
  return { view1: view(first), view2: view(first === 0 ? 1 : 0) };
}

/** The pair with the second view's points replaced by noise that no camera sees. */
function withoutSecondView(pair: PairPointmaps): PairPointmaps {
  const points = pair.view2.points.map((_, i) => Math.sin(12345 * Math.sin(i + 1)) * 10);
  return { ...pair, view2: { ...pair.view2, points } };
}

/** The other camera's pose in the reference's frame is the true one, and all points lie where they are. */
function expectExact(scene: TwoViewScene): void {
  const toReference = invertRigid(cameras[scene.reference].camToWorld);
  for (const [i, view] of scene.views.entries()) {
    const truth = transformPoints(toReference, worldPoints[i] as Float32Array);
    expect(largestDifference(view.points, truth)).toBeLessThan(5e-3);
    expect(largestDifference(view.depth, depths[i] as Float32Array)).toBeLessThan(5e-3);
    expect(view.camera.focalPx[0] / cameras[i as 0 | 1].focalPx[0]).toBeCloseTo(1, 3);
  }
}

describe('align/two-view: alignTwoViews', () => {
  it('takes the more confident order for reference and keeps images of different shapes apart', () => {
    const first = alignTwoViews(exactPair(0, 6), exactPair(1, 5));
    const second = alignTwoViews(exactPair(0, 5), exactPair(1, 6));
    expect([first.reference, second.reference]).toEqual([0, 1]);
    expect(first.views[0].camera.camToWorld).toEqual(identityTransform());
    expect(second.views[1].camera.camToWorld).toEqual(identityTransform());
    for (const scene of [first, second]) expectExact(scene);
    expect(first.views.map(({ camera }) => [camera.width, camera.height])).toEqual([
      [40, 30],
      [24, 36],
    ]);
  });

  it('swaps its views when the pair is given the other way round', () => {
    const scene = alignTwoViews(exactPair(0, 6), exactPair(1, 5));
    const swapped = alignTwoViews(exactPair(1, 5), exactPair(0, 6));
    expect(swapped.reference).toBe(1);
    expect(swapped.views).toEqual([scene.views[1], scene.views[0]]);
  });

  it('keeps the higher confidence of both orders', () => {
    const scene = alignTwoViews(exactPair(0, 6), exactPair(1, 5));
    for (const { confidence } of scene.views) expect(confidence.every((c) => c === 6)).toBe(true);
  });

  it('uses the more confident half when hardly a pixel reaches the threshold, and says so', () => {
    const scene = alignTwoViews(exactPair(0, 1.5), exactPair(1, 1.2));
    expect(scene.poseFound).toBe(true);
    expect(scene.minConfidence).toBe(1.5);
    expectExact(scene);
    expect(alignTwoViews(exactPair(0, 6), exactPair(1, 5)).minConfidence).toBe(3);
  });

  it('turns to the other order when the preferred one has no pose', () => {
    const scene = alignTwoViews(withoutSecondView(exactPair(0, 6)), exactPair(1, 5));
    expect(scene).toMatchObject({ poseFound: true, reference: 1 });
    expectExact(scene);
  });

  it('reports when neither order has a pose', () => {
    const scene = alignTwoViews(withoutSecondView(exactPair(0, 6)), withoutSecondView(exactPair(1, 5)));
    expect(scene).toMatchObject({ poseFound: false, reference: 0 });
    expect(scene.views[1].camera.camToWorld).toEqual(identityTransform());
  });

  it('refuses two pairs that are not the orders of one', () => {
    expect(() => alignTwoViews(exactPair(0, 6), exactPair(0, 6))).toThrow(
      'expected the two orders of one pair, got images of 40×30 and 24×36, then 24×36 and 40×30',
    );
  });
});
