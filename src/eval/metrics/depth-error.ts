import type { DepthRow } from '#eval/report.ts';
import { mean, median, shareBelow } from './statistics.ts';

/**
 * The errors of a depth map against the truth, over the pixels where both are known. The estimate is first multiplied by
 * the ratio of the medians, median(d*) / median(d) (Zhou et al. 2017), which takes its unknown scale out, an image at a
 * time. AbsRel = mean |d − d*| / d*; inliers at τ = share of the pixels with max(r, 1/r) < τ, r = d / d*, at 1.25 (Eigen et al.
 * 2014) and 1.03 (Schröppel et al. 2022, robustmvd). Spec 7.4.
 * @param estimate [P], up to scale; not finite, or 0 or less: none
 * @param truth [P]; 0 or less: not known
 * @returns undefined where no pixel has both
 */
export function depthRow(estimate: Float32Array, truth: Float32Array): DepthRow | undefined {
  const [found, known] = bothKnown(estimate, truth);
  if (found.length === 0) return undefined;
  const scale = (median(known) as number) / (median(found) as number);
  const relative = new Float64Array(found.length);
  const ratios = new Float64Array(found.length);
  for (let i = 0; i < found.length; i++) {
    const ratio = (scale * (found[i] as number)) / (known[i] as number);
    relative[i] = Math.abs(ratio - 1);
    ratios[i] = Math.max(ratio, 1 / ratio);
  }
  return {
    absRel: mean(relative) as number,
    inliers103: shareBelow(ratios, 1.03) as number,
    inliers125: shareBelow(ratios, 1.25) as number,
    scale,
    pixels: found.length,
  };
}

function bothKnown(estimate: Float32Array, truth: Float32Array): [found: Float64Array, known: Float64Array] {
  if (estimate.length !== truth.length)
    throw new RangeError(`depthRow: expected as many depths as true ones, got ${estimate.length} and ${truth.length}`);
  const [found, known] = [new Float64Array(truth.length), new Float64Array(truth.length)];
  let count = 0;
  for (let i = 0; i < truth.length; i++) {
    const d = estimate[i] as number;
    const t = truth[i] as number;
    if (!(d > 0 && d < Infinity && t > 0 && t < Infinity)) continue;
    found[count] = d;
    known[count++] = t;
  }
  return [found.subarray(0, count), known.subarray(0, count)];
}
