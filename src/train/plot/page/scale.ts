/** Of a vertical axis: proportional, logarithmic, or logarithmic to both sides of zero and proportional close to it. */
export type AxisScale =
  | { readonly kind: 'linear' | 'log' }
  | { readonly kind: 'symmetric'; readonly linearBelow: number };

/** What serves for a logarithmic view of these values: symmetric if one of them is not positive. */
export function logScaleFor(values: readonly (number | null)[]): AxisScale {
  const sizes = values
    .flatMap((value) => (value === null || value === 0 ? [] : [Math.abs(value)]))
    .sort((a, b) => a - b);
  if (sizes.length === 0) return { kind: 'linear' };
  if (values.every((value) => value === null || value > 0)) return { kind: 'log' };
  return { kind: 'symmetric', linearBelow: sizes[Math.floor(sizes.length / 10)] ?? 1 };
}
