import { connectedParts } from '#align/graph.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import type { PairPlan } from '#infer/plan-pairs.ts';
import type { PairsProgress } from '#infer/predict-steps.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { type AlignPhotographsOptions, alignPhotographs } from './align-photographs.ts';
import { type CleanSceneOptions, cleanScene } from './clean-scene.ts';
import { finishedCameras, finishedPhotographs, joinAddition, planAddition } from './finished-scene.ts';
import { type FittedCamera, fitKnownCameras, isNamed, type KnownCamera } from './known-cameras.ts';
import { fitMask, type PhotographMask } from './masks.ts';
import { type LoadPhotographsOptions, loadPhotographs, type Photograph, type PhotographSource } from './photographs.ts';
import { type PlanSceneOptions, type PredictSceneOptions, planScene, predictScene } from './predict-scene.ts';
import type { ReconstructedView, Reconstruction } from './reconstruction.ts';
import { reconstructSingleView } from './single-view.ts';

/** How far a reconstruction is. */
export interface ReconstructProgress {
  readonly stage: 'load' | 'encode' | 'decode' | 'guess' | 'align';
  readonly done: number;
  readonly total: number;
  /** Of this stage and of the network's other one, where it is known. */
  readonly secondsLeft?: number;
}

export interface ReconstructOptions
  extends Pick<LoadPhotographsOptions, 'squareOk' | 'skipBroken' | 'onSkipped' | 'signal'>,
    Omit<PlanSceneOptions, 'iterations'>,
    Pick<PredictSceneOptions, 'batchSize' | 'store' | 'storeFolder'>,
    Pick<AlignPhotographsOptions, 'alignment'>,
    CleanSceneOptions {
  readonly model: Dust3r;
  /** The photographs' long side in pixels for the network; 224 makes squares (default: the model's). */
  readonly size?: number;
  /** Cameras, or parts of them, that are known, in pixels of the original photographs. */
  readonly known?: readonly KnownCamera[];
  /** By photograph's name: pixels that are 0 take no part. */
  readonly masks?: ReadonlyMap<string, PhotographMask>;
  /**
   * Pixels must be more confident than this to take part in a first pose, and to be shown (default 3, the network's own
   * unit). 'auto': 3 for the pose, and for what is shown the threshold that parts this scene's confidences best; so too
   * where no pixel is above the number.
   */
  readonly minConfidence?: number | 'auto';
  /** What the run will take, told before the network is run. */
  readonly onPlan?: (plan: PairPlan) => void;
  readonly onProgress?: (progress: ReconstructProgress) => void;
}

/**
 * Photographs to cameras and dense geometry in one world: they are loaded, each is encoded once, the pairs of a graph are
 * decoded, and the pairs' pointmaps are aligned. Two photographs of which nothing is known are solved in closed form
 * (spec 6.8); one is paired with itself and gives its depth and focal length (spec 5.3).
 * @throws Error, one line, for a photograph that cannot be read or comes twice, a mask or intrinsics of another size,
 *   pairs that do not connect the photographs, or a plan beyond the memory; the signal's reason when it is aborted
 */
export async function reconstruct(
  images: readonly PhotographSource[],
  options: ReconstructOptions,
): Promise<Reconstruction> {
  const photographs = await loadAll(images, options);
  const [only] = photographs;
  if (!only)
    throw new Error(`reconstruct: expected photographs, got ${images.length === 0 ? 'none' : 'none that can be used'}`);
  const fitted = fitGiven(photographs, options);
  if (photographs.length === 1) return clean(await reconstructOne(only, options, fitted), options);
  const scene = await withPredictions(photographs, options, (pairs) =>
    alignPhotographs(photographs, pairs, { ...alignmentOf(options), ...fitted }),
  );
  return clean(scene, options);
}

function reconstructOne(photograph: Photograph, options: ReconstructOptions, given: Given): Promise<Reconstruction> {
  const { minConfidence } = alignmentOf(options);
  const { onPlan } = options;
  const asOne = {
    ...options,
    sceneGraph: [[0, 1]] as const,
    onPlan: (plan: PairPlan) => onPlan?.({ ...plan, images: 1 }),
  };
  return withPredictions([photograph, photograph], asOne, ([prediction]) =>
    reconstructSingleView(photograph, prediction as PairwisePrediction, {
      known: given.known?.[0],
      mask: given.masks?.[0],
      ...(minConfidence === undefined ? {} : { minConfidence }),
    }),
  );
}

/**
 * Adds photographs to a finished scene. Its cameras and depths stay as they are: the network is run on the pairs that have
 * a new photograph, and only new cameras and depths are solved.
 * @throws Error as `reconstruct` does; also for a photograph that the scene has already
 */
