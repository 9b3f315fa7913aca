import * as tf from '@tensorflow/tfjs';
import type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { Pair } from './pairs.ts';
import { readPointmaps } from './predict.ts';
import { type PairsProgress, PredictSteps } from './predict-steps.ts';
import { memoryStore, type PredictionStore } from './prediction-store.ts';
import { TokenCache } from './token-cache.ts';

export interface PredictPairsOptions {
  /** Ordered pairs that are decoded at a time (default 2: both orders of a pair, where its images have one size). */
  readonly batchSize?: number;
  /** Where the predictions go (default: memory). The caller disposes of it. */
  readonly store?: PredictionStore;
  readonly onProgress?: (progress: PairsProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Predicts the pointmaps of many ordered pairs of images. Each image is encoded once, when its first pair comes up, and
 * its tokens are freed after its last; pairs of equal sizes are decoded together, both orders in one batch. The images
 * may differ in size and orientation; all sides must be multiples of the model's patch size.
 * @returns the store, which now holds a prediction of every pair; on failure it is left to the caller as it is
 * @throws the signal's reason when it is aborted, between two steps
 */
export async function predictPairs(
  model: Dust3r,
  images: readonly RgbImage[],
  pairs: readonly Pair[],
  options: PredictPairsOptions = {},
): Promise<PredictionStore> {
  const { store = memoryStore(), batchSize = 2 } = options;
  expectPairs(images, pairs, batchSize);
  const batches = batchPairs(pairs, images, batchSize);
  const cache = new TokenCache(model, images, batches);
  const steps = new PredictSteps(cache.imageCount, batches, options);
  try {
    for (const batch of batches) {
      for (const image of new Set(batch.flat())) {
        if (!cache.has(image)) await steps.run('encode', 1, () => cache.encode(image));
      }
      const predictions = await steps.run('decode', batch.length, () => decodeBatch(model, cache, batch));
      for (const [i, [first, second]] of batch.entries())
        await store.add({ first, second, ...(predictions[i] as PairPointmaps) });
      cache.release(batch);
    }
    steps.finish();
    return store;
  } finally {
    cache.dispose();
  }
}

function expectPairs(images: readonly RgbImage[], pairs: readonly Pair[], batchSize: number): void {
  const wrong = pairs.find((pair) => pair.some((image) => !Number.isInteger(image) || !images[image]));
  if (wrong)
    throw new RangeError(`predictPairs: expected pairs of the ${images.length} images, got (${wrong.join(', ')})`);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1)
    throw new RangeError(`predictPairs: expected a whole number of pairs in a batch, got ${batchSize}`);
}

/**
 * Batches of pairs whose first images have one size, and whose second ones have. The two orders of a pair are neighbours;
 * the pairs come by their smaller image, so that a window's images are held only while it passes.
 */
export function batchPairs(pairs: readonly Pair[], images: readonly RgbImage[], batchSize: number): Pair[][] {
  const low = ([i, j]: Pair) => Math.min(i, j);
  const high = ([i, j]: Pair) => Math.max(i, j);
  const ordered = [...pairs].sort((a, b) => low(a) - low(b) || high(a) - high(b) || a[0] - b[0]);
  const filling = new Map<string, Pair[]>();
  const batches: Pair[][] = [];
  for (const pair of ordered) {
    const sizes = pair.map((i) => `${images[i]?.width}×${images[i]?.height}`).join();
    const batch = [...(filling.get(sizes) ?? []), pair];
    filling.set(sizes, batch);
    if (batch.length < batchSize) continue;
    batches.push(batch);
    filling.delete(sizes);
  }
  return [...batches, ...filling.values()];
}

async function decodeBatch(model: Dust3r, cache: TokenCache, batch: readonly Pair[]): Promise<PairPointmaps[]> {
  const view1 = cache.gather(batch.map(([i]) => i));
  const view2 = cache.gather(batch.map(([, j]) => j));
  try {
    const prediction = model.predict(view1, view2);
    const [maps1, maps2] = await Promise.all([readPointmaps(prediction.view1), readPointmaps(prediction.view2)]);
    return batch.map((_, i) => ({ view1: maps1[i] as Pointmap, view2: maps2[i] as Pointmap }));
  } finally {
    tf.dispose([view1.tokens, view2.tokens]);
  }
}
