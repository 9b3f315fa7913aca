const sampleSize = 100_000;

/**
 * The values below which the given fractions lie, nearest rank, of finite values. Longer arrays are sampled evenly.
 * Without values there is nothing to report: an empty array gives NaN.
 */
export function percentiles(values: Float32Array, fractions: readonly number[]): number[] {
  const step = Math.max(1, values.length / sampleSize);
  const sample = Float32Array.from({ length: values.length / step }, (_, i) => values[Math.floor(i * step)] as number);
  const sorted = sample.filter(Number.isFinite).sort();
  return fractions.map((fraction) => sorted[Math.round(fraction * (sorted.length - 1))] ?? Number.NaN);
}
