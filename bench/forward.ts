// npm run bench -- forward --runs 3 --pytorch <python with torch 2.13> (about 5 minutes)
// 512-dpt at 512×384 on 2 idle cores of an AMD EPYC with AVX-512 (2026-11-22), median seconds (and processor seconds):
// ours in float32 10.8 (20.1), 3.14 GiB, 87 % of the matmul's speed; with --precision bfloat16 8.1 (14.6), 2.24 GiB;
// PyTorch 2.13 in float32 13.9 (27.0), 3.02 GiB; under bfloat16 autocast 7.5 (14.6), 3.94 GiB.
import * as tf from '@tensorflow/tfjs';
import { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
import { randomModel } from '#infer/random-model.ts';
import type { Precision } from '#model/bfloat16-weights.ts';
import { type ModelConfig, presetConfig } from '#model/config.ts';
import { type Cost, medianCost, startClock, sumCosts } from './clock.ts';
import type { KernelTime } from './kernel-profile.ts';
import { countMacs } from './mac-count.ts';
import { MATMUL_GFLOP, timeMatmul } from './matmul.ts';
import { type Images, profilePair, type Stages, timePair } from './pair.ts';

export interface ForwardOptions {
  readonly preset: string;
  readonly precision: Precision;
  readonly width: number;
  readonly height: number;
  readonly backend: BackendName | 'auto';
  readonly runs: number;
  /** Also time every kernel of one more pair. */
  readonly profile: boolean;
}

export interface ForwardReport extends PairSpeed {
  readonly backend: BackendReport;
  /** Drawing the weights and handing them to the engine. */
  readonly buildSeconds: number;
  /** The most that the process had resident before the profile, this program included. */
  readonly peakMemoryGb: number;
  readonly profile?: Stages<readonly KernelTime[]>;
}

interface PairSpeed {
  /** One ordered pair, every run after a warm-up. */
  readonly runs: readonly Cost[];
  readonly median: Cost;
  /** Medians of the parts. */
  readonly stages: Stages<Cost>;
  readonly gmacPerPair: number;
  readonly gflopPerSecond: number;
  /** A 768×1024×4096 product on the same engine, the median of runs before and after the pairs. */
  readonly matmulGflopPerSecond: number;
  /** Of the matmul's speed, by the clock and by processor time. */
  readonly shareOfMatmul: Cost;
}

/** Times one ordered pair through a network with random weights: two images encoded, decoded, both heads. */
export async function benchForward(options: ForwardOptions): Promise<ForwardReport> {
  const config = presetConfig(options.preset);
  const backend = await chooseBackend(options.backend);
  const matmuls = await timeMatmul();
  const buildCost = startClock();
  const model = randomModel(options.preset, { precision: options.precision });
  const buildSeconds = buildCost().seconds;
  const images = randomImages(options);
  const pairs: Stages<Cost>[] = [];
  await timePair(model, images);
  for (let run = 0; run < options.runs; run++) pairs.push(await timePair(model, images));
  const peakMemoryGb = process.resourceUsage().maxRSS / 1024 ** 2;
  matmuls.push(...(await timeMatmul()));
  const profile = options.profile ? { profile: await profilePair(model, images) } : {};
  model.dispose();
  tf.dispose([...images]);
  return { backend, buildSeconds, peakMemoryGb, ...pairSpeed(config, options, { pairs, matmuls }), ...profile };
}

function randomImages({ width, height }: ForwardOptions): Images {
  const image = (seed: number) => tf.randomUniform<tf.Rank.R4>([1, height, width, 3], -1, 1, 'float32', seed);
  return [image(1), image(2)];
}

interface Measured {
  readonly pairs: readonly Stages<Cost>[];
  readonly matmuls: readonly Cost[];
}

function pairSpeed(config: ModelConfig, { width, height }: ForwardOptions, { pairs, matmuls }: Measured): PairSpeed {
  const runs = pairs.map(({ encoder, decoder, heads }) => sumCosts([encoder, decoder, heads]));
  const median = medianCost(runs);
  const matmul = medianCost(matmuls);
  const part = (stage: keyof Stages<Cost>) => medianCost(pairs.map((pair) => pair[stage]));
  const gmacPerPair = countMacs(config, [height, width]).pair / 1e9;
  const share = (key: keyof Cost) => (2 * gmacPerPair * matmul[key]) / (MATMUL_GFLOP * median[key]);
  return {
    runs,
    median,
    stages: { encoder: part('encoder'), decoder: part('decoder'), heads: part('heads') },
    gmacPerPair,
    gflopPerSecond: (2 * gmacPerPair) / median.seconds,
    matmulGflopPerSecond: MATMUL_GFLOP / matmul.seconds,
    shareOfMatmul: { seconds: share('seconds'), cpuSeconds: share('cpuSeconds') },
  };
}
