import { appendFileSync, existsSync, truncateSync } from 'node:fs';
import { writing } from '#files/write-failure.ts';
import type { EpochEvent, EvaluationEvent, StartEvent, StepEvent, TrainEvent, TrainListener } from '#train/events.ts';
import { readLines } from './lines.ts';
import { encodeRecord, type LogRecord, type LogValue, numberOf, parseRecord } from './log-record.ts';
import { originalName } from './original-names.ts';

/** Of `path`: where to log; `every`: steps from one logged step to the next. */
export interface JsonLogOptions {
  readonly path: string;
  readonly every: number;
}

/**
 * Writes what happens in a run as lines of JSON, each as soon as it is known. Epochs are counted from 1 here: the number
 * of epochs done (spec 3.4). What a resumed run will report again is cut off when it starts, so that the file tells of
 * one run, however often it was killed. A step whose loss is not finite is always logged.
 *
 * @throws Error, from the listener, if the file cannot be written
 */
export function createJsonLog({ path, every }: JsonLogOptions): TrainListener {
  return (event) => {
    if (event.type === 'start') cutLog(path, event.resumedFrom ?? { step: 0, epochs: 0 });
    if (event.type === 'step' && event.step % every !== 0 && Number.isFinite(event.loss)) return;
    writing(path, () => appendFileSync(path, encodeRecord(recordOf(event))));
  };
}

/**
 * Cuts a log off at the first line of a step from `step` on, or of an epoch after the first `epochs`, and at a last line
 * that was left unfinished. Without a log there is nothing to do.
 */
export function cutLog(path: string, keep: { readonly step: number; readonly epochs: number }): void {
  if (!existsSync(path)) return;
  for (const { text, start, isWhole } of readLines(path)) {
    const record = parseRecord(text);
    if (isWhole && !(record && isVoid(record, keep))) continue;
    truncateSync(path, start);
    return;
  }
}

function isVoid(record: LogRecord, { step, epochs }: { readonly step: number; readonly epochs: number }): boolean {
  if (record.kind === 'step') return (numberOf(record, 'step') ?? 0) >= step;
  if (record.kind === 'epoch' || record.kind === 'evaluation') return (numberOf(record, 'epoch') ?? 0) > epochs;
  return false;
}

function recordOf(event: TrainEvent): LogRecord {
  switch (event.type) {
    case 'start':
      return startRecord(event);
    case 'step':
      return stepRecord(event);
    case 'epoch':
      return epochRecord(event);
    case 'evaluation':
      return evaluationRecord(event);
    case 'checkpoint':
      return { kind: 'checkpoint', path: event.path, saved: event.kind };
    case 'warning':
    case 'broken':
      return { kind: event.type, message: event.message };
    case 'end':
      return { kind: 'end', reason: event.reason, step: event.step, best: event.best };
  }
}

function startRecord({ stepsPerEpoch, totalSteps, parameters, resumedFrom }: StartEvent): LogRecord {
  return {
    kind: 'start',
    time: new Date().toISOString(),
    steps_per_epoch: stepsPerEpoch,
    total_steps: totalSteps,
    parameters,
    ...(resumedFrom ? { resumed_from_step: resumedFrom.step } : {}),
  };
}

function stepRecord(event: StepEvent): LogRecord {
  return {
    kind: 'step',
    step: event.step,
    epoch: event.epochProgress,
    loss: event.loss,
    lr: event.learningRate,
    grad_norm: event.gradientNorm,
    pairs_per_second: event.pairsPerSecond,
    waited_share: event.waitedShare,
    details: event.details,
  };
}

function epochRecord({ epoch, step, averages }: EpochEvent): LogRecord {
  const values = Object.entries(averages).map(([name, value]) => [`train_${originalName(name)}`, value] as const);
  return { kind: 'epoch', epoch: epoch + 1, step, ...Object.fromEntries(values) };
}

function evaluationRecord({ epoch, step, testSet, losses }: EvaluationEvent): LogRecord {
  const values = Object.entries(losses).flatMap(([name, { average, median }]): [string, LogValue][] => [
    [`${testSet}_${name}_avg`, average],
    [`${testSet}_${name}_med`, median],
  ]);
  return { kind: 'evaluation', epoch: epoch + 1, step, test_set: testSet, ...Object.fromEntries(values) };
}
