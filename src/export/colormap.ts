import { expectPixelMap, type PixelMap } from '#image/pixel-map.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { joinFloats } from '#tensor/join-floats.ts';

import { percentiles } from './percentile.ts';

/** Anton Mikhailov's Turbo colours, in Ruofei Du's polynomial fit (Google, Apache-2.0): t in [0, 1], blue to red. */
export function turbo(t: number): readonly [red: number, green: number, blue: number] {
  const x = Math.min(Math.max(t, 0), 1);
  return [channel(turboRed, x), channel(turboGreen, x), channel(turboBlue, x)];
}

const turboRed = [0.13572138, 4.6153926, -42.66032258, 132.13108234, -152.94239396, 59.28637943];
const turboGreen = [0.09140261, 2.19418839, 4.84296658, -14.18503333, 4.27729857, 2.82956604];
const turboBlue = [0.1066733, 12.64194608, -60.58204836, 110.36276771, -89.90310912, 27.34824973];

function channel(coefficients: readonly number[], x: number): number {
  const value = coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
  return Math.round(255 * Math.min(Math.max(value, 0), 1));
}

/** Depth [H, W] as a picture: near is red, far blue; pixels without depth are black. */
export function colorizeDepth(depth: PixelMap): RgbImage {
  return colorizeDepths([depth])[0] as RgbImage;
}

/** Several depth maps in the same colours, so that they can be compared. */
export function colorizeDepths(depths: readonly PixelMap[]): RgbImage[] {
  return colorizeLog(depths, (t) => 1 - t);
}

/** Confidence [H, W] as a picture: sure is red, unsure blue. */
export function colorizeConfidence(confidence: PixelMap): RgbImage {
  return colorizeLog([confidence], (t) => t)[0] as RgbImage;
}

/** Logarithmic between the 2nd and the 98th percentile of all maps, so that a few stray pixels do not decide the colours. */
function colorizeLog(maps: readonly PixelMap[], place: (t: number) => number): RgbImage[] {
  for (const map of maps) expectPixelMap('colorize', map);
  const logs = maps.map(({ values }) => values.map((value) => (value > 0 ? Math.log(value) : Number.NaN)));
  const [low = 0, high = 0] = percentiles(joinFloats(logs), [0.02, 0.98]);
  const range = high > low ? high - low : 1;
  return maps.map(({ width, height }, i) => {
    const data = new Uint8Array(width * height * 3);
    logs[i]?.forEach((log, pixel) => {
      if (Number.isFinite(log)) data.set(turbo(place((log - low) / range)), 3 * pixel);
    });
    return { width, height, data };
  });
}
