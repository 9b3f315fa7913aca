// The objective of the global alignment over the pixels of one image (spec 6.2), in plain loops over typed arrays: the
// reference of the native kernel (backend/native/addon/align.cc), and what every other engine on a CPU takes.

import {
  type Axes,
  BLOCK,
  type ImagePass,
  inCamera,
  inWorld,
  newPlanes,
  observedAxes,
  type PassCamera,
  type Planes,
  placePixels,
  rowsOf,
} from './image-block.ts';

/** What a pass over an image sums up; G is the gradient of the loss with respect to a world point, c its camera-space point. */
export interface ImageSums {
  /** [12]: Σ G cᵀ row by row with Σ G as a fourth column, like `pose`. */
  readonly camera: Float64Array;
  /** For each observation [13]: the gradient with respect to its placement, in that layout, then its part of the loss. */
  readonly observations: readonly Float64Array[];
}

/** Where an observation's part of the loss stands. */
export const LOSS = 12;

const [pull, gradient] = [newPlanes(), newPlanes()];

/**
 * The objective and its gradients over one image, in one analytic pass: a pixel's world point is made once and held
 * against every pair's opinion of it. `depthGradient` [H·W] receives the gradient with respect to the log-depths.
 */
export function passOverImage(pass: ImagePass, depthGradient: Float32Array): ImageSums {
  const sums = { camera: new Float64Array(12), observations: pass.placements.map(() => new Float64Array(13)) };
  for (let start = 0; start < pass.logDepth.length; start += BLOCK) {
    const count = Math.min(BLOCK, pass.logDepth.length - start);
    placePixels(pass, start, count);
    for (const axis of gradient) axis.fill(0, 0, count);
    for (let k = 0; k < pass.placements.length; k++) {
      const observation = sums.observations[k] as Float64Array;
      observation[LOSS] = (observation[LOSS] as number) + pullTowards(pass, k, start, count);
      addMoments(observation, [pull, observedAxes(pass, k, start)], count);
    }
    addMoments(sums.camera, [gradient, inCamera], count);
    writeDepthGradient(pass.camera, depthGradient.subarray(start, start + count));
  }
  // An observation's placement moves its points the other way.
  for (const moments of sums.observations) for (let i = 0; i < LOSS; i++) moments[i] = -(moments[i] as number);
  return sums;
}

/** One observation's gradients with respect to a block's world points, into `pull`, added to `gradient`; returns its loss. */
function pullTowards(pass: ImagePass, k: number, start: number, count: number): number {
  const factor = pass.factors[k] as number;
  const isL1 = pass.distance === 'l1';
  const [x, y, z, weights] = observedAxes(pass, k, start);
  const [[m00, m01, m02, tx], [m10, m11, m12, ty], [m20, m21, m22, tz]] = rowsOf(pass.placements[k] as Float64Array);
  const [[wx, wy, wz], [hx, hy, hz], [gx, gy, gz]] = [inWorld, pull, gradient];
  let loss = 0;
  for (let i = 0; i < count; i++) {
    const px = x[i] as number;
    const py = y[i] as number;
    const pz = z[i] as number;
    const rx = (wx[i] as number) - (m00 * px + m01 * py + m02 * pz + tx);
    const ry = (wy[i] as number) - (m10 * px + m11 * py + m12 * pz + ty);
    const rz = (wz[i] as number) - (m20 * px + m21 * py + m22 * pz + tz);
    const squared = rx * rx + ry * ry + rz * rz;
    const length = Math.sqrt(squared);
    const weight = factor * (weights[i] as number);
    loss += weight * (isL1 ? length : squared);
    // At a distance of 0 the gradient is 0, as in PyTorch.
    const strength = weight * (isL1 ? (length > 0 ? 1 / length : 0) : 2);
    hx[i] = strength * rx;
    gx[i] = (gx[i] as number) + strength * rx;
    hy[i] = strength * ry;
    gy[i] = (gy[i] as number) + strength * ry;
    hz[i] = strength * rz;
    gz[i] = (gz[i] as number) + strength * rz;
  }
  return loss;
}

/** Adds Σ h pᵀ and, as the fourth column, Σ h. */
function addMoments(sums: Float64Array, [h, p]: readonly [Planes, Axes], count: number): void {
  const [px, py, pz] = p;
  for (let row = 0; row < 3; row++) {
    const axis = h[row] as Float64Array;
    let [x, y, z, sum] = [0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const value = axis[i] as number;
      x += value * (px[i] as number);
      y += value * (py[i] as number);
      z += value * (pz[i] as number);
      sum += value;
    }
    const at = 4 * row;
    sums[at] = (sums[at] as number) + x;
    sums[at + 1] = (sums[at + 1] as number) + y;
    sums[at + 2] = (sums[at + 2] as number) + z;
    sums[at + 3] = (sums[at + 3] as number) + sum;
  }
}

/** The point moves with its log-depth by the camera-space point itself, turned into the world. */
function writeDepthGradient({ pose }: PassCamera, out: Float32Array): void {
  const [cx, cy, cz] = inCamera;
  const [gx, gy, gz] = gradient;
  const [[ax, bx, dx], [ay, by, dy], [az, bz, dz]] = rowsOf(pose);
  for (let i = 0; i < out.length; i++) {
    const x = gx[i] as number;
    const y = gy[i] as number;
    const z = gz[i] as number;
    out[i] =
      (cx[i] as number) * (ax * x + ay * y + az * z) +
      (cy[i] as number) * (bx * x + by * y + bz * z) +
      (cz[i] as number) * (dx * x + dy * y + dz * z);
  }
}
