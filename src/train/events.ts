import type { TrainConfig } from './config.ts';

/** Over the batches of a test set; the median is the lower middle (spec 3.4). */
export interface LossSummary {
  readonly average: number;
  readonly median: number;
}

/** One view of a sample prediction, on the stored grid (landscape; see data/view.ts). Both views in view 1's frame. */
export interface SampleView {
  /** `dataset/label/instance`. */
  readonly name: string;
  /** (height, width) in its true orientation. */
  readonly trueShape: readonly [height: number, width: number];
  /** [H, W, 3] in [-1, 1]. */
  readonly image: Float32Array;
  /** [H, W, 3] and [H, W]: the truth, in the dataset's unit, and where it is known. */
  readonly points: Float32Array;
  readonly valid: Uint8Array;
  /** [H, W, 3], up to scale, and [H, W] where the network gives it. */
  readonly predictedPoints: Float32Array;
  readonly confidence?: Float32Array;
}

/** What the network makes of one pair of a test set, for pictures. */
export interface PairSample {
  readonly width: number;
  readonly height: number;
  readonly view1: SampleView;
  readonly view2: SampleView;
}

/**
 * What happens in a run, in order. Steps are optimiser updates, counted over the whole run from 0; an epoch is a whole
 * number from 0. A resumed run starts with `resumedFrom`: what a logger has written of steps from that one on, and of
 * epochs and evaluations that the checkpoint does not know, is void and will be reported again.
 */
export type TrainEvent =
  | StartEvent
  | StepEvent
  | EpochEvent
  | EvaluationEvent
  | CheckpointEvent
  | WarningEvent
  | BrokenEvent
  | EndEvent;

export interface StartEvent {
  readonly type: 'start';
  readonly config: TrainConfig;
  readonly stepsPerEpoch: number;
  /** Steps in the whole run, with --max-steps taken into account. */
  readonly totalSteps: number;
  readonly parameters: number;
  /** Batches of all test sets together. */
  readonly testBatches: number;
  /** The first step that is done again or anew, and how many epochs are finished and logged. */
  readonly resumedFrom?: { readonly step: number; readonly epochs: number };
}

export interface StepEvent {
  readonly type: 'step';
  readonly epoch: number;
  readonly step: number;
  /** Epochs passed when the step began, as a fraction: what the schedule went by. */
  readonly epochProgress: number;
  readonly loss: number;
  /** The criterion's details by their names in the original. */
  readonly details: Readonly<Record<string, number>>;
  readonly learningRate: number;
  readonly gradientNorm: number;
  readonly pairsPerSecond: number;
  /** Share of the step's time that was spent waiting for data, 0 to 1. */
  readonly waitedShare: number;
}

/** An epoch is trained; its averages over all of its steps: loss, details, learningRate, gradientNorm. */
export interface EpochEvent {
  readonly type: 'epoch';
  readonly epoch: number;
  readonly step: number;
  readonly averages: Readonly<Record<string, number>>;
}

/** One test set after an epoch. `losses` has `loss` and the criterion's details. */
export interface EvaluationEvent {
  readonly type: 'evaluation';
  /** The epoch that was just trained. */
  readonly epoch: number;
  /** Steps done so far. */
  readonly step: number;
  /** Its name: the expression up to the first bracket, made unique (spec 3.4). */
  readonly testSet: string;
  readonly losses: Readonly<Record<string, LossSummary>>;
  readonly samples: readonly PairSample[];
}

export interface CheckpointEvent {
  readonly type: 'checkpoint';
  readonly path: string;
  readonly kind: 'last' | 'best' | 'kept' | 'final';
}

interface WarningEvent {
  readonly type: 'warning';
  readonly message: string;
}

/** A pair of the data that could not be read; another was taken. */
interface BrokenEvent {
  readonly type: 'broken';
  /** Names the file, so that all pairs with it have the same one. */
  readonly message: string;
  /** How many pairs have had this message, this one included. */
  readonly pairs: number;
}

export interface EndEvent {
  readonly type: 'end';
  readonly reason: 'finished' | 'stopped';
  readonly step: number;
  /** The lowest median test loss of each test set, and of their mean. */
  readonly best: Readonly<Record<string, number>>;
}

/**
 * Takes part in a run: loggers, progress bars. What it throws ends the run. What it writes is with the system when it
 * returns (appendFileSync, say): the checkpoint that follows counts on it, and a run may be killed at any moment.
 */
export type TrainListener = (event: TrainEvent) => void;
