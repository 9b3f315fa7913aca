import type { SceneView } from './scene.ts';

const BINS = 256;

/**
 * A threshold that parts a scene's confidences into those to show and those to hide: Otsu's (1979), on their logarithms.
 * Confidences are 1 + exp(x), spread over factors: in themselves the few highest ones would decide. Otsu's criterion
 * needs no parameter, and a scene's sky, edges and unseen surfaces form a group of their own near 1.
 * @returns in the network's own unit, so that `confidence > threshold` keeps a pixel; 0 where all are equal
 */
export function automaticThreshold(views: readonly Pick<SceneView, 'confidence'>[]): number {
  const { lowest, highest } = confidenceRange(views);
  const [low, high] = [Math.log(lowest), Math.log(highest)];
  if (!(high > low)) return 0;
  const counts = new Float64Array(BINS);
  for (const { confidence } of views) {
    for (const c of confidence) {
      if (!(c > 0 && c < Infinity)) continue;
      const bin = Math.min(BINS - 1, Math.floor((BINS * (Math.log(c) - low)) / (high - low)));
      counts[bin] = (counts[bin] as number) + 1;
    }
  }
  return Math.exp(low + ((high - low) * otsuSplit(counts)) / BINS);
}

/** Fewer pixels are nothing to look at. */
const FEWEST_PIXELS = 16;

/**
 * The threshold of what a scene shows: the wanted one or, where fewer than 16 pixels are as confident, the automatic one,
 * so that a network that is sure of nothing still gives a scene.
 */
export function usableThreshold(views: readonly Pick<SceneView, 'confidence'>[], wanted: number): number {
  if (countConfident(views, wanted) >= FEWEST_PIXELS) return wanted;
  const { lowest, highest } = confidenceRange(views);
  return highest > 0 ? automaticThreshold(views) || lowest : wanted;
}

/** The pixels at least so confident: the points of a scene with that threshold. */
export function countConfident(views: readonly Pick<SceneView, 'confidence'>[], minConfidence: number): number {
  let count = 0;
  for (const { confidence } of views) {
    for (const c of confidence) if (c >= minConfidence) count++;
  }
  return count;
}

/** Of the confidences above 0: those of 0 are masked already; Infinity and 0 where there are none. */
export function confidenceRange(views: readonly Pick<SceneView, 'confidence'>[]): { lowest: number; highest: number } {
  let [lowest, highest] = [Infinity, 0];
  for (const { confidence } of views) {
    for (const c of confidence) {
      if (!(c > 0 && c < Infinity)) continue;
      lowest = Math.min(lowest, c);
      highest = Math.max(highest, c);
    }
  }
  return { lowest, highest };
}

/** The number of bins in the lower group where the variance between the groups is greatest. */
function otsuSplit(counts: Float64Array): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const moment = counts.reduce((sum, count, bin) => sum + count * bin, 0);
  let [below, momentBelow, best, split] = [0, 0, -1, 0];
  for (let bin = 0; bin < counts.length - 1; bin++) {
    below += counts[bin] as number;
    momentBelow += bin * (counts[bin] as number);
    const between = (total * momentBelow - below * moment) ** 2 / (below * (total - below));
    if (between > best) [best, split] = [between, bin + 1];
  }
  return split;
}
