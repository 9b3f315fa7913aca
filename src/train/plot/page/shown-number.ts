import { numberText } from '#train/log/number-text.ts';

/** A number in a few characters, with a real minus in front. */
export function shownNumber(value: number): string {
  return numberText(value).replace(/^-/, '−');
}
