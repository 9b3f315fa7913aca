/** Smooths a value that is reported at every step: median of the last ones and mean of all (spec 3.4). */
export class Meter {
  private readonly recent: number[] = [];
  private readonly window: number;
  private count = 0;
  private total = 0;

  /** @param window number of values that the median looks back on */
  constructor(window = 20) {
    this.window = window;
  }

  add(value: number): void {
    this.recent.push(value);
    if (this.recent.length > this.window) this.recent.shift();
    this.count++;
    this.total += value;
  }

  /** Of the last values; NaN before the first. */
  get median(): number {
    return lowerMedian(this.recent);
  }

  /** Of all values; NaN before the first. */
  get average(): number {
    return this.total / this.count;
  }
}

/** The middle value, the lower one of two, as PyTorch takes it; NaN of nothing, or if any value is NaN. */
export function lowerMedian(values: readonly number[]): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
