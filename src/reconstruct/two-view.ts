import { usableThreshold } from '#align/threshold.ts';
import { alignTwoViews } from '#align/two-view.ts';
import { toOriginalCamera } from '#geometry/camera.ts';
import type { InferenceImage } from '#image/fit.ts';
import { type PredictOptions, predictPair } from '#infer/predict.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { DEFAULT_CONFIDENCE, type Reconstruction } from './reconstruction.ts';

export interface TwoViewReconstructionOptions extends PredictOptions {
  /**
   * Pixels must be more confident than this, in the network's own unit, to take part in the relative pose and to be shown
   * (default 3). Where none is: the surer half for the pose, and the automatic threshold for what is shown.
   */
  readonly minConfidence?: number;
}

/**
 * Two photographs to two cameras and two depth maps, in the frame of one of the cameras and up to scale: both orders of
 * the pair are predicted, and the pose, focal lengths and depths follow in closed form (DUSt3R section 3.3; spec 6.8).
 * The photographs come from loadForInference(), at a size that the model's patch size divides.
 */
export async function reconstructTwoViews(
  model: Dust3r,
  photographs: readonly [InferenceImage, InferenceImage],
  options: TwoViewReconstructionOptions = {},
): Promise<Reconstruction> {
  const [first, second] = photographs;
  const { forward, backward } = await predictPair(model, [first.image, second.image], options);
  const { minConfidence = DEFAULT_CONFIDENCE } = options;
  const scene = alignTwoViews(forward, backward, { minConfidence });
  const views = photographs.map((photograph, i) => {
    const view = scene.views[i as 0 | 1];
    const { name, image, original, mapping } = photograph;
    return { ...view, name, image, originalCamera: toOriginalCamera(view.camera, mapping, original) };
  });
  const { reference, poseFound } = scene;
  return { views, reference, poseFound, minConfidence: usableThreshold(views, minConfidence) };
}
