import * as tf from '@tensorflow/tfjs';
import type { Dust3r, ViewPrediction } from '#model/dust3r.ts';
import { type Cost, startClock } from './clock.ts';
import { type KernelTime, profileKernels } from './kernel-profile.ts';

/** A value for each part of the network. */
export type Stages<T> = { readonly [Stage in StageName]: T };
type StageName = 'encoder' | 'decoder' | 'heads';

/** Two images [1, H, W, 3]. */
export type Images = readonly [tf.Tensor4D, tf.Tensor4D];

/** What one ordered pair takes. Each image is encoded by itself, as predictPair does. */
export async function timePair(model: Dust3r, images: Images): Promise<Stages<Cost>> {
  const costs: Partial<Record<StageName, Cost>> = {};
  await runPair(model, images, async (stage, compute, settle) => {
    const cost = startClock();
    const result = compute();
    await settle(result);
    costs[stage] = cost();
    return result;
  });
  return costs as Stages<Cost>;
}

/** Time of every kernel of one ordered pair, on an engine that computes while it is called. */
export async function profilePair(model: Dust3r, images: Images): Promise<Stages<readonly KernelTime[]>> {
  const kernels: Partial<Record<StageName, readonly KernelTime[]>> = {};
  await runPair(model, images, async (stage, compute, settle) => {
    const { result, times } = profileKernels(compute);
    await settle(result);
    kernels[stage] = times;
    return result;
  });
  return kernels as Stages<readonly KernelTime[]>;
}

/** Runs one stage and waits for its result. */
type Measure = <T>(stage: StageName, compute: () => T, settle: (result: T) => Promise<unknown>) => Promise<T>;

async function runPair(model: Dust3r, [image1, image2]: Images, measure: Measure): Promise<void> {
  const [view1, view2] = await measure(
    'encoder',
    () => [model.encode(image1), model.encode(image2)] as const,
    (views) => Promise.all(views.map(({ tokens }) => settleTokens(tokens))),
  );
  const { layers1, layers2 } = await measure(
    'decoder',
    () => model.decode(view1, view2),
    (pairs) => Promise.all([pairs.layers1, pairs.layers2].map((layers) => settleTokens(layers.at(-1) as tf.Tensor3D))),
  );
  await measure(
    'heads',
    () => [model.regress(1, layers1, view1.grids), model.regress(2, layers2, view2.grids)],
    (predictions) => Promise.all(predictions.map(readBack)),
  );
  tf.dispose([...layers1, ...layers2]);
}

/** Waits until the engine has computed a tensor. */
async function settleTokens(tokens: tf.Tensor3D): Promise<void> {
  const corner = tokens.slice([0, 0, 0], [1, 1, 1]);
  await corner.data();
  corner.dispose();
}

async function readBack({ points, confidence }: ViewPrediction): Promise<void> {
  await Promise.all([points.data(), confidence?.data()]);
  points.dispose();
  confidence?.dispose();
}
