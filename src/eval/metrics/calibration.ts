import type { Calibration, CalibrationDecile, SparsificationPoint } from '#eval/report.ts';
import { mean, median } from './statistics.ts';

const parts = 10;
const steps = 20;

/**
 * Whether confidence tells the error: the error by tenths of the confidence; Spearman's rank correlation; and the
 * sparsification curve with the area to its oracle, AUSE (Ilg et al. 2018), both as parts of the mean error of all.
 * @param confidence [P]
 * @param errors [P]
 * @returns undefined of fewer than ten pixels
 */
export function calibrate(confidence: ArrayLike<number>, errors: ArrayLike<number>): Calibration | undefined {
  const pixels = errors.length;
  if (pixels < parts) return undefined;
  const byConfidence = orderOf(confidence);
  const deciles = Array.from({ length: parts }, (_, part): CalibrationDecile => {
    const members = byConfidence.subarray(
      Math.floor((part * pixels) / parts),
      Math.floor(((part + 1) * pixels) / parts),
    );
    const error = pick(errors, members);
    return {
      meanConfidence: mean(pick(confidence, members)) as number,
      meanError: mean(error) as number,
      medianError: median(error) as number,
    };
  });
  const sparsification = sparsify(pick(errors, byConfidence), pick(errors, orderOf(errors)).reverse());
  return {
    pixels,
    deciles,
    isMonotonic: deciles.every(({ meanError }, i) => i === 0 || meanError <= (deciles[i - 1]?.meanError as number)),
    rankCorrelation: rankCorrelation(confidence, errors),
    sparsification,
    ause: areaBetween(sparsification),
  };
}

/** Places in rising order of the values. */
function orderOf(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number));
}

function pick(values: ArrayLike<number>, places: Uint32Array): Float64Array {
  return Float64Array.from(places, (place) => values[place] as number);
}

/** @param removal the errors in the order in which pixels are taken away; `oracle` the same, worst first */
function sparsify(removal: Float64Array, oracle: Float64Array): SparsificationPoint[] {
  const whole = mean(removal) as number;
  const left = (errors: Float64Array, removed: number) =>
    whole === 0 ? 0 : (mean(errors.subarray(Math.floor(removed * errors.length))) as number) / whole;
  return Array.from({ length: steps }, (_, k) => {
    const removed = k / steps;
    return { removed, error: left(removal, removed), oracle: left(oracle, removed) };
  });
}

/** By trapezoids. */
function areaBetween(points: readonly SparsificationPoint[]): number {
  const gaps = points.map(({ error, oracle }) => error - oracle);
  const ends = ((gaps[0] as number) + (gaps.at(-1) as number)) / 2;
  return (gaps.reduce((sum, gap) => sum + gap, 0) - ends) / steps;
}

/** Spearman's: Pearson's correlation of the ranks, equal values sharing their mean rank; null where one is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const [ranksA, ranksB] = [ranks(a), ranks(b)];
  const middle = (a.length - 1) / 2;
  let [product, squareA, squareB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const x = (ranksA[i] as number) - middle;
    const y = (ranksB[i] as number) - middle;
    product += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  return squareA > 0 && squareB > 0 ? product / Math.sqrt(squareA * squareB) : null;
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = orderOf(values);
  const ranked = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end += 1;
    for (let k = start; k < end; k++) ranked[order[k] as number] = (start + end - 1) / 2;
    start = end;
  }
  return ranked;
}
