import { learningRateAt } from '#optim/schedule.ts';
import { Adam } from './adam.ts';
import { decodeScene, gradientOf, lossOf } from './objective.ts';
import { startBreathing } from './pausable.ts';
import type { Pixels } from './pixels.ts';
import { type AlignProblem, parameterNames, type SceneParameters } from './state.ts';

export interface DescentOptions {
  readonly iterations: number;
  /** Of the first iteration. */
  readonly learningRate: number;
  /** What the schedule falls towards. */
  readonly leastRate: number;
  readonly schedule: 'cosine' | 'linear';
  /** Stops where `patience` iterations have lowered the loss by no more than `relative` of it. */
  readonly plateau?: Plateau | undefined;
  /** The iteration before which outliers are dropped, unless the loss has settled earlier. Default: none are. */
  readonly dropOutliersAt?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** After each iteration, with the loss before its step. */
  readonly onIteration?: ((iteration: number, loss: number) => void) | undefined;
}

export interface Plateau {
  readonly patience: number;
  readonly relative: number;
}

export interface Descent {
  /** Before each step. */
  readonly losses: readonly number[];
  readonly stopped: 'finished' | 'plateau';
}

/**
 * Adam on the parameters and the depths together (spec 6.3): one step an iteration, at a rate that falls.
 * The parameters are moved in place.
 * @throws the signal's reason when it aborts
 */
export async function descend(
  problem: AlignProblem,
  [parameters, pixels]: readonly [SceneParameters, Pixels],
  options: DescentOptions,
): Promise<Descent> {
  const { iterations, learningRate, leastRate, schedule, plateau, signal, onIteration } = options;
  const adam = new Adam(parameterNames.map((name) => parameters[name]));
  const rates = { kind: schedule, peak: learningRate, least: leastRate, warmup: 0, length: iterations };
  const losses: number[] = [];
  let dropAt = options.dropOutliersAt ?? 0;
  /** Without outliers the objective is another. */
  const hasSettled = (k: number) => plateau && isFlat(losses.slice(k < dropAt ? 0 : dropAt), plateau);
  const breathe = startBreathing();
  for (let k = 0; k < iterations; k++) {
    await breathe();
    signal?.throwIfAborted();
    if (k === dropAt && k > 0) await pixels.dropOutliers(decodeScene(problem, parameters));
    const sums = await pixels.evaluate(decodeScene(problem, parameters));
    const loss = lossOf(sums);
    expectFinite(loss, k);
    losses.push(loss);
    const gradient = gradientOf(problem, parameters, sums);
    const rate = learningRateAt(rates, k);
    adam.step(
      parameterNames.map((name) => gradient[name]),
      rate,
    );
    pixels.descend(rate);
    onIteration?.(k, loss);
    if (!hasSettled(k)) continue;
    if (k >= dropAt) return { losses, stopped: 'plateau' };
    dropAt = k + 1;
  }
  return { losses, stopped: 'finished' };
}

function isFlat(losses: readonly number[], { patience, relative }: Plateau): boolean {
  if (losses.length <= patience) return false;
  const recent = Math.min(...losses.slice(-patience));
  const before = Math.min(...losses.slice(0, -patience));
  return recent > before * (1 - relative);
}

function expectFinite(loss: number, iteration: number): void {
  if (Number.isFinite(loss)) return;
  throw new Error(`alignment: the loss became ${loss} at iteration ${iteration}; a lower learning rate may help`);
}
