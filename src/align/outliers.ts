import { joinFloats } from '#tensor/join-floats.ts';
import { BLOCK, type ImagePass, inWorld, observedAxes, placePixels, rowsOf } from './image-block.ts';

/** In upper quartiles of the distances. Of normal noise nothing is so far off, as in register.ts. */
const OUTLIER = 5;

/**
 * Gives weight 0 to the observations of an image that are far from where the estimate has their pixels. The objective's
 * distances only soften what outliers do: they grow with a pair's scale and with how far it sees, so that every pair
 * shrinks and turns to have them smaller, however many pixels there are. What counts as far is measured by the pair, so
 * that none is left out whole, and by the image, since a pixel lies exactly on one of its observations where they are few.
 */
export function dropOutliers(pass: ImagePass): void {
  const distances = distancesOf(pass);
  const usual = upperQuartile(distances.map((each, k) => weighted(pass, each, k)));
  for (const [k, each] of distances.entries()) {
    const limit = OUTLIER * Math.max(usual, upperQuartile([weighted(pass, each, k)]));
    const weights = weightsOf(pass, k);
    for (let i = 0; i < each.length; i++) if ((each[i] as number) > limit) weights[i] = 0;
  }
}

/** By observation [H·W]: from a pixel's world point to where the pair has it. */
function distancesOf(pass: ImagePass): Float32Array[] {
  const distances = pass.placements.map(() => new Float32Array(pass.logDepth.length));
  for (let start = 0; start < pass.logDepth.length; start += BLOCK) {
    const count = Math.min(BLOCK, pass.logDepth.length - start);
    placePixels(pass, start, count);
    for (const [k, out] of distances.entries()) measure(pass, k, out.subarray(start, start + count), start);
  }
  return distances;
}

function measure(pass: ImagePass, k: number, out: Float32Array, start: number): void {
  const [x, y, z] = observedAxes(pass, k, start);
  const [wx, wy, wz] = inWorld;
  const [[m00, m01, m02, tx], [m10, m11, m12, ty], [m20, m21, m22, tz]] = rowsOf(pass.placements[k] as Float64Array);
  for (let i = 0; i < out.length; i++) {
    const px = x[i] as number;
    const py = y[i] as number;
    const pz = z[i] as number;
    const dx = (wx[i] as number) - (m00 * px + m01 * py + m02 * pz + tx);
    const dy = (wy[i] as number) - (m10 * px + m11 * py + m12 * pz + ty);
    const dz = (wz[i] as number) - (m20 * px + m21 * py + m22 * pz + tz);
    out[i] = Math.sqrt(dx * dx + dy * dy + dz * dz);
  }
}

function weightsOf({ planes, logDepth }: ImagePass, k: number): Float32Array {
  return planes.subarray((4 * k + 3) * logDepth.length, (4 * k + 4) * logDepth.length);
}

/** Those of pixels that have a say. */
function weighted(pass: ImagePass, distances: Float32Array, k: number): Float32Array {
  const weights = weightsOf(pass, k);
  return distances.filter((_, i) => (weights[i] as number) > 0);
}

function upperQuartile(parts: readonly Float32Array[]): number {
  const all = joinFloats(parts);
  return all.sort()[Math.floor(0.75 * all.length)] ?? 0;
}
