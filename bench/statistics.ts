export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] as number)) / 2;
}

/** For a record that is read by people: seconds, ratios and speeds to three decimals. */
export function rounded(value: number): number {
  return Math.round(value * 1e3) / 1e3;
}
