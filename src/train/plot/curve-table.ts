import type { Curves } from './plot-data.ts';

/** No run logs so many kinds of values; a damaged or foreign file must not fill the memory. */
const mostCurves = 300;

/** Collects the values of a run, step by step. A step that comes again voids what was said of it and after it. */
export class CurveTable {
  private readonly step: number[] = [];
  private readonly epoch: number[] = [];
  /** As long as `step`, or shorter if the last ones are missing; NaN: missing. */
  private readonly columns = new Map<string, number[]>();

  get length(): number {
    return this.step.length;
  }

  get lastStep(): number {
    return this.step.at(-1) ?? -1;
  }

  get lastEpoch(): number {
    return this.epoch.at(-1) ?? 0;
  }

  /** @throws RangeError if there are too many different names */
  add(step: number, epoch: number, values: Iterable<readonly [name: string, value: number]>): void {
    while (this.lastStep >= step) this.removeLast();
    for (const [name, value] of values) this.column(name)[this.length] = value;
    this.step.push(step);
    this.epoch.push(epoch);
  }

  /** The curves, of at most `mostPoints` points each: means of as many neighbours as that takes. */
  curves(mostPoints: number): Curves {
    const logged = Math.max(1, Math.ceil(this.length / mostPoints));
    const lasts = Array.from(
      { length: Math.ceil(this.length / logged) },
      (_, i) => Math.min((i + 1) * logged, this.length) - 1,
    );
    const values: [string, (number | null)[]][] = [];
    const notFinite: [string, number][] = [];
    for (const [name, column] of this.columns) {
      values.push([name, lasts.map((last) => meanOf(column.slice(last - (last % logged), last + 1)))]);
      const count = column.reduce((sum, value) => sum + (Number.isFinite(value) ? 0 : 1), 0);
      if (count > 0) notFinite.push([name, count]);
    }
    return {
      step: lasts.map((last) => this.step[last] as number),
      epoch: lasts.map((last) => Number((this.epoch[last] as number).toPrecision(9))),
      values: Object.fromEntries(values),
      notFinite: Object.fromEntries(notFinite),
      logged,
    };
  }

  /** Sparse where a name was missing. */
  private column(name: string): number[] {
    const existing = this.columns.get(name);
    if (existing) return existing;
    if (this.columns.size >= mostCurves)
      throw new RangeError(
        `the log has more than ${mostCurves} kinds of values, as ${name.slice(0, 80)}; it is no log of a run`,
      );
    const column: number[] = [];
    this.columns.set(name, column);
    return column;
  }

  private removeLast(): void {
    this.step.pop();
    this.epoch.pop();
    for (const column of this.columns.values()) column.length = Math.min(column.length, this.step.length);
  }
}

/** Of the finite values; null if there are none. Holes are skipped. */
function meanOf(values: readonly number[]): number | null {
  let [sum, count] = [0, 0];
  values.forEach((value) => {
    if (!Number.isFinite(value)) return;
    sum += value;
    count++;
  });
  return count === 0 ? null : short(sum / count);
}

/** More digits than a screen shows make a page large. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}
