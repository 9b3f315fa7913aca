import type { EstimatedDepth, EstimatedPointmap, EvalMethod, EvalView } from '#eval/method.ts';
import { estimateFocal } from '#geometry/focal.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import type { MeanPointmaps } from './mean-pointmaps.ts';
import { photographPiece } from './square-grid.ts';

/**
 * The same answer to every pair, which is the mean of a training set: of each figure its own mean, so that nothing is
 * made worse than it need be. Every training pair counts in both orders, which have inverse rotations and the same views:
 * the mean rotation is none, and a view's mean depth in its own camera is that of view 1. (A pose solved by PnP from the
 * mean of view 2 is 25° off none: means of turned points shrink.) What beats this has looked at the photographs. It tells
 * no confidence, and has nothing to say of scenes.
 */
export function constantMethod(mean: MeanPointmaps): EvalMethod {
  const { size, view1, view2, baseline, source, pairs } = mean;
  const view2ToView1 = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], baseline);
  return {
    name: 'constant',
    settings: { source, pairs, size },
    estimatePair: ({ views: [first, second] }) => {
      const [own1, own2, other2] = [cut(view1, size, first), cut(view1, size, second), cut(view2, size, second)];
      return Promise.resolve({
        view2ToView1,
        focalsPx: [originalFocal(own1), originalFocal(own2)],
        depths: [depthOf(own1), depthOf(own2)],
        pointmaps: [own1, other2],
      });
    },
    dispose: () => undefined,
  };
}

/** The cells that lie on the photograph. */
function cut(points: Float32Array, size: number, { image }: EvalView): EstimatedPointmap {
  const { left, top, width, height, mapping } = photographPiece(image, size);
  const kept = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((top + y) * size + left);
    kept.set(points.subarray(from, from + 3 * width), 3 * y * width);
  }
  return { width, height, points: kept, mapping };
}

/** A cell is as wide as high. */
function originalFocal(pointmap: EstimatedPointmap): number {
  return estimateFocal(pointmap) * pointmap.mapping.scale[0];
}

function depthOf({ width, height, points, mapping }: EstimatedPointmap): EstimatedDepth {
  const values = Float32Array.from({ length: width * height }, (_, i) => points[3 * i + 2] as number);
  return { width, height, values, mapping };
}
