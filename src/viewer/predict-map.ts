/**
 * What the median edge predictor of JPEG-LS (ISO 14495-1) leaves of a map, as 16-bit numbers that are small wherever it
 * is smooth: 0, −1, 1, −2, … become 0, 1, 2, 3, …
 */
export function toResiduals(values: Uint16Array, width: number): Uint16Array {
  const residuals = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const difference = (((values[i] as number) - predict(values, i, width)) << 16) >> 16;
    residuals[i] = (difference << 1) ^ (difference >> 15);
  }
  return residuals;
}

export function fromResiduals(residuals: Uint16Array, width: number): Uint16Array {
  const values = new Uint16Array(residuals.length);
  for (let i = 0; i < values.length; i++) {
    const residual = residuals[i] as number;
    values[i] = predict(values, i, width) + ((residual >> 1) ^ -(residual & 1));
  }
  return values;
}

/** From the neighbours on the left, above, and above on the left; a missing one is as the other, or 0. */
function predict(values: Uint16Array, i: number, width: number): number {
  const isFirst = i % width === 0;
  if (i < width) return isFirst ? 0 : (values[i - 1] as number);
  const above = values[i - width] as number;
  if (isFirst) return above;
  const left = values[i - 1] as number;
  const corner = values[i - width - 1] as number;
  if (corner >= Math.max(left, above)) return Math.min(left, above);
  if (corner <= Math.min(left, above)) return Math.max(left, above);
  return left + above - corner;
}
