// npm run bench -- scene
// 8 random photographs of 512×384, all 56 ordered pairs, 512-linear: predicted as dust3r reconstruct does (every image
// encoded once, both orders of a pair decoded together) and as the naive way does (each pair's images encoded anew), then
// aligned, 300 iterations, on pointmaps of a synthetic scene, since those of random weights have no scene.
// The run's time is that of the network and of the alignment.

import { alignScene } from '#align/align-scene.ts';
import { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { measureProductSpeed, modelPairCost } from '#infer/pair-cost.ts';
import { makePairs, type Pair, withoutRedundantPairs } from '#infer/pairs.ts';
import { planPairs } from '#infer/plan-pairs.ts';
import { predictPairs } from '#infer/predict-pairs.ts';
import { memoryStore } from '#infer/prediction-store.ts';
import { randomModel } from '#infer/random-model.ts';
import type { Precision } from '#model/bfloat16-weights.ts';
import { presetConfig } from '#model/config.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { createFastRandom } from '#tensor/random.ts';
import { syntheticScene } from '#test/align/synthetic-pairs.ts';
import { type Cost, startClock, sumCosts } from './clock.ts';

export interface SceneOptions {
  readonly preset: string;
  readonly precision: Precision;
  readonly backend: BackendName | 'auto';
  readonly images: number;
  readonly width: number;
  readonly height: number;
  readonly sceneGraph: string;
  readonly batchSize: number;
  readonly iterations: number;
  /** Of the pairs, how many the naive way computes; the others are counted as these (default: all). */
  readonly naivePairs: number | undefined;
}

export interface SceneReport {
  readonly backend: BackendReport;
  readonly pairs: number;
  /** What the plan had said before. */
  readonly planned: { readonly network: number; readonly alignment: number };
  readonly network: Cost;
  readonly naiveNetwork: Cost;
  readonly naivePairs: number;
  readonly alignment: Cost;
  /** Ours over the naive way, of the network alone and of the whole run. */
  readonly networkRatio: Cost;
  readonly ratio: Cost;
  readonly peakMemoryGb: number;
}

/** A whole run beside the naive way, on one network in one process; each is warmed up on one pair. */
export async function benchScene(options: SceneOptions): Promise<SceneReport> {
  const backend = await chooseBackend(options.backend);
  const model = randomModel(options.preset, { precision: options.precision });
  const images = Array.from({ length: options.images }, (_, i) => randomImage(options, i));
  const pairs = withoutRedundantPairs(makePairs(options.images, options.sceneGraph));
  const planned = await planSeconds(options);
  await predictPairs(
    model,
    images,
    [
      [0, 1],
      [1, 0],
    ],
    { batchSize: options.batchSize },
  );
  await predictNaively(model, images, [[0, 1]]);

  // Half of the naive way before ours and half after it: the machine may have other work at one time and none at another.
  const sample = pairs.filter(
    (_, i) => i % Math.max(1, Math.floor(pairs.length / (options.naivePairs ?? pairs.length))) === 0,
  );
  const half = sample.length >> 1;
  const before = await timed(() => predictNaively(model, images, sample.slice(0, half)));
  const network = await timed(() => predictPairs(model, images, pairs, { batchSize: options.batchSize }));
  const after = await timed(() => predictNaively(model, images, sample.slice(half)));
  model.dispose();
  const predictions = syntheticPredictions(options, pairs);
  const alignment = await timed(() => alignScene(predictions, { iterations: options.iterations }));
  const naiveNetwork = scaled(sumCosts([before, after]), pairs.length / sample.length);
  return {
    ...{ backend, pairs: pairs.length, planned, network, naiveNetwork, naivePairs: sample.length, alignment },
    networkRatio: ratioOf(network, naiveNetwork),
    ratio: ratioOf(sumCosts([network, alignment]), sumCosts([naiveNetwork, alignment])),
    peakMemoryGb: process.resourceUsage().maxRSS / 1024 ** 2,
  };
}

function randomImage({ width, height }: SceneOptions, seed: number): RgbImage {
  const values = new Float32Array(3 * width * height);
  createFastRandom(seed).fillUniform(values, 0, 255);
  return { width, height, data: Uint8Array.from(values) };
}

async function planSeconds({ preset, images, sceneGraph, width, height, iterations }: SceneOptions) {
  const cost = modelPairCost(presetConfig(preset), { width, height }, await measureProductSpeed());
  const plan = planPairs(images, sceneGraph, { pixels: width * height, iterations, cost });
  return plan.seconds ?? { network: Number.NaN, alignment: Number.NaN };
}

/** What a good network would say of the same pairs. */
function syntheticPredictions({ images, width, height }: SceneOptions, pairs: readonly Pair[]) {
  const keys = new Set(pairs.map((pair) => pair.join()));
  const isPair = (first: number, second: number) => keys.has(`${first},${second}`);
  return syntheticScene({ views: images, width, height, noise: 0.01, isPair }).pairs;
}

/** Every ordered pair by itself, its two images encoded for it, as the original does with its demo's batch of one. */
async function predictNaively(model: Dust3r, images: readonly RgbImage[], pairs: readonly Pair[]): Promise<void> {
  const store = memoryStore();
  for (const pair of pairs) await predictPairs(model, images, [pair], { store, batchSize: 1 });
}

async function timed(run: () => Promise<unknown>): Promise<Cost> {
  const cost = startClock();
  await run();
  return cost();
}

const scaled = ({ seconds, cpuSeconds }: Cost, factor: number) => ({
  seconds: seconds * factor,
  cpuSeconds: cpuSeconds * factor,
});

function ratioOf(ours: Cost, naive: Cost): Cost {
  return { seconds: ours.seconds / naive.seconds, cpuSeconds: ours.cpuSeconds / naive.cpuSeconds };
}

export function sceneLines(report: SceneReport): string[] {
  const { backend, pairs, planned, network, naiveNetwork, naivePairs, alignment, networkRatio, ratio } = report;
  const text = ({ seconds, cpuSeconds }: Cost) => `${seconds.toFixed(1)} s (processor ${cpuSeconds.toFixed(1)} s)`;
  const from = naivePairs < pairs ? `, from ${naivePairs} of the pairs` : '';
  return [
    `${backend.name} ${backend.version} (${backend.device}): ${pairs} ordered pairs`,
    `  network, every image encoded once: ${text(network)}; planned ${planned.network.toFixed(1)} s`,
    `  network, every pair's images encoded anew: ${text(naiveNetwork)}${from}`,
    `  alignment: ${text(alignment)}; planned ${planned.alignment.toFixed(1)} s`,
    `  ours / naive: network ${networkRatio.seconds.toFixed(2)} by the clock, ${networkRatio.cpuSeconds.toFixed(2)} by processor time; whole run ${ratio.seconds.toFixed(2)} and ${ratio.cpuSeconds.toFixed(2)} (goal 0.5)`,
    `  at most ${report.peakMemoryGb.toFixed(2)} GB`,
  ];
}
