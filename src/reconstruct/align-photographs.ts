import { alignScene } from '#align/align-scene.ts';
import type { AlignOptions, AlignProgress, KnownView } from '#align/options.ts';
import type { AlignedPair, AlignedScene, SceneView } from '#align/scene.ts';
import { usableThreshold } from '#align/threshold.ts';
import { alignTwoViews } from '#align/two-view.ts';
import { toOriginalCamera } from '#geometry/camera.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import type { FittedCamera } from './known-cameras.ts';
import type { Photograph } from './photographs.ts';
import {
  DEFAULT_CONFIDENCE,
  type PairResidual,
  type ReconstructedView,
  type Reconstruction,
} from './reconstruction.ts';

export interface AlignPhotographsOptions {
  /** Of the global alignment; see AlignOptions. Pixels, here, are the network's. */
  readonly alignment?: Omit<AlignOptions, 'known' | 'masks' | 'minConfidence' | 'onProgress' | 'signal'>;
  /** By photograph, in its network pixels. */
  readonly known?: readonly (FittedCamera | undefined)[];
  /** By photograph, [H·W] of its network image: pixels that are 0 take no part. */
  readonly masks?: readonly (Uint8Array | undefined)[];
  /** A scene whose views are the first photographs: they stay as they are. */
  readonly finished?: Reconstruction;
  /** Pixels must be more confident than this to take part in a first pose (default 3, the network's own unit). */
  readonly minConfidence?: number;
  /** First of the first guess, then of the descent. */
  readonly onProgress?: (progress: {
    readonly stage: AlignProgress['stage'];
    readonly done: number;
    readonly total: number;
  }) => void;
  readonly signal?: AbortSignal;
}

/** The network's predictions of photographs' pairs to one scene. Two photographs of which nothing is known: closed form. */
export async function alignPhotographs(
  photographs: readonly Photograph[],
  pairs: readonly PairwisePrediction[],
  options: AlignPhotographsOptions = {},
): Promise<Reconstruction> {
  const { known, masks, finished, alignment } = options;
  const isPlainPair = photographs.length === 2 && !known && !masks && !finished && !alignment?.sharedFocal;
  if (isPlainPair) return alignTwo(photographs, pairs, options);
  const scene = await alignScene(pairs, alignOptions(options));
  return {
    views: photographs.map((photograph, i) => finished?.views[i] ?? viewOf(photograph, scene.views[i] as SceneView)),
    reference: finished?.reference ?? firstAtOrigin(scene),
    poseFound: true,
    minConfidence: options.minConfidence ?? finished?.minConfidence ?? DEFAULT_CONFIDENCE,
    pairs: [...(finished?.pairs ?? []), ...scene.pairs.map(residualOf)],
    loss: scene.loss,
  };
}

function residualOf({ first, second, residual, relativeResidual, scale }: AlignedPair): PairResidual {
  return { first, second, residual, relativeResidual, scale };
}

function alignTwo(
  photographs: readonly Photograph[],
  [forward, backward]: readonly PairwisePrediction[],
  { minConfidence = DEFAULT_CONFIDENCE }: AlignPhotographsOptions,
): Reconstruction {
  const orders = [forward, backward] as [PairwisePrediction, PairwisePrediction];
  const scene = alignTwoViews(...orders, { minConfidence });
  const views = photographs.map((photograph, i) => viewOf(photograph, scene.views[i as 0 | 1]));
  const { reference, poseFound } = scene;
  return { views, reference, poseFound, minConfidence: usableThreshold(views, minConfidence) };
}

export function viewOf({ name, image, original, mapping, path }: Photograph, view: SceneView): ReconstructedView {
  const originalCamera = toOriginalCamera(view.camera, mapping, original);
  return { ...view, name, image, originalCamera, ...(path === undefined ? {} : { photographPath: path }) };
}

function alignOptions({ alignment, known, masks, finished, ...options }: AlignPhotographsOptions): AlignOptions {
  const { minConfidence, onProgress, signal } = options;
  return {
    ...alignment,
    ...(known ? knownViews(known, finished) : {}),
    ...(masks ? { masks } : {}),
    ...(minConfidence === undefined ? {} : { minConfidence }),
    ...(signal ? { signal } : {}),
    onProgress: ({ stage, iteration, iterations }: AlignProgress) =>
      onProgress?.({ stage, done: iteration, total: iterations }),
  };
}

/** A photograph's resizing to whole pixels alone makes its two focal lengths differ by less. */
const SAME_FOCAL = 0.005;

/** Known cameras stay as they are; the focal lengths to be found are one for both axes unless those of a known camera differ. */
function knownViews(
  known: readonly (FittedCamera | undefined)[],
  finished?: Reconstruction,
): Pick<AlignOptions, 'known' | 'separateFocals'> {
  const separateFocals = known.some((camera) => {
    const [x, y] = camera?.focalPx ?? [1, 1];
    return Math.abs(x / y - 1) > SAME_FOCAL;
  });
  const views = known.map((camera, i): KnownView | undefined => {
    const depth = finished?.views[i]?.depth;
    return camera && depth ? { ...camera, depth } : camera;
  });
  return { known: views, ...(separateFocals ? { separateFocals } : {}) };
}

/** The view that the world's frame is of, or the first. */
function firstAtOrigin({ views }: AlignedScene): number {
  const isOrigin = ({ camera: { camToWorld } }: SceneView) =>
    camToWorld.every((value, i) => value === Number(i % 5 === 0));
  return Math.max(0, views.findIndex(isOrigin));
}
