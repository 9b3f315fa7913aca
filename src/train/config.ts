import { flagOf } from '#notation/kebab-case.ts';
import { checkSetting, type Setting } from './setting.ts';

/** Everything that fixes a run, and how it is watched. Plain data: it lies as `config.json` beside every run. */
export interface TrainConfig {
  /** A preset's name or the original's constructor call; absent: the pretrained checkpoint's own network. */
  readonly model?: string;
  /** What `dust3r convert` reads: a hub-like folder, .safetensors, .pth, a checkpoint of a run. Absent: from scratch. */
  readonly pretrained?: string;
  readonly trainDataset: string;
  /** Several test sets are joined by '+'. Absent: no tests. */
  readonly testDataset?: string;
  /** A module with own kinds of dataset: see data/registry.ts. */
  readonly datasetModule?: string;
  readonly trainCriterion: string;
  readonly testCriterion?: string;
  readonly seed: number;
  /** Pairs, before each is also taken the other way round. */
  readonly batchSize: number;
  /** Batches of one update. */
  readonly accumIter: number;
  readonly epochs: number;
  /** Ends the run early, without touching its schedule. */
  readonly maxSteps?: number;
  readonly weightDecay: number;
  /** Absent: blr × batchSize × accumIter / 256. */
  readonly lr?: number;
  readonly blr: number;
  readonly minLr: number;
  readonly warmupEpochs: number;
  /** Largest global norm of a gradient; absent: no limit. */
  readonly clipGrad?: number;
  /** Decay of the running mean of the weights, below 1; absent: none is kept. */
  readonly ema?: number;
  readonly amp: boolean;
  readonly recompute: boolean;
  /** Absent: as the model says. */
  readonly freeze?: 'none' | 'mask' | 'encoder';
  /** Absent: one less than the processor has cores, at most 8. */
  readonly numWorkers?: number;
  readonly evalFreq: number;
  readonly saveFreq: number;
  readonly saveMinutes: number;
  readonly keepFreq: number;
  readonly printFreq: number;
  readonly outputDir: string;
}

/** The settings that every command line, recipe and library call may give; the rest have defaults (spec 3.1). */
export type TrainSettings = { readonly [Name in keyof TrainConfig]?: TrainConfig[Name] | undefined };

/** What a setting is, in the order of `dust3r train --help`; the original's flags and defaults where it has them. */
export const trainSettings: Readonly<Record<keyof TrainConfig, Setting>> = {
  model: { kind: 'text', describe: "preset, or the original's AsymmetricCroCo3DStereo(…)" },
  pretrained: { kind: 'text', describe: 'checkpoint to start from: hub-like folder, .safetensors, .pth, or of a run' },
  trainDataset: { kind: 'text', describe: 'what to train on, as "1000 @ Synthetic(…) + 2 * PosedRgbd(…)"' },
  testDataset: { kind: 'text', describe: "what to test on; several sets are joined by '+'" },
  datasetModule: { kind: 'text', describe: 'module that exports own kinds of dataset' },
  trainCriterion: {
    kind: 'text',
    default: "ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)",
    describe: 'loss to train with',
  },
  testCriterion: { kind: 'text', describe: 'loss to test with, as "Regr3D_ScaleShiftInv(L21, gt_scale=True)"' },
  seed: { kind: 'whole', default: 0, describe: 'of the weights, the order and the augmentation of the data' },
  batchSize: { kind: 'whole', least: 1, default: 64, describe: 'pairs of a batch; each is taken both ways round' },
  accumIter: { kind: 'whole', least: 1, default: 1, describe: 'batches of one update' },
  epochs: { kind: 'whole', least: 1, default: 800, describe: 'of the whole run; the schedule spans them' },
  maxSteps: { kind: 'whole', least: 1, mayChange: true, describe: 'ends the run early after so many updates' },
  weightDecay: { kind: 'number', least: 0, default: 0.05, describe: "AdamW's" },
  lr: { kind: 'number', least: 0, describe: 'learning rate; default: blr × batch size × accum-iter / 256' },
  blr: { kind: 'number', least: 0, default: 1.5e-4, describe: 'learning rate of 256 pairs an update' },
  minLr: { kind: 'number', least: 0, default: 0, describe: 'learning rate at the end' },
  warmupEpochs: { kind: 'number', least: 0, default: 40, describe: 'epochs in which the learning rate rises' },
  clipGrad: { kind: 'number', least: 0, describe: 'largest norm of a gradient; default: no limit' },
  ema: { kind: 'number', least: 0, below: 1, describe: 'decay of a running mean of the weights, as 0.999' },
  amp: { kind: 'flag', default: false, describe: 'mixed precision, on the native engine' },
  recompute: {
    kind: 'flag',
    default: false,
    mayChange: true,
    describe: 'less memory for more time: blocks are computed again for their gradients',
  },
  freeze: { kind: 'text', choices: ['none', 'mask', 'encoder'], describe: 'weights that stay as they are' },
  numWorkers: {
    kind: 'whole',
    least: 0,
    mayChange: true,
    describe: 'threads that read and augment; default: by cores',
  },
  evalFreq: { kind: 'whole', least: 0, default: 1, mayChange: true, describe: 'epochs between tests; 0: none' },
  saveFreq: { kind: 'whole', least: 1, default: 1, mayChange: true, describe: 'epochs between saves' },
  saveMinutes: {
    kind: 'number',
    least: 0,
    default: 10,
    mayChange: true,
    describe: 'minutes after which it is saved within an epoch, too; 0: never',
  },
  keepFreq: { kind: 'whole', least: 0, default: 20, mayChange: true, describe: 'epochs between kept saves; 0: none' },
  printFreq: { kind: 'whole', least: 1, default: 20, mayChange: true, describe: 'steps between printed lines' },
  outputDir: { kind: 'text', default: 'output', mayChange: true, describe: 'folder of the run' },
};

