import type { StartEvent, StepEvent, TrainEvent } from '#train/events.ts';

/** Seconds until an epoch's steps, and the whole run, are done; NaN before anything is known. */
export interface TimeLeft {
  readonly epoch: number;
  readonly run: number;
}

/** So many steps say how long the next ones take. Their mean, since waiting for data comes in bursts. */
const window = 50;

/**
 * Tells from the times between a run's events how long it will take: steps, tests and saves apart, since tests are rare
 * and long. Counts what this process does only, so that a resumed run begins anew; its first step, which compiles and
 * waits for the first data, does not count.
 * @param now in milliseconds
 */
export function createTimeLeft(now: () => number): (event: TrainEvent) => TimeLeft {
  const clock = new Clock(now);
  let start: StartEvent | undefined;
  let left: TimeLeft = { epoch: Number.NaN, run: Number.NaN };
  return (event) => {
    const times = clock.after(event);
    if (event.type === 'start') start = event;
    if (event.type === 'step' && start) left = estimate(start, event, times);
    return left;
  };
}

interface Times {
  /** Of one step; NaN before the second. */
  readonly step: number;
  /** Of the last tests of all sets; undefined before the first. */
  readonly tests: number | undefined;
  /** Of all the time so far, the share that saving took. */
  readonly savingShare: number;
}

function estimate(
  { config, stepsPerEpoch, totalSteps, testBatches }: StartEvent,
  event: StepEvent,
  times: Times,
): TimeLeft {
  const done = event.step + 1;
  const tests = times.tests ?? testBatches * times.step; // a test batch takes about a step, with its data and pictures
  const lastEpoch = Math.floor(totalSteps / stepsPerEpoch);
  const isTested = (epoch: number) => config.evalFreq > 0 && (epoch % config.evalFreq === 0 || epoch === config.epochs);
  let testsLeft = 0;
  for (let epoch = event.epoch + 1; testBatches > 0 && epoch <= lastEpoch; epoch++)
    testsLeft += isTested(epoch) ? 1 : 0;
  return {
    epoch: Math.min(stepsPerEpoch - 1 - (event.step % stepsPerEpoch), totalSteps - done) * times.step,
    run: ((totalSteps - done) * times.step + testsLeft * tests) / (1 - times.savingShare),
  };
}

/** The time since the event before belongs to an event. */
class Clock {
  private readonly now: () => number;
  private readonly begin: number;
  private last: number;
  private steps: number[] | undefined;
  private tests: number | undefined;
  private testedEpoch: number | undefined;
  private saving = 0;

  constructor(now: () => number) {
    this.now = now;
    this.begin = now();
    this.last = this.begin;
  }

  after(event: TrainEvent): Times {
    if (event.type !== 'warning' && event.type !== 'broken') this.count(event); // these come in the midst of a step
    const elapsed = Math.max(1, this.last - this.begin);
    return {
      step: meanOf(this.steps ?? []),
      tests: this.tests,
      savingShare: Math.min(0.5, (1000 * this.saving) / elapsed),
    };
  }

  private count(event: TrainEvent): void {
    const at = this.now();
    const seconds = (at - this.last) / 1000;
    this.last = at;
    if (event.type === 'step') this.steps = this.steps ? [...this.steps.slice(1 - window), seconds] : [];
    if (event.type === 'checkpoint') this.saving += seconds;
    if (event.type !== 'evaluation') return;
    this.tests = event.epoch === this.testedEpoch ? (this.tests ?? 0) + seconds : seconds;
    this.testedEpoch = event.epoch;
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
