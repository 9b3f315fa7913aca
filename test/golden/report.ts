import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The outcome of one comparison with the reference. */
export interface Comparison {
  readonly name: string;
  /** Largest difference relative to the reference tensor's largest value; Infinity where shapes or kinds differ. */
  readonly error: number;
  readonly tolerance: number;
}

/** The comparisons that one file of the golden folder allows; `missing` names a file that they need and do not have. */
export interface FileReport {
  readonly file: string;
  readonly comparisons: readonly Comparison[];
  readonly missing?: string;
}

/** Largest absolute difference over the reference's largest absolute value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const want = expected[i] as number;
    const gap = Math.abs((actual[i] as number) - want);
    if (Number.isNaN(gap)) return Number.POSITIVE_INFINITY;
    difference = Math.max(difference, gap);
    largest = Math.max(largest, Math.abs(want));
  }
  return difference === 0 ? 0 : difference / Math.max(largest, Number.MIN_VALUE);
}

/** The comparison of values that must agree exactly, as JSON. */
export function exactly(name: string, actual: unknown, expected: unknown): Comparison {
  const isSame = JSON.stringify(actual) === JSON.stringify(expected);
  return { name, error: isSame ? 0 : Number.POSITIVE_INFINITY, tolerance: 0 };
}

/** Runs the comparisons of one file when it and the files it needs are there. One that cannot be compared has failed. */
export async function checkFile(
  folder: string,
  [file, ...needed]: readonly [string, ...string[]],
  compare: (...paths: string[]) => Promise<readonly Comparison[]> | readonly Comparison[],
): Promise<FileReport> {
  const files = [file, ...needed];
  const missing = files.find((name) => !existsSync(join(folder, name)));
  if (missing) return { file, comparisons: [], missing };
  try {
    const comparisons = await compare(...files.map((name) => join(folder, name)));
    return { file, comparisons: comparisons.length > 0 ? comparisons : [exactly('comparisons', 'none', 'some')] };
  } catch (error) {
    return { file, comparisons: [exactly((error as Error).message, 'an error', 'a comparison')] };
  }
}

/** One line: the worst of a file's comparisons in units of its tolerance. */
export function reportLine({ file, comparisons, missing }: FileReport): string {
  if (missing) return `skip  ${file}: the folder lacks ${missing}`;
  const worst = worstOf(comparisons);
  const verdict = isWithin(worst) ? 'ok   ' : 'FAIL ';
  const counted = `${comparisons.length} comparison${comparisons.length === 1 ? '' : 's'}`;
  return `${verdict} ${file}: worst relative error ${worst.error.toExponential(2)} (tolerance ${worst.tolerance}) at ${worst.name}, ${counted}`;
}

export function isWithin({ error, tolerance }: Comparison): boolean {
  return error <= tolerance;
}

function worstOf(comparisons: readonly Comparison[]): Comparison {
  const ratio = ({ error, tolerance }: Comparison) => (error === 0 ? 0 : error / tolerance);
  return comparisons.reduce((worst, next) => (ratio(next) > ratio(worst) ? next : worst));
}
