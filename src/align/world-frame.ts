import { depthToPoints, type Matrix4 } from '#geometry/camera.ts';
import { rigidTransform, rotationOf, translationOf } from '#geometry/rigid.ts';
import type { AlignSettings, KnownView } from './options.ts';
import type { AlignedPair, AlignedScene, SceneView } from './scene.ts';

/** The optimiser's world beside that of the known poses: x = scale·(X − origin). */
export interface WorldFrame {
  readonly origin: Float64Array;
  readonly scale: number;
}

/**
 * Puts the known cameras around 0. They may be in a country's coordinates, of which single precision, and a step of the
 * optimiser on the logarithm of a coordinate, would leave nothing.
 */
export function centreKnown(settings: AlignSettings): { settings: AlignSettings; origin: Float64Array } {
  const centres = settings.known.flatMap((view) => (view?.camToWorld ? [translationOf(view.camToWorld)] : []));
  const origin = new Float64Array(3).map((_, k) =>
    centres.reduce((sum, centre) => sum + (centre[k] as number) / centres.length, 0),
  );
  const known = settings.known.map((view): KnownView | undefined => {
    if (!view?.camToWorld) return view;
    const centre = translationOf(view.camToWorld).map((value, k) => value - (origin[k] as number));
    return { ...view, camToWorld: rigidTransform(rotationOf(view.camToWorld), centre) };
  });
  return { settings: { ...settings, known }, origin };
}

/** The scene in the world of the known poses, each of which is as it was given. */
export function restoreWorld(scene: AlignedScene, frame: WorldFrame, known: AlignSettings['known']): AlignedScene {
  if (!known.some((view) => view?.camToWorld)) return scene;
  return {
    ...scene,
    views: scene.views.map((view, image) => restoreView(view, frame, known[image]?.camToWorld)),
    pairs: scene.pairs.map((pair) => restorePair(pair, frame)),
  };
}

function restoreView({ camera, depth, confidence }: SceneView, frame: WorldFrame, known?: Matrix4): SceneView {
  const camToWorld = known ?? rigidTransform(rotationOf(camera.camToWorld), restorePoint(camera.camToWorld, frame));
  const restored = { ...camera, camToWorld };
  const ownDepth = depth.map((z) => z / frame.scale);
  return { camera: restored, depth: ownDepth, confidence, points: depthToPoints(restored, ownDepth) };
}

function restorePair(pair: AlignedPair, frame: WorldFrame): AlignedPair {
  const linear = rotationOf(pair.toWorld).map((value) => value / frame.scale);
  return {
    ...pair,
    scale: pair.scale / frame.scale,
    residual: pair.residual / frame.scale,
    toWorld: rigidTransform(linear, restorePoint(pair.toWorld, frame)),
  };
}

/** A transform's translation. */
function restorePoint(transform: Matrix4, { origin, scale }: WorldFrame): Float64Array {
  return translationOf(transform).map((value, k) => value / scale + (origin[k] as number));
}
