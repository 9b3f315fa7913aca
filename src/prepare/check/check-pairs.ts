import type { CheckItem, DepthAgreement } from './check-report.ts';

interface Overlapping {
  readonly overlap: number;
}

/** How well two views of one surface agree in its depth. */
export function checkAgreement(agreement: DepthAgreement | undefined): CheckItem {
  const name = 'reprojection';
  const advice =
    'are depth and images registered to each other, poses and images of the same moment, K that of these images?';
  if (!agreement)
    return { name, verdict: 'error', found: 'no two frames of the wanted overlap could be compared', advice };
  const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
  const { pairs, median, p75, p90, within5 } = agreement;
  const found = `depth of ${pairs} pairs differs by ${percent(median)} (median; 75 %: ${percent(p75)}, 90 %: ${percent(p90)}), ${(100 * within5).toFixed(1)} % of the pixels within 5 %`;
  // The pairs were chosen because they agree somewhat, so even wrong poses do not come out far worse than this.
  if (median > 0.05 || within5 < 0.6) return { name, verdict: 'error', found, advice };
  if (median > 0.02 || within5 < 0.86) return { name, verdict: 'warning', found, advice };
  return { name, verdict: 'ok', found };
}

/** Whether a sequence gives as many pairs as it has frames. */
export function checkPairs(
  pairs: readonly Overlapping[],
  [low, high]: readonly [low: number, high: number],
  frames: number,
): CheckItem {
  const name = 'pairs';
  const within = pairs.filter(({ overlap }) => overlap >= low && overlap <= high).length;
  const found = `${within} pairs of ${frames} frames overlap by ${low} to ${high}, ${pairs.length} by more than 0.05`;
  const advice = 'another range of overlaps, or frames that lie nearer or farther from each other, give more';
  if (within === 0) return { name, verdict: 'error', found, advice };
  if (within < frames) return { name, verdict: 'warning', found, advice };
  return { name, verdict: 'ok', found };
}

/** Number of pairs with an overlap in each tenth. */
export function overlapHistogram(pairs: readonly Overlapping[]): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const { overlap } of pairs) {
    const bin = Math.min(9, Math.floor(overlap * 10));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

/** Whether pairs that a dataset lists see something of each other. */
export function checkDrawnPairs(
  pairs: readonly Overlapping[],
  [low, high]: readonly [low: number, high: number],
): CheckItem {
  const name = 'pairs';
  const within = pairs.filter(({ overlap }) => overlap >= low && overlap <= high).length;
  const apart = pairs.filter(({ overlap }) => overlap < 0.05).length;
  const found = `${within} of ${pairs.length} pairs overlap by ${low} to ${high}, ${apart} by less than 0.05`;
  const advice = 'views that see nothing of each other teach little; see the pose convention and the sample pairs';
  if (apart === pairs.length) return { name, verdict: 'error', found, advice };
  return apart > pairs.length / 2 ? { name, verdict: 'warning', found, advice } : { name, verdict: 'ok', found };
}

/** Share of the pairs that may be lost to crops. */
const manyUnusable = 0.25;

/**
 * Whether pairs that can be read are left once training has cropped them.
 * @param problems one of each pair that is not, in words
 */
export function checkUsable(pairs: number, problems: readonly string[]): CheckItem {
  const name = 'crops';
  if (problems.length === 0) return { name, verdict: 'ok', found: `${pairs} pairs can be cropped for training` };
  const found = `${problems.length} of ${pairs} pairs cannot be used once they are cropped for training`;
  const verdict = problems.length > manyUnusable * pairs ? 'error' : 'warning';
  return { name, verdict, found, advice: 'training takes other pairs instead', files: [...new Set(problems)] };
}
