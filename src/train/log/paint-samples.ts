import { turbo } from '#export/colormap.ts';
import { percentiles } from '#export/percentile.ts';
import { denormalizePixels } from '#image/normalize.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { PairSample, SampleView } from '#train/events.ts';
import { joinPictures } from './join-pictures.ts';
import { type ShownGrid, shownGrid } from './shown-grid.ts';

/** A run keeps many of these pictures. */
const longestSide = 256;

/**
 * Pairs as one picture, two rows each, for view 1 and view 2: the image, the true distance of its points from the camera
 * of view 1, the predicted one, and the confidence. Distances and not depths, because both views' points are in view 1's
 * frame, behind which view 2 may look. Near is red, far blue; sure is red, unsure blue; black is unknown. Both views
 * share their colours, and so do truth and prediction, whose scale is made the truth's by the medians of both.
 *
 * @param samples at least one
 */
export function paintSamples(samples: readonly PairSample[]): RgbImage {
  return joinPictures(samples.flatMap(paintPair));
}

function paintPair({ width, height, view1, view2 }: PairSample): RgbImage[][] {
  const views = [view1, view2];
  const truths = views.map(({ points, valid }) => distances(points, valid));
  const scale = commonScale(views, truths);
  const predictions = views.map((view) => distances(view.predictedPoints).map((distance) => scale * distance));
  const confidences = views.map((view) => view.confidence ?? new Float32Array(width * height).fill(Number.NaN));
  const isKnown = truths.some((truth) => truth.some(Number.isFinite));
  const distanceColors = logColors(isKnown ? truths : predictions, (t) => 1 - t);
  const confidenceColors = logColors(confidences, (t) => t);
  return views.map((view, row) => {
    const grid = shownGrid({ width, height }, view.trueShape, longestSide);
    const photograph = denormalizePixels(view.image, width, height);
    return [
      show(grid, (pixel) => photograph.data.subarray(3 * pixel, 3 * pixel + 3)),
      show(grid, (pixel) => distanceColors(truths[row]?.[pixel])),
      show(grid, (pixel) => distanceColors(predictions[row]?.[pixel])),
      show(grid, (pixel) => confidenceColors(confidences[row]?.[pixel])),
    ];
  });
}

/** ‖p‖ of points [H, W, 3]; NaN where they are not valid. */
function distances(points: Float32Array, valid?: Uint8Array): Float32Array {
  return Float32Array.from({ length: points.length / 3 }, (_, pixel) => {
    if (valid?.[pixel] === 0) return Number.NaN;
    const place = 3 * pixel;
    return Math.hypot(points[place] as number, points[place + 1] as number, points[place + 2] as number);
  });
}

/** By which predictions are multiplied: the ratio of the median distances, of the pixels whose truth is known. */
function commonScale(views: readonly SampleView[], truths: readonly Float32Array[]): number {
  const known = views.map(({ predictedPoints, valid }) => distances(predictedPoints, valid));
  const [[truth = 1], [predicted = 1]] = [quantiles(truths, [0.5]), quantiles(known, [0.5])];
  return truth / predicted;
}

type Colors = (value: number | undefined) => readonly number[];

/** Logarithmic between the 2nd and the 98th percentile of all maps, so that a few stray pixels do not decide. */
function logColors(maps: readonly Float32Array[], place: (t: number) => number): Colors {
  const [low = 1, high = 1] = quantiles(maps, [0.02, 0.98]).map(Math.log);
  const range = high - low || 1;
  const colors = Array.from({ length: 256 }, (_, level) => turbo(place(level / 255)));
  return (value = Number.NaN) => {
    const level = Math.round((255 * (Math.log(value) - low)) / range);
    return Number.isFinite(level) ? (colors[Math.min(Math.max(level, 0), 255)] ?? black) : black;
  };
}

const black = [0, 0, 0];

/** Of the positive, finite values of all maps; 1 if there are none. */
function quantiles(maps: readonly Float32Array[], fractions: readonly number[]): number[] {
  const values = new Float32Array(maps.reduce((sum, { length }) => sum + length, 0));
  let count = 0;
  for (const map of maps) {
    for (const value of map) if (value > 0 && value < Number.POSITIVE_INFINITY) values[count++] = value;
  }
  return count === 0 ? fractions.map(() => 1) : percentiles(values.subarray(0, count), fractions);
}

function show({ width, height, stored }: ShownGrid, color: (pixel: number) => ArrayLike<number>): RgbImage {
  const data = new Uint8Array(3 * stored.length);
  stored.forEach((pixel, place) => {
    data.set(color(pixel), 3 * place);
  });
  return { width, height, data };
}
