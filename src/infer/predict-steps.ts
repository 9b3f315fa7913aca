import type { Pair } from './pairs.ts';
import type { PredictOptions, PredictProgress } from './predict.ts';

export interface PairsProgress extends PredictProgress {
  /** Ordered pairs that are decoded, and all of them. */
  readonly pairs: number;
  readonly pairsTotal: number;
  /** From the measured times of the steps so far; absent before there is one of each kind that is left. */
  readonly secondsLeft?: number;
}

type Step = PredictProgress['step'];

type StepOptions = { readonly onProgress?: (progress: PairsProgress) => void } & Pick<PredictOptions, 'signal'>;

/** Counts and times the steps, and lets a progress bar and an abort through between them. */
export class PredictSteps {
  private readonly left: Record<Step, number>;
  private readonly spent: Record<Step, { seconds: number; units: number }> = {
    encode: { seconds: 0, units: 0 },
    decode: { seconds: 0, units: 0 },
  };
  private readonly total: number;
  private readonly pairsTotal: number;
  private readonly options: StepOptions;
  private done = 0;

  constructor(imageCount: number, batches: readonly Pair[][], options: StepOptions) {
    this.pairsTotal = batches.reduce((sum, batch) => sum + batch.length, 0);
    this.left = { encode: imageCount, decode: this.pairsTotal };
    this.total = imageCount + batches.length;
    this.options = options;
  }

  async run<T>(step: Step, units: number, compute: () => Promise<T>): Promise<T> {
    this.report(step);
    // On a CPU the engine computes on this thread.
    await new Promise((resolve) => setImmediate(resolve));
    this.options.signal?.throwIfAborted();
    const startedAt = performance.now();
    const result = await compute();
    this.spent[step].seconds += (performance.now() - startedAt) / 1e3;
    this.spent[step].units += units;
    this.left[step] -= units;
    this.done++;
    return result;
  }

  finish(): void {
    this.report('decode');
  }

  private report(step: Step): void {
    const { total, done, pairsTotal } = this;
    const secondsLeft = this.secondsLeft();
    const pairs = pairsTotal - this.left.decode;
    this.options.onProgress?.({
      ...{ step, done, total, pairs, pairsTotal },
      ...(secondsLeft === undefined ? {} : { secondsLeft }),
    });
  }

  private secondsLeft(): number | undefined {
    let sum = 0;
    for (const step of ['encode', 'decode'] as const) {
      const { seconds, units } = this.spent[step];
      if (this.left[step] === 0) continue;
      if (units === 0) return undefined;
      sum += (seconds / units) * this.left[step];
    }
    return sum;
  }
}
