import * as tf from '@tensorflow/tfjs';
import type { Loader } from '#data/loader.ts';
import type { PairBatch } from '#data/pair-batch.ts';
import type { Dust3r, PairPrediction, ViewPrediction } from '#model/dust3r.ts';
import type { Criterion } from './criterion.ts';
import type { LossSummary, PairSample, SampleView } from './events.ts';
import { lowerMedian } from './log/meters.ts';
import { evaluateBatch, type LossReport, predictSymmetrized } from './step-loss.ts';

export interface Evaluation {
  readonly losses: Readonly<Record<string, LossSummary>>;
  readonly samples: readonly PairSample[];
}

export interface EvaluateOptions {
  readonly criterion: Criterion;
  readonly signal?: AbortSignal | undefined;
  /** How many pairs, of the first batch, are given out for pictures (default 4). */
  readonly samples?: number;
}

/**
 * The losses over a whole test set, batch by batch (spec 3.3, 3.4). It is the same set every time.
 * @throws the signal's reason when aborted
 */
export async function evaluate(
  model: Dust3r,
  loader: Pick<Loader, 'epoch'>,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const reports: LossReport[] = [];
  let samples: readonly PairSample[] = [];
  for await (const batch of loader.epoch(0)) {
    options.signal?.throwIfAborted();
    if (reports.length === 0) samples = await samplePairs(model, firstPairs(batch, options.samples ?? 4));
    reports.push(await evaluateBatch(model, options.criterion, batch));
  }
  return { losses: summarize(reports), samples };
}

function summarize(reports: readonly LossReport[]): Record<string, LossSummary> {
  const columns = new Map<string, number[]>();
  for (const { loss, details } of reports) {
    for (const [name, value] of Object.entries({ ...details, loss })) {
      const isEmpty = Number.isNaN(value) && name !== 'loss';
      columns.set(name, [...(columns.get(name) ?? []), ...(isEmpty ? [] : [value])]);
    }
  }
  return Object.fromEntries([...columns].map(([name, values]) => [name, summaryOf(values)]));
}

function summaryOf(values: readonly number[]): LossSummary {
  return { average: values.reduce((sum, value) => sum + value, 0) / values.length, median: lowerMedian(values) };
}

function firstPairs(batch: PairBatch, count: number): PairBatch {
  const pairs = Math.min(count, batch.pairs);
  const pixels = 2 * pairs * batch.width * batch.height;
  return {
    ...batch,
    pairs,
    images: batch.images.subarray(0, 3 * pixels),
    points1: batch.points1.subarray(0, 3 * pixels),
    points2: batch.points2.subarray(0, 3 * pixels),
    valid: batch.valid.subarray(0, pixels),
    trueShapes: batch.trueShapes.slice(0, 2 * pairs),
    names: batch.names.slice(0, 2 * pairs),
  };
}

interface Predicted {
  readonly points: Float32Array;
  readonly confidence: Float32Array | undefined;
}

async function samplePairs(model: Dust3r, batch: PairBatch): Promise<PairSample[]> {
  const { width, height, pairs } = batch;
  if (pairs === 0) return [];
  const predict = () =>
    predictSymmetrized(model, tf.tensor4d(batch.images, [2 * pairs, height, width, 3]), batch.trueShapes);
  const { view1, view2 } = tf.tidy(predict as unknown as () => tf.TensorContainerObject) as unknown as PairPrediction;
  const [predicted1, predicted2] = [await read(view1), await read(view2)];
  return Array.from({ length: pairs }, (_, pair) => ({
    width,
    height,
    view1: sampleView(batch, { image: 2 * pair, row: 2 * pair, points: batch.points1 }, predicted1),
    view2: sampleView(batch, { image: 2 * pair + 1, row: 2 * pair, points: batch.points2 }, predicted2),
  }));
}

async function read({ points, confidence }: ViewPrediction): Promise<Predicted> {
  const read = { points: await points.data<'float32'>(), confidence: await confidence?.data<'float32'>() };
  tf.dispose([points, ...(confidence ? [confidence] : [])]);
  return read;
}

/** @param place the image's number, and the row of the ordered pair whose points these are */
function sampleView(
  { width, height, images, valid, names, trueShapes }: PairBatch,
  { image, row, points }: { image: number; row: number; points: Float32Array },
  predicted: Predicted,
): SampleView {
  const size = width * height;
  const pixels = (values: Float32Array, at: number) => values.slice(3 * size * at, 3 * size * (at + 1));
  const confidence = predicted.confidence?.slice(size * row, size * (row + 1));
  return {
    name: names[image] as string,
    trueShape: trueShapes[image] as readonly [number, number],
    image: pixels(images, image),
    points: pixels(points, row),
    valid: valid.slice(size * image, size * (image + 1)),
    predictedPoints: pixels(predicted.points, row),
    ...(confidence ? { confidence } : {}),
  };
}
