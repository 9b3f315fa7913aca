import type { Matrix4 } from '#geometry/camera.ts';
import { composeTransforms, invertRigid, transformPoints } from '#geometry/rigid.ts';
import type { PairBatch } from './pair-batch.ts';
import type { View } from './view.ts';

/**
 * Pairs of views → a symmetrised batch (spec 3.5). Relative poses are composed in float64, so that a scene far from its
 * origin loses no precision.
 * @throws RangeError if there is no pair, or the views' grids differ in size
 */
export function assembleBatch(pairs: readonly (readonly [View, View])[]): PairBatch {
  const views = pairs.flat();
  const { width, height } = commonSize(views);
  const pixels = width * height;
  const batch = {
    pairs: pairs.length,
    width,
    height,
    images: new Float32Array(views.length * pixels * 3),
    trueShapes: views.map(({ trueShape }) => trueShape),
    points1: new Float32Array(views.length * pixels * 3),
    points2: new Float32Array(views.length * pixels * 3),
    valid: new Uint8Array(views.length * pixels),
    names: views.map(({ dataset, label, instance }) => `${dataset}/${label}/${instance}`),
  };
  views.forEach((view, row) => {
    const partner = views[row ^ 1] as View;
    batch.images.set(view.image, row * pixels * 3);
    batch.points1.set(view.pointsInCamera, row * pixels * 3);
    batch.points2.set(pointsSeenFrom(view.camera.camToWorld, partner), row * pixels * 3);
    batch.valid.set(view.valid, row * pixels);
  });
  return batch;
}

function commonSize(views: readonly View[]): Pick<View, 'width' | 'height'> {
  const [first] = views;
  if (!first) throw new RangeError('assembleBatch: expected at least one pair, got none');
  const other = views.find(({ width, height }) => width !== first.width || height !== first.height);
  if (!other) return first;
  throw new RangeError(
    `assembleBatch: all views must have one size, got ${first.width} × ${first.height} and ${other.width} × ${other.height}`,
  );
}

/** The points of a view in the frame of another camera; 0 where not valid. */
function pointsSeenFrom(camToWorld: Matrix4, view: View): Float32Array {
  const viewToCamera = composeTransforms(invertRigid(camToWorld), view.camera.camToWorld);
  const points = transformPoints(viewToCamera, view.pointsInCamera);
  for (let i = 0; i < view.valid.length; i++) {
    if (view.valid[i] === 0) points.fill(0, 3 * i, 3 * i + 3);
  }
  return points;
}
