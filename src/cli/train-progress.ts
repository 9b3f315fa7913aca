import { SingleBar } from 'cli-progress';
import type { TrainEvent, TrainListener } from '#train/events.ts';
import { Meter } from '#train/log/meters.ts';
import { durationText, numberText } from '#train/log/number-text.ts';

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
 * Shows a run: a bar for each epoch on a terminal, a line every so many steps elsewhere, and a line for each epoch, test,
 * best checkpoint and trouble. Loss, gradient norm, pairs/s, share of waiting and the time that is left come from the
 * medians of the last 20 steps.
 */
export function createTrainProgress(options: TrainProgressOptions): TrainProgress {
  const { every, stream = process.stderr, now = () => performance.now() } = options;
  const status = createStatus(now);
  const display = stream.isTTY ? createBar(stream) : createLines(stream, every);
  return {
    listen: (event) => {
      const line = lineOf(event);
      if (line !== undefined) display.print(line);
      if (event.type === 'start') display.print(startLine(event));
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
      return `broken pair: ${event.message}`;
    case 'end':
      return `${event.reason} after ${event.step} steps${bestText(event)}`;
    case 'start':
    case 'step':
      return undefined;
  }
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

function bestText({ best }: EventOf<'end'>): string {
  const tests = Object.entries(best).map(([name, loss]) => `${name} ${numberText(loss)}`);
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
    seconds: new Meter(),
  };
  let [stepsPerEpoch, totalSteps] = [1, 1];
  let lastStepAt: number | undefined;
  return (event) => {
    if (event.type === 'start') ({ stepsPerEpoch, totalSteps } = event);
    if (event.type !== 'step') {
      lastStepAt = undefined; // tests and saving are no part of the next step's time
      return undefined;
    }
    const at = now();
    if (lastStepAt !== undefined) meters.seconds.add((at - lastStepAt) / 1000);
    lastStepAt = at;
    meters.loss.add(event.loss);
    meters.norm.add(event.gradientNorm);
    meters.pairs.add(event.pairsPerSecond);
    meters.waited.add(event.waitedShare);
    const { step, epoch, learningRate } = event;
    const stepInEpoch = (step % stepsPerEpoch) + 1;
    const secondsLeft = (steps: number) => durationText(steps * meters.seconds.median);
    const values = [
      `loss ${numberText(meters.loss.median)}`,
      `lr ${numberText(learningRate)}`,
      `gradient ${numberText(meters.norm.median)}`,
      `${numberText(meters.pairs.median)} pairs/s`,
      `waiting ${Math.round(100 * meters.waited.median)} %`,
      `left ${secondsLeft(stepsPerEpoch - stepInEpoch)}, in all ${secondsLeft(totalSteps - step - 1)}`,
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

function createLines(stream: NodeJS.WriteStream, every: number): Display {
  return {
    print: (line) => stream.write(`${line}\n`),
    showStep({ epoch, epochs, step, totalSteps, values }) {
      if (step % every !== 0) return;
      stream.write(`epoch ${epoch + 1}/${epochs} · step ${step + 1}/${totalSteps} · ${values}\n`);
    },
    stop: () => undefined,
  };
}
