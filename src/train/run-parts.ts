import type { Loader } from '#data/loader.ts';
import { expectPrecision } from '#model/bfloat16-weights.ts';
import { AdamW } from '#optim/adamw.ts';
import { WeightAverage } from '#optim/ema.ts';
import { type Learned, restoreLearned } from './checkpoint.ts';
import type { TrainConfig } from './config.ts';
import type { Criterion } from './criterion.ts';
import type { TrainListener } from './events.ts';
import { type InitialModel, initialModel, modelConfig } from './initial-model.ts';
import { makeCriterion } from './losses/make-criterion.ts';
import { parseCriterion } from './losses/notation.ts';
import { openLoaders, type TestPart } from './open-loaders.ts';
import { atFlag } from './setting.ts';
import { TrainStep } from './step.ts';
import { expectWholePatches } from './whole-patches.ts';

/** All that a run works with. */
export interface RunParts {
  readonly config: TrainConfig;
  readonly learned: Learned;
  readonly step: TrainStep;
  readonly train: Loader;
  readonly tests: readonly TestPart[];
  /** Updates of an epoch; batches that are too few for another update are left out (spec 3.2). */
  readonly stepsPerEpoch: number;
  /** What a user should know before it begins, a sentence each: what a checkpoint lacked, a schedule that is cut off. */
  readonly notes: readonly string[];
  close(): Promise<void>;
}

export interface OpenPartsOptions {
  /** The checkpoint to go on from. */
  readonly resumeFrom: string | undefined;
  /** Told of what is broken in the data. */
  readonly emit: TrainListener;
}

/**
 * Opens everything that the settings name, the cheap things first, so that a mistake is told at once.
 * @throws Error or SyntaxError in one line
 */
export async function openParts(config: TrainConfig, options: OpenPartsOptions): Promise<RunParts> {
  if (config.amp) atFlag('--amp', () => expectPrecision('bfloat16'));
  const criteria = openCriteria(config);
  if (config.model !== undefined) await expectWholePatches(config, modelConfig(config.model).patchSize);
  const { train, tests, closeLoaders } = await openLoaders(config, criteria.test, options.emit);
  try {
    const stepsPerEpoch = Math.floor(train.batchesPerEpoch / config.accumIter);
    if (stepsPerEpoch === 0)
      throw new Error(
        `--accum-iter: an epoch of ${train.name} has ${train.batchesPerEpoch} batches, fewer than one update of ${config.accumIter}`,
      );
    const { learned, notes } = await openLearned(config, options.resumeFrom);
    const step = trainStep(config, learned, criteria.train);
    const close = async () => {
      disposeLearned(learned);
      await closeLoaders();
    };
    return { config, learned, step, train, tests, stepsPerEpoch, notes: [...notes, ...scheduleNotes(config)], close };
  } catch (error) {
    await closeLoaders();
    throw error;
  }
}

interface Criteria {
  readonly train: Criterion;
  readonly test: Criterion | undefined;
}

function openCriteria({ trainCriterion, testCriterion }: TrainConfig): Criteria {
  return {
    train: atFlag('--train-criterion', () => makeCriterion(parseCriterion(trainCriterion))),
    test:
      testCriterion === undefined
        ? undefined
        : atFlag('--test-criterion', () => makeCriterion(parseCriterion(testCriterion))),
  };
}

function trainStep({ clipGrad, accumIter }: TrainConfig, learned: Learned, criterion: Criterion): TrainStep {
  return new TrainStep({
    ...{ model: learned.model, optimizer: learned.optimizer, criterion, accumIter },
    ...(clipGrad === undefined ? {} : { maxGradientNorm: clipGrad }),
    ...(learned.average ? { average: learned.average } : {}),
  });
}

interface OpenedLearned extends Pick<RunParts, 'notes'> {
  readonly learned: Learned;
}

async function openLearned(config: TrainConfig, resumeFrom: string | undefined): Promise<OpenedLearned> {
  // A checkpoint says itself what network it holds.
  const { model: _, ...checkpointed } = { ...config, pretrained: resumeFrom ?? '' };
  const initial = await initialModel(resumeFrom === undefined ? config : checkpointed);
  const { model, licence } = initial;
  model.recomputeBlocks = config.recompute;
  const weights = model.weights();
  const learned: Learned = {
    ...{ model, licence },
    optimizer: new AdamW(weights, { weightDecay: config.weightDecay }),
    average: config.ema === undefined ? undefined : new WeightAverage(weights, config.ema),
  };
  try {
    await expectWholePatches(config, model.config.patchSize); // for networks that a checkpoint names
    if (resumeFrom !== undefined) await restoreLearned(resumeFrom, learned);
    return { learned, notes: notesOn(initial) };
  } catch (error) {
    disposeLearned(learned);
    throw error;
  }
}

function scheduleNotes({ warmupEpochs, epochs }: TrainConfig): string[] {
  if (warmupEpochs <= epochs) return [];
  return [`the learning rate rises for ${warmupEpochs} epochs and the run has ${epochs}: see --warmup-epochs`];
}

function notesOn({ drawn, left }: InitialModel): string[] {
  const some = (names: readonly string[]) => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  return [
    ...(drawn.length > 0 ? [`${drawn.length} weights are not in the checkpoint and start anew: ${some(drawn)}`] : []),
    ...(left.length > 0 ? [`${left.length} tensors of the checkpoint are of no use here: ${some(left)}`] : []),
  ];
}

function disposeLearned({ model, optimizer, average }: Learned): void {
  average?.dispose();
  optimizer.dispose();
  model.dispose();
}
