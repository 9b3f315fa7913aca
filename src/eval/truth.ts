import { identityTransform, translationOf } from '#geometry/rigid.ts';
import type { EstimatedGrid, EvalPair, EvalScene, EvalView } from './method.ts';
import { relativePose, rotationErrorDeg } from './metrics/pose-error.ts';
import { median } from './metrics/statistics.ts';
import { trajectoryExtent } from './metrics/trajectory.ts';
import type { PairFacts, SceneFacts } from './report.ts';

/**
 * A baseline below this part of the median depth has no direction worth comparing: 5 mm for a metre, about what trackers
 * of RGB-D sets are accurate to.
 */
const minBaseline = 0.005;
/** The same where no depth is known, in the truth's unit. */
const minBaselineUnits = 1e-9;

/** What is true of a pair. */
export function pairFacts({ scene, views, overlap }: EvalPair): PairFacts {
  const [first, second] = views;
  const pose = relativePose(first.camera.camToWorld, second.camera.camToWorld);
  const baseline = Math.hypot(...translationOf(pose));
  const depth = first.depth ? medianDepth(first.depth) : null;
  return {
    scene,
    names: [first.name, second.name],
    overlap: overlap ?? null,
    rotationDeg: rotationErrorDeg(pose, identityTransform()),
    baseline,
    hasDirection: baseline > (depth === null ? minBaselineUnits : minBaseline * depth),
    hasDepth: [hasDepth(first), hasDepth(second)],
  };
}

/** What is true of a scene. */
export function sceneFacts({ name, views }: EvalScene): SceneFacts {
  const poses = views.map(({ camera }) => camera.camToWorld);
  return { name, names: views.map((view) => view.name), extent: trajectoryExtent(poses) };
}

const hasDepth = ({ depth }: EvalView) => depth?.some((z) => z > 0) ?? false;

/** Over every eighth pixel; null where none is known. */
function medianDepth(depth: Float32Array): number | null {
  return median(depth.filter((z, i) => i % 8 === 0 && z > 0));
}

/** The truth at the pixels of a method's grid. */
export interface TrueMaps {
  /** [H, W]: z in the view's camera; 0 where it is not known. */
  readonly depth: Float32Array;
  /** [H, W, 3] in the view's camera; 0 where it is not known. */
  readonly points: Float64Array;
}

interface Grid extends EstimatedGrid {
  readonly width: number;
  readonly height: number;
}

/**
 * The truth on a method's grid: every pixel takes the depth of the photograph's nearest pixel, and its point lies on the
 * pixel's own ray, as training has it. What the method cut off is not looked at.
 */
export function truthOnGrid({ camera, depth }: EvalView, { width, height, mapping }: Grid): TrueMaps {
  const maps = { depth: new Float32Array(width * height), points: new Float64Array(3 * width * height) };
  if (!depth) return maps;
  const { focalPx, principalPx } = camera;
  for (let y = 0, i = 0; y < height; y++) {
    const v = y * mapping.scale[1] + mapping.offset[1];
    const row = Math.round(v);
    for (let x = 0; x < width; x++, i++) {
      const u = x * mapping.scale[0] + mapping.offset[0];
      const column = Math.round(u);
      const isInside = row >= 0 && row < camera.height && column >= 0 && column < camera.width;
      const z = isInside ? (depth[row * camera.width + column] as number) : 0;
      if (!(z > 0 && z < Infinity)) continue;
      maps.depth[i] = z;
      maps.points[3 * i] = ((u - principalPx[0]) * z) / focalPx[0];
      maps.points[3 * i + 1] = ((v - principalPx[1]) * z) / focalPx[1];
      maps.points[3 * i + 2] = z;
    }
  }
  return maps;
}
