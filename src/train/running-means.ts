/** Sum and number of what was added under a name. */
type Tally = readonly [sum: number, count: number];

/** Means of named numbers over the steps of an epoch. Their state goes into checkpoints, so that no step is lost. */
export class RunningMeans {
  private readonly tallies: Map<string, Tally>;

  constructor(state: Readonly<Record<string, Tally>> = {}) {
    this.tallies = new Map(Object.entries(state));
  }

  /** NaN is left out: the detail of a batch in which there was nothing to average. */
  add(values: Readonly<Record<string, number>>): void {
    for (const [name, value] of Object.entries(values)) {
      const [sum, count] = this.tallies.get(name) ?? [0, 0];
      if (!Number.isNaN(value)) this.tallies.set(name, [sum + value, count + 1]);
    }
  }

  means(): Record<string, number> {
    return Object.fromEntries([...this.tallies].map(([name, [sum, count]]) => [name, sum / count]));
  }

  state(): Readonly<Record<string, Tally>> {
    return Object.fromEntries(this.tallies);
  }
}
