/** What the page of `dust3r plot` is given, as JSON. Epochs are counted as they pass; after the first it is 1. */
export interface PlotData {
  readonly runs: readonly RunData[];
  readonly samples: readonly SampleData[];
}

export interface RunData {
  readonly name: string;
  /** How far it came, in words. */
  readonly state: string;
  readonly notes: readonly string[];
  /** `loss`, `lr`, `grad_norm`, `pairs_per_second`, `waited_share`, and each detail as `details/<name>`. */
  readonly steps: Curves;
  /** `<loss or detail>_avg` and `<loss or detail>_med`. */
  readonly tests: readonly TestData[];
}

interface TestData {
  readonly testSet: string;
  readonly curves: Curves;
}

/** Values against steps and epochs; null where there is none, or none that is finite. */
export interface Curves {
  readonly step: readonly number[];
  readonly epoch: readonly number[];
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
  /** How many logged values were not finite, of the names that have such. */
  readonly notFinite: Readonly<Record<string, number>>;
  /** Above 1 where a run is too long to be drawn step by step: each value is the mean of so many. */
  readonly logged: number;
}

/** The sample pictures of a run's test set, in the order of epochs. */
export interface SampleData {
  readonly run: string;
  readonly testSet: string;
  readonly pictures: readonly { readonly epoch: number; readonly url: string }[];
}
