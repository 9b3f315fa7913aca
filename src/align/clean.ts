import { type Camera, projectPoints } from '#geometry/camera.ts';
import type { SceneView } from './scene.ts';

export interface CleanOptions {
  /** How much nearer than the other view's depth a point must be, as a part of it (default 0.001). */
  readonly tolerance?: number;
  /** What the confidence of a point that is in another view's way becomes, at most (default 0). */
  readonly badConfidence?: number;
}

/**
 * New confidences without the points that float in front of what another view sees with more confidence (spec 6.9
 * `clean_pointcloud`). Views are gone through in order, each held against the confidences as they are by then (pitfall
 * 60). The views stay as they are.
 */
export function cleanConfidences(views: readonly SceneView[], options: CleanOptions = {}): Float32Array[] {
  const { tolerance = 0.001, badConfidence = 0 } = options;
  const confidences = views.map(({ confidence }) => confidence.slice());
  for (const [i, view] of views.entries()) {
    const confidence = confidences[i] as Float32Array;
    for (const [j, other] of views.entries()) {
      if (i === j) continue;
      const seen = confidences[j] as Float32Array;
      pixelsInFront(view, other, tolerance).forEach((target, p) => {
        const own = confidence[p] as number;
        if (target >= 0 && own < (seen[target] as number)) confidence[p] = Math.min(own, badConfidence);
      });
    }
  }
  return confidences;
}

/** For each point of a view the pixel of the other view that it hides; −1 where it hides none. */
function pixelsInFront({ points }: SceneView, { camera, depth }: SceneView, tolerance: number): Int32Array {
  const { pixels, depths } = projectPoints(camera, points);
  return Int32Array.from(depths, (z, p) => {
    const target = pixelAt(camera, pixels[2 * p] as number, pixels[2 * p + 1] as number);
    return z > 0 && target >= 0 && z < (1 - tolerance) * (depth[target] as number) ? target : -1;
  });
}

/** The pixel whose centre is nearest, halves to the even one as in the original; −1 outside the image. */
function pixelAt({ width, height }: Camera, x: number, y: number): number {
  const [column, row] = [roundHalfToEven(x), roundHalfToEven(y)];
  return column >= 0 && column < width && row >= 0 && row < height ? row * width + column : -1;
}

function roundHalfToEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
