import type { PythonValue } from '#notation/python-call.ts';
import type { PairDataset } from './pair-dataset.ts';

/** One argument of a dataset in an expression such as `Co3d(split='train', mask_bg='rand')`. */
export interface ArgumentSpec {
  readonly describe: string;
  /** Checks the value and gives it its type; throws a TypeError that says what was expected. */
  readonly read: (value: PythonValue) => unknown;
  /** Without it the argument must be given. */
  readonly default?: unknown;
}

/**
 * A kind of dataset that expressions can name. `resolution`, `transform`, `aug_crop` and `seed` belong to every kind and
 * are taken care of before `open` is called; a kind declares the others.
 */
export interface DatasetType {
  readonly name: string;
  readonly arguments: Readonly<Record<string, ArgumentSpec>>;
  /** The names of the arguments that may be given by position, in order. */
  readonly positional?: readonly string[];
  /**
   * Opens the dataset: reads its index, no images. Runs once in the main thread and once in every worker, and must list
   * the same pairs every time.
   * @throws Error in one line that names the missing file or folder
   */
  open(values: Readonly<Record<string, unknown>>): Promise<PairDataset>;
}
