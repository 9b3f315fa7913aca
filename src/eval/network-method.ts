import { fitImage, type InferenceImage } from '#image/fit.ts';
import { predictPair } from '#infer/predict.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { type ReconstructOptions, reconstruct } from '#reconstruct/reconstruct.ts';
import type { EstimateOptions, EvalMethod, EvalPair, EvalScene, EvalView, SceneEstimate } from './method.ts';
import { twoViewEstimate } from './two-view-estimate.ts';

export interface NetworkMethodOptions extends Pick<ReconstructOptions, 'batchSize' | 'sceneGraph' | 'alignment'> {
  /** Of the table's row (default 'dust3r'). */
  readonly name?: string;
  /** The photographs' long side in pixels; 224 makes squares (default: the model's). */
  readonly size?: number;
  /** Pixels must be more confident than this to take part in a pose (default 3). */
  readonly minConfidence?: number;
  /** For the report. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The network as this repository uses it. A pair: both orders are predicted and solved in closed form
 * (`twoViewEstimate`). A scene: `reconstruct`, with global alignment of more than two views. The model stays the caller's.
 */
export function networkMethod(model: Dust3r, options: NetworkMethodOptions = {}): EvalMethod {
  const { name = 'dust3r', size = Math.max(...model.config.imageSize), minConfidence } = options;
  const fit = (view: EvalView): InferenceImage => ({
    name: view.name,
    ...fitImage(view.image, { size, patchSize: model.config.patchSize, name: view.name }),
  });
  return {
    name,
    settings: { ...options.settings, size, ...(minConfidence === undefined ? {} : { minConfidence }) },
    async estimatePair({ views }: EvalPair, { signal }: EstimateOptions = {}) {
      const [first, second] = [fit(views[0]), fit(views[1])];
      const orders = await predictPair(model, [first.image, second.image], signal ? { signal } : {});
      const mappings = [first.mapping, second.mapping] as const;
      return twoViewEstimate({ ...orders, mappings }, minConfidence === undefined ? {} : { minConfidence });
    },
    estimateScene: ({ views }: EvalScene, { signal }: EstimateOptions = {}) =>
      estimateScene(views.map(fit), { ...options, model, size, ...(signal ? { signal } : {}) }),
    dispose: () => undefined,
  };
}

async function estimateScene(
  photographs: readonly InferenceImage[],
  options: ReconstructOptions,
): Promise<SceneEstimate> {
  const { views, poseFound } = await reconstruct(photographs, options);
  return {
    camToWorld: views.map(({ camera }) => (poseFound ? camera.camToWorld : undefined)),
    focalsPx: views.map(({ originalCamera }) => (originalCamera.focalPx[0] + originalCamera.focalPx[1]) / 2),
    depths: views.map(({ camera, depth }, i) => ({
      width: camera.width,
      height: camera.height,
      values: depth,
      mapping: (photographs[i] as InferenceImage).mapping,
    })),
  };
}
