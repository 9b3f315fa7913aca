/** The arithmetic mean; null of nothing. */
export function mean(values: ArrayLike<number>): number | null {
  if (values.length === 0) return null;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] as number;
  return sum / values.length;
}

/** The middle value, or the mean of the middle two, as numpy has it; null of nothing. */
export function median(values: ArrayLike<number>): number | null {
  const { length } = values;
  if (length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return ((sorted[(length - 1) >> 1] as number) + (sorted[length >> 1] as number)) / 2;
}

/** The share of the values that are below a limit; null of nothing. */
export function shareBelow(values: ArrayLike<number>, limit: number): number | null {
  if (values.length === 0) return null;
  let below = 0;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) < limit) below += 1;
  return below / values.length;
}
