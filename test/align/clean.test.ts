import { describe, expect, it } from '@jest/globals';
import { cleanConfidences } from '#align/clean.ts';
import type { SceneView } from '#align/scene.ts';
import { depthToPoints } from '#geometry/camera.ts';
import { identityTransform } from '#geometry/rigid.ts';

/** A view of 4×3 pixels from the origin, or from `x` beside it, at one depth. */
function viewAt(depth: number, confidence: number, x = 0): SceneView {
  const camToWorld = identityTransform();
  camToWorld[3] = x;
  const camera = { width: 4, height: 3, focalPx: [4, 4], principalPx: [2, 1.5], camToWorld } as const;
  const depths = new Float32Array(12).fill(depth);
  return {
    camera,
    depth: depths,
    points: depthToPoints(camera, depths),
    confidence: new Float32Array(12).fill(confidence),
  };
}

describe('align/clean', () => {
  it('takes the confidence of points that float in front of what is seen with more', () => {
    const [near, far] = cleanConfidences([viewAt(1, 2), viewAt(2, 3)]);
    expect(near).toEqual(new Float32Array(12));
    expect(far).toEqual(new Float32Array(12).fill(3));
  });

  it('leaves them where the other view is less sure, where they are behind, or nearer by less than the tolerance', () => {
    for (const views of [
      [viewAt(1, 3), viewAt(2, 3)],
      [viewAt(3, 1), viewAt(2, 3)],
      [viewAt(1.999, 2), viewAt(2, 3)],
    ]) {
      expect(cleanConfidences(views)[0]).toEqual(views[0]?.confidence);
    }
    expect(cleanConfidences([viewAt(1.999, 2), viewAt(2, 3)], { tolerance: 1e-4, badConfidence: 1 })[0]).toEqual(
      new Float32Array(12).fill(1),
    );
  });

  it('takes only those of its pixels that the other view sees', () => {
    // A pixel at depth 1 moves by 4 pixels for each unit.
    const [near] = cleanConfidences([viewAt(1, 2), viewAt(2, 3, 0.5)]);
    expect([...(near as Float32Array)].slice(0, 4)).toEqual([2, 2, 0, 0]);
  });

  it('holds views against confidences that are lowered already', () => {
    // The first would hide the second if the third did not hide it first.
    const views = [viewAt(1, 4), viewAt(2, 3), viewAt(3, 5)];
    expect(cleanConfidences(views).map((confidence) => confidence[0])).toEqual([0, 0, 5]);
  });

  it('leaves the views as they are', () => {
    const views = [viewAt(1, 2), viewAt(2, 3)];
    cleanConfidences(views);
    expect(views[0]?.confidence[0]).toBe(2);
  });
});
