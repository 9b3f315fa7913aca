import { tmpdir } from 'node:os';
import { measureProductSpeed, modelPairCost } from '#infer/pair-cost.ts';
import type { Pair } from '#infer/pairs.ts';
import { describeBytes, type PairPlan, planPairs } from '#infer/plan-pairs.ts';
import { type PredictPairsOptions, predictPairs } from '#infer/predict-pairs.ts';
import { folderStore, memoryStore, type PredictionStore } from '#infer/prediction-store.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { Photograph } from './photographs.ts';

export interface PlanSceneOptions {
  /** A scene graph of `makePairs` (default complete), or a list of pairs; both orders of each are run. */
  readonly sceneGraph?: string | readonly Pair[];
  /** Of `makePairs`: seqK or cycK. */
  readonly prefilter?: string;
  /** Bytes that the process may hold (default: what it holds and what is free). */
  readonly memoryLimit?: number;
  /** Iterations of the alignment, for the estimate of its time. */
  readonly iterations?: number;
}

/** What a run over photographs will take with a network on the current engine, whose speed is measured on a product. */
export async function planScene(
  model: Dust3r,
  photographs: readonly Photograph[],
  { sceneGraph = 'complete', ...options }: PlanSceneOptions = {},
): Promise<PairPlan> {
  const areas = photographs.map(({ image }) => image.width * image.height);
  const largest = photographs[areas.indexOf(Math.max(...areas))];
  if (!largest) throw new RangeError('planScene: expected at least one photograph, got none');
  const { width, height } = largest.image;
  const { patchSize, encoder } = model.config;
  return planPairs(photographs.length, sceneGraph, {
    ...options,
    heldBytes: process.memoryUsage.rss(),
    pixels: width * height,
    tokenBytes: (4 * encoder.dim * width * height) / patchSize ** 2,
    cost: modelPairCost(model.config, largest.image, await measureProductSpeed()),
  });
}

export interface PredictSceneOptions extends Omit<PredictPairsOptions, 'store'> {
  /** Where predictions are kept until the scene is aligned (default auto: on disk where the memory does not suffice). */
  readonly store?: 'auto' | 'memory' | 'disk';
  /** Folder for a temporary folder of predictions (default: the system's). */
  readonly storeFolder?: string;
}

/**
 * Runs the network over a plan's pairs. The caller disposes of the store; on failure nothing is left.
 * @throws Error with a smaller graph to take, if the plan does not fit into the memory
 */
export async function predictScene(
  model: Dust3r,
  photographs: readonly Photograph[],
  plan: PairPlan,
  { store: wanted = 'auto', storeFolder = tmpdir(), ...options }: PredictSceneOptions = {},
): Promise<PredictionStore> {
  if (plan.fits === 'nowhere') throw new Error(tooLarge(plan));
  const isOnDisk = wanted === 'disk' || (wanted === 'auto' && plan.fits === 'disk');
  // Two photographs, solved in closed form, lose nothing; more take half of what they would, and the same as on disk.
  const store = isOnDisk ? await folderStore(storeFolder) : memoryStore(plan.images > 2 ? 'float16' : 'float32');
  const images = photographs.map(({ image }) => image);
  try {
    return await predictPairs(model, images, plan.pairs, { ...options, store });
  } catch (error) {
    await store.dispose();
    throw error;
  }
}

function tooLarge(plan: PairPlan): string {
  const { images, sceneGraph, pairs, memoryBytesWithDisk, memoryLimit, isLimited, smaller } = plan;
  const limit = `${describeBytes(memoryLimit)} of memory that ${isLimited ? 'the limit allows' : 'can be had'}`;
  const needs = `${images} images with ${sceneGraph} (${pairs.length} pairs) need ${describeBytes(memoryBytesWithDisk)}, beyond the ${limit}`;
  const way = smaller
    ? `scene graph ${smaller.sceneGraph} (${smaller.pairs.length} pairs) needs ${describeBytes(smaller.fits === 'memory' ? smaller.memoryBytes : smaller.memoryBytesWithDisk)}`
    : 'take fewer images or a smaller size';
  return `${needs}; ${way}`;
}