/** Shown with every message about the missing test criterion. */
const usualTest = 'Regr3D_ScaleShiftInv(L21, gt_scale=True)';

/**
 * Fills in the defaults and checks every setting.
 * @throws Error naming the setting, what was expected and what was found: unknown names too
 */
export function completeConfig(given: TrainSettings): TrainConfig {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(trainSettings, name))
      throw new Error(`training has no setting "${name}"; it has ${Object.keys(trainSettings).join(', ')}`);
  }
  const entries = Object.entries(trainSettings).flatMap(([name, setting]) => {
    const value = given[name as keyof TrainConfig] ?? setting.default;
    return value === undefined ? [] : [[name, checkSetting(flagOf(name), setting, value)] as const];
  });
  return expectComplete(Object.fromEntries(entries) as unknown as TrainConfig);
}

function expectComplete(config: TrainConfig): TrainConfig {
  if (config.trainDataset === undefined)
    throw new Error('--train-dataset: expected what to train on, as "1000 @ Synthetic(…)", got nothing');
  if (config.model === undefined && config.pretrained === undefined)
    throw new Error('--model: expected a preset (as tiny) or --pretrained <checkpoint>, got neither');
  if (config.testDataset !== undefined && config.testCriterion === undefined)
    throw new Error(`--test-criterion: expected one, since there is a --test-dataset; the usual one is "${usualTest}"`);
  return config;
}

/** The highest learning rate of a run (spec 3.1). */
export function baseLearningRate({ lr, blr, batchSize, accumIter }: TrainConfig): number {
  return lr ?? (blr * batchSize * accumIter) / 256;
}

/**
 * Refuses to go on with a run under settings that would make another run of it.
 * @param found the run's own settings
 * @throws Error naming every difference and the way out
 */
export function expectSameRun(found: TrainConfig, wanted: TrainConfig, folder: string): void {
  const differences = Object.entries(trainSettings).flatMap(([key, { mayChange }]) => {
    const name = key as keyof TrainConfig;
    if (mayChange || found[name] === wanted[name]) return [];
    return [`${flagOf(name)} (${shown(found[name])} there, ${shown(wanted[name])} here)`];
  });
  if (differences.length > 0)
    throw new Error(
      `${folder} holds a run with other settings: ${differences.join(', ')}; go on with its own, or take another ` +
        `--output-dir and --pretrained ${folder}/checkpoint-last`,
    );
}

function shown(value: unknown): string {
  return value === undefined ? 'not given' : String(value).trim();
}
