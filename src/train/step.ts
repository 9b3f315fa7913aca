// One step of training: a symmetrised batch → loss → gradients → update (spec 3.2).
import * as tf from '@tensorflow/tfjs';
import type { PairBatch } from '#data/pair-batch.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { AdamW } from '#optim/adamw.ts';
import { clipFactor, globalNorm } from '#optim/clip.ts';
import type { WeightAverage } from '#optim/ema.ts';
import { GradientSum } from '#optim/gradient-sum.ts';
import { valueAndGradients } from '#tensor/gradients.ts';
import type { Criterion } from './criterion.ts';
import { batchLoss, type LossReport, readLosses, stackLosses } from './step-loss.ts';

export interface TrainStepOptions {
  readonly model: Dust3r;
  readonly criterion: Criterion;
  readonly optimizer: AdamW;
  /** How many micro-batches make one update, by the mean of their gradients. Default: 1. */
  readonly accumIter?: number;
  /** Gradients of a larger global norm are scaled down to this one. Default: they never are. */
  readonly maxGradientNorm?: number;
  /** Follows the weights, step by step. */
  readonly average?: WeightAverage;
}

export interface UpdateReport {
  /** Global norm over all gradients, before clipping. */
  readonly gradientNorm: number;
}

/** A loss or gradient that is not a finite number. Weights, moments and average are those before the step. */
export class NonFiniteLossError extends Error {
  /** How many updates came before. */
  readonly step: number;
  readonly report: LossReport;

  constructor(what: string, step: number, report: LossReport) {
    const parts = Object.entries({ loss: report.loss, ...report.details }).map(([name, value]) => `${name} ${value}`);
    super(
      `training: expected a finite ${what} in step ${step}, got ${parts.join(', ')}; the weights are those before ` +
        'this step: lower the learning rate, clip the gradients, or look at this batch',
    );
    this.name = 'NonFiniteLossError';
    this.step = step;
    this.report = report;
  }
}

/** Accumulates gradients of micro-batches and updates the weights with them. It owns nothing but these gradients. */
export class TrainStep {
  private readonly options: TrainStepOptions;
  private readonly trained: ReadonlyMap<string, tf.Variable>;
  private readonly sum = new GradientSum();
  private last: LossReport = { loss: Number.NaN, details: {} };

  /** @throws RangeError for a network without trainable weights */
  constructor(options: TrainStepOptions) {
    this.options = options;
    this.trained = new Map([...options.model.weights()].filter(([, { trainable }]) => trainable));
    if (this.trained.size === 0) throw new RangeError('training: expected a network with trainable weights, got none');
  }

  /**
   * Adds the gradients of one micro-batch to those since the last update.
   * @returns its loss, not divided by `accumIter`
   * @throws NonFiniteLossError for a loss that is not finite; the gradients since the last update are then dropped
   */
  async accumulate(batch: PairBatch): Promise<LossReport> {
    const { names, values, gradients } = this.backward(batch);
    this.last = await readLosses(names, values);
    if (Number.isFinite(this.last.loss)) {
      this.sum.add(gradients);
      return this.last;
    }
    tf.dispose([...gradients.values()]);
    this.discard();
    throw new NonFiniteLossError('loss', this.options.optimizer.steps, this.last);
  }

  /**
   * One step of the optimizer with the gradients since the last update.
   * @throws NonFiniteLossError for gradients that are not finite, which are then dropped; RangeError without gradients
   */
  async update(learningRate: number): Promise<UpdateReport> {
    if (this.sum.gradients.size === 0) throw new RangeError('training: there are no gradients since the last update');
    const { optimizer, average, maxGradientNorm = Number.POSITIVE_INFINITY } = this.options;
    try {
      const gradientNorm = await readScalar(globalNorm(this.sum.gradients.values()));
      if (!Number.isFinite(gradientNorm)) throw new NonFiniteLossError('gradient', optimizer.steps, this.last);
      const factor = gradientNorm > maxGradientNorm ? clipFactor(gradientNorm, maxGradientNorm) : 1;
      optimizer.step(this.sum.gradients, learningRate, factor);
      average?.update();
      return { gradientNorm };
    } finally {
      this.discard();
    }
  }

  /** Drops the gradients since the last update, such as those of micro-batches left over at the end of an epoch. */
  discard(): void {
    this.sum.clear();
  }

  private backward(batch: PairBatch) {
    const { model, criterion, accumIter = 1 } = this.options;
    let names: readonly string[] = [];
    let values: tf.Tensor1D | undefined;
    const loss = (): tf.Scalar => {
      const result = batchLoss(model, criterion, batch);
      names = Object.keys(result.details);
      values = tf.keep(stackLosses(result));
      return result.loss.div(accumIter);
    };
    const { value, gradients } = valueAndGradients(loss, [...this.trained.values()]);
    value.dispose();
    const named = [...this.trained.keys()].flatMap((name, i) => {
      const gradient = gradients[i];
      return gradient ? [[name, gradient] as const] : [];
    });
    return { names, values: values as unknown as tf.Tensor1D, gradients: new Map(named) };
  }
}

async function readScalar(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data();
  scalar.dispose();
  return value as number;
}
