/** A measured number in a few characters: 0.1234, -12.34, 1.00e-6, NaN. */
export function numberText(value: number): string {
  const size = Math.abs(value);
  const isPlain = size === 0 || (size >= 1e-3 && size < 1e5) || !Number.isFinite(value);
  return isPlain ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}

/** Seconds as 9 s, 1:05 min or 2:03:09 h; a question mark if they are not known. */
export function durationText(seconds: number): string {
  if (!Number.isFinite(seconds)) return '?';
  const whole = Math.round(seconds);
  const twoDigits = (value: number) => String(Math.floor(value)).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}:${twoDigits(whole % 60)} min`;
  return `${Math.floor(whole / 3600)}:${twoDigits((whole % 3600) / 60)}:${twoDigits(whole % 60)} h`;
}
