import * as tf from '@tensorflow/tfjs';
import { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
import { forInference, type ModelConfig, presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import type { ParamSource } from '#model/spec-layer.ts';
import { uploadNow } from '#tensor/upload.ts';
import type { KernelTime } from './kernel-profile.ts';
import { countMacs } from './mac-count.ts';
import { measureMatmul } from './matmul.ts';
import { type Images, profilePair, type Stages, timePair } from './pair.ts';
import { median } from './statistics.ts';

export interface ForwardOptions {
  readonly preset: string;
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
  readonly seconds: readonly number[];
  readonly medianSeconds: number;
  /** Medians of the parts. */
  readonly stages: Stages<number>;
  readonly gmacPerPair: number;
  readonly gflopPerSecond: number;
  /** The median of runs before and after, on the same engine. */
  readonly matmulGflopPerSecond: number;
  readonly shareOfMatmul: number;
}

const WEIGHTS_SEED = 1;
const MATMUL_RUNS = 8;

/** Times one ordered pair through a network with random weights: two images encoded, decoded, both heads. */
export async function benchForward(options: ForwardOptions): Promise<ForwardReport> {
  const config = forInference(presetConfig(options.preset));
  const backend = await chooseBackend(options.backend);
  const matmulSpeeds = await measureMatmul(MATMUL_RUNS);
  const start = performance.now();
  const model = new Dust3r(config, uploaded(seededWeights(WEIGHTS_SEED)));
  const buildSeconds = (performance.now() - start) / 1e3;
  const images = randomImages(options);
  const timings: Stages<number>[] = [];
  await timePair(model, images);
  for (let run = 0; run < options.runs; run++) timings.push(await timePair(model, images));
  const peakMemoryGb = process.resourceUsage().maxRSS / 1024 ** 2;
  matmulSpeeds.push(...(await measureMatmul(MATMUL_RUNS)));
  const profile = options.profile ? { profile: await profilePair(model, images) } : {};
  model.dispose();
  tf.dispose([...images]);
  return { backend, buildSeconds, peakMemoryGb, ...pairSpeed(config, options, { timings, matmulSpeeds }), ...profile };
}

/** Every weight goes to the engine at once, so that no copy of the network stays in JavaScript's memory. */
function uploaded(source: ParamSource): ParamSource {
  return (name, spec) => {
    const weight = source(name, spec);
    uploadNow(weight.value);
    return weight;
  };
}

function randomImages({ width, height }: ForwardOptions): Images {
  const image = (seed: number) => tf.randomUniform<tf.Rank.R4>([1, height, width, 3], -1, 1, 'float32', seed);
  return [image(1), image(2)];
}

interface Measured {
  readonly timings: readonly Stages<number>[];
  readonly matmulSpeeds: readonly number[];
}

function pairSpeed(config: ModelConfig, { width, height }: ForwardOptions, measured: Measured): PairSpeed {
  const { timings, matmulSpeeds } = measured;
  const seconds = timings.map(({ encoder, decoder, heads }) => encoder + decoder + heads);
  const medianSeconds = median(seconds);
  const part = (stage: keyof Stages<number>) => median(timings.map((timing) => timing[stage]));
  const gmacPerPair = countMacs(config, [height, width]).pair / 1e9;
  const gflopPerSecond = (2 * gmacPerPair) / medianSeconds;
  const matmulGflopPerSecond = median(matmulSpeeds);
  return {
    seconds,
    medianSeconds,
    stages: { encoder: part('encoder'), decoder: part('decoder'), heads: part('heads') },
    gmacPerPair,
    gflopPerSecond,
    matmulGflopPerSecond,
    shareOfMatmul: gflopPerSecond / matmulGflopPerSecond,
  };
}
