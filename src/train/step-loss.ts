import * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '#data/pair-batch.ts';
import type { Dust3r, EncodedViews, PairPrediction } from '#model/dust3r.ts';
import { batchTensors, swapPartnerEntries, swapPartners } from './batch-tensors.ts';
import type { Criterion, CriterionResult } from './criterion.ts';

/** A loss and what it is made of, as numbers. A detail is NaN where there was nothing to average. */
export interface LossReport {
  readonly loss: number;
  readonly details: Readonly<Record<string, number>>;
}

/** The loss of a symmetrised batch without gradients, as a test criterion is evaluated. */
export async function evaluateBatch(model: Dust3r, criterion: Criterion, batch: PairBatch): Promise<LossReport> {
  let names: readonly string[] = [];
  const values = tf.tidy(() => {
    const result = batchLoss(model, criterion, batch);
    names = Object.keys(result.details);
    return stackLosses(result);
  });
  return readLosses(names, values);
}

/** Encodes, decodes, regresses and compares with the truth. For use within a tidy. */
export function batchLoss(model: Dust3r, criterion: Criterion, batch: PairBatch): CriterionResult {
  const { images, truth } = batchTensors(batch);
  return criterion(truth, predictSymmetrized(model, images, batch.trueShapes));
}

/** Every image is encoded once, and is the first view of its row and the second of its partner's (spec 1.8). */
export function predictSymmetrized(
  model: Dust3r,
  images: tf.Tensor4D,
  trueShapes: PairBatch['trueShapes'],
): PairPrediction {
  const view1 = model.encode(images, trueShapes);
  const view2: EncodedViews = { tokens: swapPartners(view1.tokens), grids: swapPartnerEntries(view1.grids) };
  return model.predict(view1, view2);
}

/** The loss and its details side by side, to be read back at once. */
export function stackLosses({ loss, details }: CriterionResult): tf.Tensor1D {
  return tf.stack([loss, ...Object.values(details)]) as tf.Tensor1D;
}

/** Reads what stackLosses has put together, and disposes it. */
export async function readLosses(names: readonly string[], values: tf.Tensor1D): Promise<LossReport> {
  const [loss, ...details] = await values.data();
  values.dispose();
  return { loss: loss as number, details: Object.fromEntries(names.map((name, i) => [name, details[i] as number])) };
}
