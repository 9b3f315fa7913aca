import { SingleBar } from 'cli-progress';
import type { TrainEvent, TrainListener } from '#train/events.ts';
import { Meter } from '#train/log/meters.ts';
import { durationText, numberText } from '#train/log/number-text.ts';
import { createTimeLeft } from './train-time-left.ts';

/** Where and how often to show a run. */
export interface TrainProgressOptions {
  /** Steps from one line to the next where there is no terminal: the run's `printFreq`. */
  readonly every: number;
  readonly stream?: NodeJS.WriteStream;
  /** Milliseconds. */
  readonly now?: () => number;
}

export interface TrainProgress {
  readonly listen: TrainListener;
  /** Takes the bar off the terminal; to be called also when the run fails. */
  stop(): void;
}

/**
 * Shows a run: a bar for each epoch on a terminal, a line every so many steps and at least each minute elsewhere, and a
 * line for each epoch, test, best checkpoint and trouble; of pairs with the same broken file the first, the others are
 * counted. Loss, gradient norm, pairs/s and the share of waiting are medians of the last 20 steps.
 */
export function createTrainProgress(options: TrainProgressOptions): TrainProgress {
  const { every, stream = process.stderr, now = () => performance.now() } = options;
  const status = createStatus(now);
  const display = stream.isTTY ? createBar(stream) : createLines(stream, every, now);
  const countBroken = createBrokenCount();
  return {
    listen: (event) => {
      for (const line of [lineOf(event), countBroken(event)]) if (line !== undefined) display.print(line);
      const shown = status(event);
      if (shown) display.showStep(shown);
      if (event.type === 'end') display.stop();
    },
    stop: () => display.stop(),
  };
}

type EventOf<Type extends TrainEvent['type']> = Extract<TrainEvent, { type: Type }>;

function startLine({ totalSteps, stepsPerEpoch, parameters, resumedFrom }: EventOf<'start'>): string {
  const from = resumedFrom ? `resuming from step ${resumedFrom.step}: ` : '';
  return `${from}${totalSteps} steps, ${stepsPerEpoch} an epoch; ${(parameters / 1e6).toFixed(1)} million parameters`;
}

/** What is said of an event beside the bar. Epochs are counted from 1, as those that are done. */
function lineOf(event: TrainEvent): string | undefined {
  switch (event.type) {
    case 'epoch':
      return `epoch ${event.epoch + 1}: ${averagesText(event)}`;
    case 'evaluation':
      return `epoch ${event.epoch + 1}: ${event.testSet}: ${lossesText(event)}`;
    case 'checkpoint':
      return event.kind === 'last' ? undefined : `saved ${event.path} (${event.kind})`;
    case 'warning':
      return `warning: ${event.message}`;
    case 'broken':
      return event.pairs === 1 ? `broken, others are taken for its pairs: ${event.message}` : undefined;
    case 'end':
      return `${event.reason} after ${event.step} steps${bestText(event)}`;
    case 'start':
      return startLine(event);
    case 'step':
      return undefined;
  }
}

/** After an epoch in which there were any: how many pairs were broken so far, and why so many. */
function createBrokenCount(): (event: TrainEvent) => string | undefined {
  let [pairs, reasons, told] = [0, 0, 0];
  return (event) => {
    if (event.type === 'broken') {
      pairs += 1;
      reasons += event.pairs === 1 ? 1 : 0;
    }
    if ((event.type !== 'epoch' && event.type !== 'end') || pairs === told) return undefined;
    told = pairs;
    return `broken pairs so far: ${pairs}, by ${reasons} ${reasons === 1 ? 'file' : 'files'}`;
  };
}

function averagesText({ averages }: EventOf<'epoch'>): string {
  const { loss, ...others } = averages;
  const names = Object.keys(others).filter((name) => name !== 'learningRate' && name !== 'gradientNorm');
  const details = names.map((name) => ` ${name} ${numberText(others[name] ?? Number.NaN)}`);
  return [`average loss ${numberText(loss ?? Number.NaN)}`, ...details].join(',');
}

function lossesText({ losses }: EventOf<'evaluation'>): string {
  return Object.entries(losses)
    .map(([name, { average, median }]) => `${name} ${numberText(average)} (median ${numberText(median)})`)
    .join(', ');
}

function bestText({ best: { mean, ...sets } }: EventOf<'end'>): string {
  const isSeveral = Object.keys(sets).length > 1;
  const shown = isSeveral && mean !== undefined ? { ...sets, mean } : sets;
  const tests = Object.entries(shown).map(([name, loss]) => `${name} ${numberText(loss)}`);
  return tests.length === 0 ? '' : `; best median loss: ${tests.join(', ')}`;
}

interface ShownStep {
  readonly step: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly stepInEpoch: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
  readonly values: string;
}

/** Keeps what the last steps say; gives what is to be shown when there was one. */
function createStatus(now: () => number): (event: TrainEvent) => ShownStep | undefined {
  const meters = {
    loss: new Meter(),
    norm: new Meter(),
    pairs: new Meter(),
    waited: new Meter(),
  };
  const timeLeft = createTimeLeft(now);
  let [stepsPerEpoch, totalSteps] = [1, 1];
  return (event) => {
    const left = timeLeft(event);
    if (event.type === 'start') ({ stepsPerEpoch, totalSteps } = event);
    if (event.type !== 'step') return undefined;
    meters.loss.add(event.loss);
    meters.norm.add(event.gradientNorm);
    meters.pairs.add(event.pairsPerSecond);
    meters.waited.add(event.waitedShare);
    const { step, epoch, learningRate } = event;
    const stepInEpoch = (step % stepsPerEpoch) + 1;
    const values = [
      `loss ${numberText(meters.loss.median)}`,
      `lr ${numberText(learningRate)}`,
      `gradient ${numberText(meters.norm.median)}`,
      `${numberText(meters.pairs.median)} pairs/s`,
      `waiting ${Math.round(100 * meters.waited.median)} %`,
      `left: epoch ${durationText(left.epoch)}, run ${durationText(left.run)}`,
    ].join(' · ');
    const epochs = Math.ceil(totalSteps / stepsPerEpoch);
    return { step, epoch, epochs, stepInEpoch, stepsPerEpoch, totalSteps, values };
  };
}

interface Display {
  print(line: string): void;
  showStep(shown: ShownStep): void;
  stop(): void;
}

/** Milliseconds. */
const longestSilence = 60_000;

const format = 'epoch {epoch}/{epochs} {bar} {value}/{total} · {values}';

function createBar(stream: NodeJS.WriteStream): Display {
  const bar = new SingleBar({ format, barsize: 20, hideCursor: true, clearOnComplete: true, linewrap: false, stream });
  return {
    print(line) {
      bar.stop();
      stream.write(`${line}\n`);
    },
    showStep({ epoch, epochs, stepInEpoch, stepsPerEpoch, values }) {
      const payload = { epoch: epoch + 1, epochs, values };
      if (!bar.isActive) bar.start(stepsPerEpoch, stepInEpoch, payload);
      bar.update(stepInEpoch, payload);
    },
    stop: () => bar.stop(),
  };
}

function createLines(stream: NodeJS.WriteStream, every: number, now: () => number): Display {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    print: (line) => stream.write(`${line}\n`),
    showStep({ epoch, epochs, step, totalSteps, values }) {
      if ((step + 1) % every !== 0 && now() - shownAt < longestSilence) return;
      shownAt = now();
      stream.write(`epoch ${epoch + 1}/${epochs} · step ${step + 1}/${totalSteps} · ${values}\n`);
    },
    stop: () => undefined,
  };
}
