// The epochs of a run: train, evaluate, save (spec 3.3, with its faults mended: see docs in run-state.ts and events.ts).
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { PairBatch } from '#data/pair-batch.ts';
import { learningRateAt } from '#optim/schedule.ts';
import { compareWithBest, type Medians } from './best-losses.ts';
import { baseLearningRate } from './config.ts';
import { evaluate } from './evaluate.ts';
import type { EndEvent, TrainListener } from './events.ts';
import type { OtherCheckpoint, RunFolder } from './run-folder.ts';
import type { RunParts } from './run-parts.ts';
import { type BestLosses, initialState, type RunState } from './run-state.ts';
import { RunningMeans } from './running-means.ts';
import type { LossReport } from './step-loss.ts';

export interface LoopOptions {
  readonly parts: RunParts;
  readonly folder: RunFolder;
  /** Ends the run after the step that is under way; it is saved first. */
  readonly signal: AbortSignal | undefined;
  readonly emit: TrainListener;
}

const final: OtherCheckpoint = { kind: 'final', name: 'final' };

/** A run from where it stands to its end. */
export class TrainLoop {
  private readonly parts: RunParts;
  private readonly folder: RunFolder;
  private readonly signal: AbortSignal | undefined;
  private readonly emit: TrainListener;
  private epoch: number;
  private stepInEpoch: number;
  private step: number;
  private means: RunningMeans;
  private best: BestLosses;
  private savedAt = performance.now();
  private isSaved = true;

  constructor({ parts, folder, signal, emit }: LoopOptions) {
    this.parts = parts;
    this.folder = folder;
    this.signal = signal;
    this.emit = emit;
    const state = folder.last?.state ?? initialState;
    this.epoch = state.epoch;
    this.stepInEpoch = state.stepInEpoch;
    this.step = state.step;
    this.means = new RunningMeans(state.means);
    this.best = state.best;
  }

  /** @throws Error for a loss that is not finite, with the last checkpoint untouched; whatever a listener throws */
  async run(): Promise<EndEvent> {
    const { epochs } = this.parts.config;
    while (this.epoch < epochs && !this.isOver()) {
      await this.trainEpoch();
      if (this.stepInEpoch === this.parts.stepsPerEpoch && !this.isStopped()) await this.finishEpoch();
    }
    if (!this.isSaved) await this.save(this.isStopped() ? [] : [final]);
    const best = { ...this.best.sets, ...(this.best.mean === undefined ? {} : { mean: this.best.mean }) };
    return { type: 'end', reason: this.isStopped() ? 'stopped' : 'finished', step: this.step, best };
  }

  private isStopped(): boolean {
    return this.signal?.aborted ?? false;
  }

  private isOver(): boolean {
    return this.isStopped() || this.hasAllSteps();
  }

  private hasAllSteps(): boolean {
    return this.step >= (this.parts.config.maxSteps ?? Number.POSITIVE_INFINITY);
  }

  private async trainEpoch(): Promise<void> {
    const { train, stepsPerEpoch, config } = this.parts;
    if (this.stepInEpoch >= stepsPerEpoch) return; // an epoch whose evaluation was cut off
    const from = this.stepInEpoch * config.accumIter;
    const batches = train.epoch(this.epoch, { from })[Symbol.asyncIterator]();
    try {
      while (this.stepInEpoch < stepsPerEpoch && !this.isOver()) {
        await this.takeStep(batches);
        await nextTurn(); // batches that are always ready would keep timers and signals waiting
        const minutes = (performance.now() - this.savedAt) / 60_000;
        if (config.saveMinutes > 0 && minutes >= config.saveMinutes) await this.save([]);
      }
    } finally {
      await batches.return?.();
    }
  }

