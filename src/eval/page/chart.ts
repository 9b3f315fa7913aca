/** A chart of some methods' figures. */
export interface ChartSpec {
  readonly title: string;
  /** What it means, in a line. */
  readonly about: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Axis {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  /** Default linear; a logarithmic one begins above 0. */
  readonly scale?: 'linear' | 'log';
  /** Where the axis has its ticks; by default five, evenly. */
  readonly ticks?: readonly number[];
  readonly format: (value: number) => string;
}

export interface Series {
  readonly name: string;
  /** Number of the method, which decides its colour. */
  readonly method: number;
  /** Lines are read off in the table below the chart; dots are not. */
  readonly kind: 'line' | 'thin' | 'dots';
  readonly points: readonly ChartPoint[];
}

export type ChartPoint = readonly [x: number, y: number];

/** What lies beyond an axis's end is drawn at its end. */
export function placeOn({ from, to, scale }: Axis, value: number): number {
  const warp = scale === 'log' ? Math.log : (x: number) => x;
  const clipped = Math.min(Math.max(value, from), to);
  return (warp(clipped) - warp(from)) / (warp(to) - warp(from));
}

/** The next round number upwards: an end that an axis divides well. */
export function roundEnd(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 4, 8, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10);
}

export function ticksOf({ from, to, ticks }: Axis): readonly number[] {
  return ticks ?? Array.from({ length: 5 }, (_, i) => from + (i * (to - from)) / 4);
}
