import { cleanConfidences } from '#align/clean.ts';
import { segmentSky } from '#align/sky.ts';
import { automaticThreshold, usableThreshold } from '#align/threshold.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';

export interface CleanSceneOptions {
  /** Takes the confidence of points that float before what another view sees more surely (spec 6.9; default false). */
  readonly cleanDepth?: boolean;
  /** Takes the confidence of pixels that look like sky (default false). */
  readonly maskSky?: boolean;
}

/**
 * A scene in which what is not to be shown has confidence 0; cameras and depths stay.
 * @param finished so many first views stay as they are
 * @param threshold of what is shown (default: the scene's own); it becomes the automatic one where it would show nothing,
 *   or is 'auto'
 */
export function cleanScene(
  scene: Reconstruction,
  { cleanDepth = false, maskSky = false }: CleanSceneOptions,
  { finished = 0, threshold }: { readonly finished?: number; readonly threshold?: number | 'auto' | undefined } = {},
): Reconstruction {
  const cleaned = cleanDepth ? cleanConfidences(scene.views) : scene.views.map(({ confidence }) => confidence);
  const views = scene.views.map((view, i) => {
    if (i < finished) return view;
    const confidence = cleaned[i] as Float32Array;
    return { ...view, confidence: maskSky ? withoutSky(view, confidence) : confidence };
  });
  const minConfidence =
    threshold === 'auto' ? automaticThreshold(views) : usableThreshold(views, threshold ?? scene.minConfidence);
  return { ...scene, views, minConfidence };
}

function withoutSky({ image: { width, height, data } }: ReconstructedView, confidence: Float32Array): Float32Array {
  const sky = segmentSky({ width, height, pixels: data });
  return confidence.map((value, i) => (sky[i] ? 0 : value));
}