export async function addToScene(
  scene: Reconstruction,
  images: readonly PhotographSource[],
  options: ReconstructOptions,
): Promise<Reconstruction> {
  const finished = scene.views.length;
  const photographs = await loadAll([...finishedPhotographs(scene), ...images], options);
  const added = photographs.slice(finished);
  if (added.length === 0) throw new Error('expected new photographs to add to the scene, got none');
  const { known = [], masks } = fitGiven(added, withoutFinished(options, scene));
  const addition = planAddition(photographs.length, finished, options);
  const views = addition.members.slice(0, addition.finished).map((i) => scene.views[i] as ReconstructedView);
  const near = { ...scene, views, pairs: [] };
  const members = addition.members.map((i) => photographs[i] as Photograph);
  const tell = (plan: PairPlan) => options.onPlan?.({ ...plan, images: photographs.length, added: added.length });
  const run = { ...options, sceneGraph: addition.pairs, finished: addition.finished, onPlan: tell };
  const solved = await withPredictions(members, run, (pairs) =>
    alignPhotographs(members, pairs, {
      ...alignmentOf({ ...options, alignment: { ...options.alignment, disconnected: 'separate' } }),
      known: [...finishedCameras(near), ...known],
      ...(masks ? { masks: [...views.map(() => undefined), ...masks] } : {}),
      finished: near,
    }),
  );
  return clean(joinAddition(scene, solved, addition), options, finished);
}

/** Cameras that a finished scene has already are not given anew. */
function withoutFinished({ known, ...options }: ReconstructOptions, { views }: Reconstruction): ReconstructOptions {
  const isNew = ({ name }: KnownCamera) => !views.some((view) => isNamed(view, name));
  const added = known?.filter(isNew) ?? [];
  return { ...options, ...(added.length > 0 ? { known: added } : {}) };
}

function clean(scene: Reconstruction, options: ReconstructOptions, finished = 0): Reconstruction {
  return cleanScene(scene, options, { finished, threshold: options.minConfidence });
}

function loadAll(images: readonly PhotographSource[], options: ReconstructOptions): Promise<Photograph[]> {
  const { model, onProgress, size, ...rest } = options;
  return loadPhotographs(images, {
    ...rest,
    size: size ?? Math.max(...model.config.imageSize),
    patchSize: model.config.patchSize,
    onProgress: ({ done, total }) => onProgress?.({ stage: 'load', done, total }),
  });
}

interface Given {
  readonly known?: readonly (FittedCamera | undefined)[];
  readonly masks?: readonly (Uint8Array | undefined)[];
}

/** What the caller knows of the photographs, at the network's size. */
function fitGiven(photographs: readonly Photograph[], { known, masks }: ReconstructOptions): Given {
  const maskOf = (photograph: Photograph) => {
    const mask = masks?.get(photograph.name);
    return mask && fitMask(mask, photograph);
  };
  return {
    ...(known ? { known: fitKnownCameras(known, photographs) } : {}),
    ...(masks ? { masks: photographs.map(maskOf) } : {}),
  };
}

/** Plans, runs the network, hands its predictions over, and frees them whatever happens. */
async function withPredictions(
  photographs: readonly Photograph[],
  options: ReconstructOptions & { readonly finished?: number },
  solve: (pairs: readonly PairwisePrediction[]) => Reconstruction | Promise<Reconstruction>,
): Promise<Reconstruction> {
  const { model, onPlan, onProgress } = options;
  const plan = await planScene(model, photographs, options);
  onPlan?.(plan);
  expectConnected(photographs, plan, options);
  const store = await predictScene(model, photographs, plan, {
    ...options,
    onProgress: ({ step, done, total, secondsLeft }: PairsProgress) =>
      onProgress?.({ stage: step, done, total, ...(secondsLeft === undefined ? {} : { secondsLeft }) }),
  });
  try {
    return await solve(store.pairs());
  } finally {
    await store.dispose();
  }
}

/** Tells before the network is run that the pairs could not be aligned, by the photographs' names. */
function expectConnected(
  photographs: readonly Photograph[],
  { pairs }: PairPlan,
  { known = [], alignment, finished = 0 }: ReconstructOptions & { readonly finished?: number },
): void {
  // Finished photographs have their places: nothing need connect them.
  const placed = Array.from({ length: finished }, (_, second) => ({ first: 0, second }));
  const edges = [...placed, ...pairs.map(([first, second]) => ({ first, second }))];
  const parts = connectedParts(photographs.length, edges);
  const isPosed = known.filter(({ camToWorld }) => camToWorld).length >= photographs.length;
  if (parts.length === 1 || isPosed || alignment?.disconnected === 'separate') return;
  const names = parts.map((part) => `{${part.map((i) => photographs[i]?.name).join(', ')}}`);
  throw new Error(
    `the pairs leave the photographs in ${parts.length} parts that nothing connects: ${names.join(', ')}`,
  );
}

function alignmentOf({ alignment, minConfidence, signal, onProgress }: ReconstructOptions): AlignPhotographsOptions {
  return {
    ...(alignment ? { alignment } : {}),
    ...(typeof minConfidence === 'number' ? { minConfidence } : {}),
    ...(signal ? { signal } : {}),
    onProgress: ({ stage, done, total }) => onProgress?.({ stage: stage === 'guess' ? stage : 'align', done, total }),
  };
}
