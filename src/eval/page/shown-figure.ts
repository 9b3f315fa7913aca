/** A share from 0 to 1. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

export function degreesText(degrees: number): string {
  return `${degrees.toFixed(1)}°`;
}

/** A length or another number, in three digits, with a real minus in front. */
export function figureText(value: number): string {
  return String(Number(value.toPrecision(3))).replace(/^-/, '−');
}

export function wholeText(value: number): string {
  return String(Math.round(value));
}
