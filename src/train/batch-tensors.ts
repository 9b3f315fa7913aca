import * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '#data/pair-batch.ts';
import type { PairTruth } from './criterion.ts';

export interface BatchTensors {
  /** [2B, H, W, 3] */
  readonly images: tf.Tensor4D;
  readonly truth: PairTruth;
}

/** A symmetrised batch as tensors, which the caller disposes; row r of the truth is the pair (image r, image r ^ 1). */
export function batchTensors(batch: PairBatch): BatchTensors {
  const { height, width, images, points1, points2, valid } = batch;
  const rows = 2 * batch.pairs;
  const pixels = (values: Float32Array) => tf.tensor4d(values, [rows, height, width, 3]);
  const mask = (values: Uint8Array) => tf.tensor3d(values, [rows, height, width], 'bool');
  return {
    images: pixels(images),
    truth: {
      view1: { points: pixels(points1), valid: mask(valid) },
      view2: { points: pixels(points2), valid: mask(partnerRows(valid, height * width)) },
    },
  };
}

/** The two images of every pair exchanged along the first axis. */
export function swapPartners<T extends tf.Tensor>(x: T): T {
  const [rows, ...rest] = x.shape as [number, ...number[]];
  return tf.tidy(() =>
    x
      .reshape([rows / 2, 2, ...rest])
      .reverse(1)
      .reshape<T>(x.shape),
  );
}

/** The same of a list with an entry for each image. */
export function swapPartnerEntries<T>(entries: readonly T[]): T[] {
  return entries.map((_, row) => entries[row ^ 1] as T);
}

function partnerRows(values: Uint8Array, rowSize: number): Uint8Array {
  const swapped = new Uint8Array(values.length);
  for (let row = 0; row * rowSize < values.length; row++)
    swapped.set(values.subarray((row ^ 1) * rowSize, ((row ^ 1) + 1) * rowSize), row * rowSize);
  return swapped;
}
