// The measured process of train-step.ts: takes its options as JSON, prints its result as JSON.
import { chooseBackend } from '#backend/choose.ts';
import type { PairBatch } from '#data/pair-batch.ts';
import { mixedPrecision } from '#model/bfloat16-weights.ts';
import type { ModelConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import type { ParamSource } from '#model/spec-layer.ts';
import { AdamW } from '#optim/adamw.ts';
import { createFastRandom } from '#tensor/random.ts';
import { uploadNow } from '#tensor/upload.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { TrainStep } from '#train/step.ts';
import { type Cost, medianCost, startClock, sumCosts } from './clock.ts';
import { type KernelTime, profileKernels } from './kernel-profile.ts';
import type { TrainRunOptions, TrainRunReport, TrainStages } from './train-step.ts';

const CRITERION = "ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)";
const RATE = 1e-4;

const options = JSON.parse(process.argv[2] as string) as TrainRunOptions;
console.log(JSON.stringify(await timeTraining(options)));

async function timeTraining(options: TrainRunOptions): Promise<TrainRunReport> {
  const { name, version } = await chooseBackend(options.backend);
  const step = newStep(options);
  const batch = randomBatch(options);
  // The first step allocates the moments, the second one is warm.
  for (let i = 0; i < 2; i++) await timeStep(step, batch);
  const stages: TrainStages<Cost>[] = [];
  for (let i = 0; i < options.runs; i++) stages.push(await timeStep(step, batch));
  const peakMemoryGb = process.resourceUsage().maxRSS / 1024 ** 2;
  const stage = (part: keyof TrainStages<Cost>) => medianCost(stages.map((each) => each[part]));
  return {
    runs: stages.map(({ gradients, update }) => sumCosts([gradients, update])),
    stages: { gradients: stage('gradients'), update: stage('update') },
    peakMemoryGb,
    version: `${name} ${version}`,
    ...(options.profile ? { profile: await profileGradients(step, batch) } : {}),
  };
}

function newStep({ config, recompute, amp }: TrainRunOptions): TrainStep {
  const draw = seededWeights(0);
  const uploaded: ParamSource = (name, spec) => {
    const drawn = draw(name, spec);
    uploadNow(drawn.value);
    return drawn;
  };
  const model = new Dust3r(withInfinity(config), amp ? mixedPrecision(uploaded) : uploaded);
  model.recomputeBlocks = recompute;
  const optimizer = new AdamW(model.weights());
  return new TrainStep({ model, optimizer, criterion: makeCriterion(parseCriterion(CRITERION)) });
}

/** JSON has no infinity and writes null instead. */
function withInfinity(config: ModelConfig): ModelConfig {
  const { confMode } = config;
  return confMode ? { ...config, confMode: { ...confMode, max: confMode.max ?? Number.POSITIVE_INFINITY } } : config;
}

async function timeStep(step: TrainStep, batch: PairBatch): Promise<TrainStages<Cost>> {
  const start = startClock();
  await step.accumulate(batch);
  const gradients = start();
  const next = startClock();
  await step.update(RATE);
  return { gradients, update: next() };
}

/** Kernels of one more step's gradients, which are all computed before the first wait on an engine of a CPU. */
async function profileGradients(step: TrainStep, batch: PairBatch): Promise<readonly KernelTime[]> {
  const { result, times } = profileKernels(() => step.accumulate(batch));
  await result;
  step.discard();
  return times;
}

function randomBatch({ pairs, width, height }: TrainRunOptions): PairBatch {
  const pixels = 2 * pairs * width * height;
  const random = createFastRandom('batch');
  const uniform = (size: number, from: number, to: number) => {
    const values = new Float32Array(size);
    random.fillUniform(values, from, to);
    return values;
  };
  return {
    ...{ pairs, width, height },
    images: uniform(3 * pixels, -1, 1),
    trueShapes: Array.from({ length: 2 * pairs }, () => [height, width] as const),
    points1: uniform(3 * pixels, 0.5, 3),
    points2: uniform(3 * pixels, 0.5, 3),
    valid: Uint8Array.from(uniform(pixels, 0, 1), (value) => (value < 0.8 ? 1 : 0)),
    names: [],
  };
}
