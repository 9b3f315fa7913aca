import * as tf from '@tensorflow/tfjs';
import type { PairPointmaps, Pointmap } from '#geometry/pointmap.ts';
import { normalizePixels } from '#image/normalize.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { Dust3r, EncodedViews, ViewPrediction } from '#model/dust3r.ts';

/** How far a prediction is: `done` of `total` forward steps are behind it, and `step` begins, or ends the last. */
export interface PredictProgress {
  readonly step: 'encode' | 'decode';
  readonly done: number;
  readonly total: number;
}

export interface PredictOptions {
  readonly onProgress?: (progress: PredictProgress) => void;
  readonly signal?: AbortSignal;
}

/** Both orders of a pair: `forward` is in the first image's camera frame, `backward` in the second's. */
export interface SymmetricPrediction {
  readonly forward: PairPointmaps;
  readonly backward: PairPointmaps;
}

/**
 * Predicts the pointmaps of two images in both orders; each image is encoded once. The images may differ in size, and
 * all sides must be multiples of the model's patch size. Leaves no tensor behind.
 * @throws the signal's reason when it is aborted, between two steps
 */
export async function predictPair(
  model: Dust3r,
  images: readonly [RgbImage, RgbImage],
  options: PredictOptions = {},
): Promise<SymmetricPrediction> {
  let done = 0;
  const step = async <T>(kind: PredictProgress['step'], run: () => T | Promise<T>): Promise<T> => {
    options.onProgress?.({ step: kind, done, total: 4 });
    // Lets a progress bar and an abort through: on a CPU the engine computes on this thread.
    await new Promise((resolve) => setImmediate(resolve));
    options.signal?.throwIfAborted();
    const result = await run();
    done++;
    return result;
  };
  const views: EncodedViews[] = [];
  try {
    for (const image of images) views.push(await step('encode', () => encodeImage(model, image)));
    const [first, second] = views as [EncodedViews, EncodedViews];
    const forward = await step('decode', () => predictOrdered(model, first, second));
    const backward = await step('decode', () => predictOrdered(model, second, first));
    options.onProgress?.({ step: 'decode', done, total: 4 });
    return { forward, backward };
  } finally {
    for (const { tokens } of views) tokens.dispose();
  }
}

/** One image, encoded; the caller disposes of its tokens. */
export function encodeImage(model: Dust3r, image: RgbImage): EncodedViews {
  const pixels = tf.tensor4d(normalizePixels([image]), [1, image.height, image.width, 3]);
  try {
    return model.encode(pixels);
  } finally {
    pixels.dispose();
  }
}

async function predictOrdered(model: Dust3r, view1: EncodedViews, view2: EncodedViews): Promise<PairPointmaps> {
  const prediction = model.predict(view1, view2);
  const [maps1, maps2] = await Promise.all([readPointmaps(prediction.view1), readPointmaps(prediction.view2)]);
  return { view1: maps1[0] as Pointmap, view2: maps2[0] as Pointmap };
}

/** Reads a prediction back, one pointmap an image, and frees its tensors. Without confidences every pixel counts 1. */
export async function readPointmaps({ points, confidence }: ViewPrediction): Promise<Pointmap[]> {
  const [count, height, width] = points.shape;
  const pixels = width * height;
  try {
    const allPoints = (await points.data()) as Float32Array;
    const allConfidences =
      ((await confidence?.data()) as Float32Array | undefined) ?? new Float32Array(count * pixels).fill(1);
    // Copies of a batch's parts: a view of all would keep all alive.
    const part = (values: Float32Array, i: number, length: number) =>
      count === 1 ? values : values.slice(i * length, (i + 1) * length);
    return Array.from({ length: count }, (_, i) => ({
      width,
      height,
      points: part(allPoints, i, 3 * pixels),
      confidence: part(allConfidences, i, pixels),
    }));
  } finally {
    points.dispose();
    confidence?.dispose();
  }
}
