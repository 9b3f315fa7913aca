import {
  BLOCK,
  type ImagePass,
  inCamera,
  inWorld,
  newPlanes,
  observedAxes,
  placePixels,
  rowsOf,
} from './image-block.ts';

const [ray, numerator, denominator] = [newPlanes(), new Float64Array(BLOCK), new Float64Array(BLOCK)];

/**
 * Moves every depth to where the objective is least along the pixel's ray, all else fixed: weighted least squares, then
 * `rounds` rounds of Weiszfeld's reweighting for l1, whose limit is the minimum since the sum is convex along a line.
 * A pixel whose best place is not in front of the camera, or without weight, keeps its depth.
 */
export function solveDepths(pass: ImagePass, rounds: number): void {
  for (let start = 0; start < pass.logDepth.length; start += BLOCK) {
    const count = Math.min(BLOCK, pass.logDepth.length - start);
    for (let round = 0; round <= (pass.distance === 'l1' ? rounds : 0); round++) {
      placePixels(pass, start, count);
      if (round === 0) aimRays(pass, count);
      numerator.fill(0, 0, count);
      denominator.fill(0, 0, count);
      for (let k = 0; k < pass.placements.length; k++) vote(pass, k, { start, count, isReweighted: round > 0 });
      elect(pass.logDepth.subarray(start, start + count));
    }
  }
}

/** The rays of a block's pixels in the world, up to where z in the camera is 1. */
function aimRays({ camera: { pose } }: ImagePass, count: number): void {
  const depths = inCamera[2];
  for (let axis = 0; axis < 3; axis++) {
    const origin = pose[4 * axis + 3] as number;
    const [out, points] = [ray[axis] as Float64Array, inWorld[axis] as Float64Array];
    for (let i = 0; i < count; i++) out[i] = ((points[i] as number) - origin) / (depths[i] as number);
  }
}

function elect(logDepth: Float32Array): void {
  const [ux, uy, uz] = ray;
  for (let i = 0; i < logDepth.length; i++) {
    const x = ux[i] as number;
    const y = uy[i] as number;
    const z = uz[i] as number;
    const depth = (numerator[i] as number) / ((denominator[i] as number) * (x * x + y * y + z * z));
    if (depth > 0 && depth < Infinity) logDepth[i] = Math.log(depth);
  }
}

interface Ballot {
  readonly start: number;
  readonly count: number;
  /** By the distance at the present depth. */
  readonly isReweighted: boolean;
}

/** Adds one observation's opinion on the depths of a block: its point's place along the ray, and its weight. */
function vote(pass: ImagePass, k: number, { start, count, isReweighted }: Ballot): void {
  const factor = pass.factors[k] as number;
  const [x, y, z, weights] = observedAxes(pass, k, start);
  const [[m00, m01, m02, tx], [m10, m11, m12, ty], [m20, m21, m22, tz]] = rowsOf(pass.placements[k] as Float64Array);
  const [[wx, wy, wz], [ux, uy, uz]] = [inWorld, ray];
  const { pose } = pass.camera;
  const [ox, oy, oz] = [pose[3] as number, pose[7] as number, pose[11] as number];
  for (let i = 0; i < count; i++) {
    const px = x[i] as number;
    const py = y[i] as number;
    const pz = z[i] as number;
    const qx = m00 * px + m01 * py + m02 * pz + tx;
    const qy = m10 * px + m11 * py + m12 * pz + ty;
    const qz = m20 * px + m21 * py + m22 * pz + tz;
    const dx = (wx[i] as number) - qx;
    const dy = (wy[i] as number) - qy;
    const dz = (wz[i] as number) - qz;
    const distance = isReweighted ? Math.sqrt(dx * dx + dy * dy + dz * dz) + 1e-12 : 1;
    const weight = (factor * (weights[i] as number)) / distance;
    const along = (qx - ox) * (ux[i] as number) + (qy - oy) * (uy[i] as number) + (qz - oz) * (uz[i] as number);
    numerator[i] = (numerator[i] as number) + weight * along;
    denominator[i] = (denominator[i] as number) + weight;
  }
}