  /** One update from as many batches as it takes. */
  private async takeStep(batches: AsyncIterator<PairBatch>): Promise<void> {
    const { config, step, train } = this.parts;
    const startedAt = performance.now();
    const epochProgress = this.epoch + (this.stepInEpoch * config.accumIter) / train.batchesPerEpoch;
    const learningRate = this.learningRateAt(epochProgress);
    const losses = new RunningMeans();
    let waitedMs = 0;
    for (let i = 0; i < config.accumIter; i += 1) {
      const { batch, ms } = await nextBatch(batches);
      waitedMs += ms;
      losses.add(flat(await step.accumulate(batch)));
    }
    const { gradientNorm } = await step.update(learningRate);
    const { loss = Number.NaN, ...details } = losses.means();
    const elapsedMs = performance.now() - startedAt;
    this.means.add({ loss, ...details, learningRate, gradientNorm });
    const reported = { loss, details, learningRate, gradientNorm, waitedShare: waitedMs / elapsedMs };
    const pairsPerSecond = (1000 * config.batchSize * config.accumIter) / elapsedMs;
    this.emit({ type: 'step', epoch: this.epoch, step: this.step, epochProgress, pairsPerSecond, ...reported });
    this.step += 1;
    this.stepInEpoch += 1;
    this.isSaved = false;
  }

  private learningRateAt(epochProgress: number): number {
    const { config } = this.parts;
    const { minLr: least, warmupEpochs: warmup, epochs: length } = config;
    return learningRateAt({ kind: 'cosine', peak: baseLearningRate(config), least, warmup, length }, epochProgress);
  }

  /** Evaluates and saves what is due after a whole epoch, and goes on to the next. */
  private async finishEpoch(): Promise<void> {
    const { config } = this.parts;
    this.emit({ type: 'epoch', epoch: this.epoch, step: this.step, averages: this.means.means() });
    const done = this.epoch + 1;
    const medians = this.isTestDue(done) ? await this.evaluate() : new Map<string, number>();
    if (!medians) return;
    const { best, isBetter } = compareWithBest(this.best, medians);
    this.best = best;
    this.epoch = done;
    this.stepInEpoch = 0;
    this.means = new RunningMeans();
    const others: OtherCheckpoint[] = isBetter.map((name) => ({ kind: 'best', name }));
    if (config.keepFreq > 0 && done % config.keepFreq === 0) others.push({ kind: 'kept', name: String(done) });
    if (done === config.epochs || this.hasAllSteps()) others.push(final);
    if (others.length > 0 || done % config.saveFreq === 0) await this.save(others);
  }

  private isTestDue(epochs: number): boolean {
    const { evalFreq, epochs: all } = this.parts.config;
    return evalFreq > 0 && (epochs % evalFreq === 0 || epochs === all);
  }

  /** The median test loss of every set; undefined if the run was stopped meanwhile. */
  private async evaluate(): Promise<Medians | undefined> {
    const { learned, tests } = this.parts;
    const medians = new Map<string, number>();
    const evaluateAll = async () => {
      for (const { name, loader, criterion } of tests) {
        const { losses, samples } = await evaluate(learned.model, loader, { criterion, signal: this.signal });
        medians.set(name, losses['loss']?.median ?? Number.NaN);
        this.emit({ type: 'evaluation', epoch: this.epoch, step: this.step, testSet: name, losses, samples });
      }
    };
    try {
      await (learned.average ? learned.average.during(evaluateAll) : evaluateAll());
      return medians;
    } catch (error) {
      if (this.isStopped()) return undefined;
      throw error;
    }
  }

  private async save(others: readonly OtherCheckpoint[]): Promise<void> {
    const { epoch, stepInEpoch, step, best } = this;
    const state: RunState = { epoch, stepInEpoch, step, means: this.means.state(), best };
    for (const event of await this.folder.save(this.parts.learned, state, others)) this.emit(event);
    this.savedAt = performance.now();
    this.isSaved = true;
  }
}

interface Received {
  readonly batch: PairBatch;
  readonly ms: number;
}

async function nextBatch(batches: AsyncIterator<PairBatch>): Promise<Received> {
  const startedAt = performance.now();
  const { value, done } = await batches.next();
  if (done) throw new Error('training: expected as many batches as the loader had announced, got fewer');
  return { batch: value, ms: performance.now() - startedAt };
}

function flat({ loss, details }: LossReport): Record<string, number> {
  return { ...details, loss };
}
