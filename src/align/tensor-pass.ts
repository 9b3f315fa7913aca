import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import type { ImagePass, PassCamera } from './image-block.ts';
import type { ImageSize } from './pairwise.ts';

/** `ImagePass` with tensors for the pixels. */
export interface ImageTensors extends Omit<ImagePass, 'width' | 'planes' | 'logDepth'> {
  readonly size: ImageSize;
  /** [K, 4, P] */
  readonly planes: tf.Tensor3D;
  /** [P] */
  readonly logDepth: tf.Tensor;
}

/**
 * `passOverImage` on the current engine: the gradient with respect to the log-depths [P], and the sums [12 + 13·K],
 * the camera's and then each observation's. One pass where the engine has our kernel.
 */
export function passOverTensors(image: ImageTensors): [gradient: tf.Tensor, sums: tf.Tensor] {
  if (hasKernel('Dust3rAlignPass')) {
    return tf.engine().runKernel('Dust3rAlignPass', kernelInputs(image, 0)) as unknown as [tf.Tensor, tf.Tensor];
  }
  return plainPass(image);
}

/** `solveDepths` on the current engine → log-depths [P]. */
export function solveTensors(image: ImageTensors, rounds: number): tf.Tensor {
  if (hasKernel('Dust3rAlignSolve')) {
    return tf.engine().runKernel('Dust3rAlignSolve', kernelInputs(image, rounds)) as tf.Tensor;
  }
  return plainSolve(image, rounds);
}

function kernelInputs(image: ImageTensors, rounds: number): Record<string, tf.Tensor> {
  const { size, camera, placements, planes, logDepth, factors, distance } = image;
  const { focalPx, principalPx, pose } = camera;
  const numbers = [...focalPx, ...principalPx, size.width, distance === 'l1' ? 1 : 0, rounds, ...pose];
  const rows = placements.flatMap((placement, k) => [...placement, factors[k] as number]);
  return { planes, logDepth, camera: tf.tensor1d(numbers), placements: tf.tensor2d(rows, [placements.length, 13]) };
}

/** World points and what was observed of them, in the world. */
interface Placed {
  /** [3, P] */
  readonly camera: tf.Tensor2D;
  /** [3, P] */
  readonly world: tf.Tensor2D;
  /** [K, 3, P] */
  readonly observed: tf.Tensor3D;
  /** [K, 1, P]: with the factors. */
  readonly weights: tf.Tensor3D;
}

export function plainPass(image: ImageTensors): [gradient: tf.Tensor, sums: tf.Tensor] {
  const { rotation } = rowsOf(image.camera.pose);
  const { camera, world, observed, weights } = place(image, image.logDepth);
  const residuals = world.expandDims<tf.Tensor3D>(0).sub(observed);
  const squared = residuals.square().sum(1, true);
  const length = squared.sqrt();
  const isL1 = image.distance === 'l1';
  const losses = weights.mul(isL1 ? length : squared).sum([1, 2]);
  // At a distance of 0 the residuals are 0 too, and so is the gradient.
  const pull = residuals.mul<tf.Tensor3D>(weights).mul<tf.Tensor3D>(isL1 ? tf.scalar(1).div(length.maximum(1e-30)) : 2);
  const gradient = pull.sum<tf.Tensor2D>(0);
  const points = image.planes.slice([0, 0, 0], [-1, 3, -1]);
  const ofObservations = moments(pull, points).neg().reshape<tf.Tensor2D>([-1, 12]);
  const ofCamera = moments(gradient.expandDims(0), camera.expandDims(0)).reshape<tf.Tensor1D>([12]);
  const sums = tf.concat([ofCamera, tf.concat([ofObservations, losses.expandDims<tf.Tensor2D>(1)], 1).reshape([-1])]);
  const depthGradient = tf.matMul(rotation, gradient, true).mul(camera).sum(0);
  return [depthGradient, sums];
}

/** [K, 3, P] each → [K, 3, 4]: Σ h pᵀ and, as the fourth column, Σ h */
function moments(h: tf.Tensor3D, p: tf.Tensor3D): tf.Tensor3D {
  return tf.concat([tf.matMul(h, p, false, true), h.sum<tf.Tensor3D>(2, true)], 2);
}

export function plainSolve(image: ImageTensors, rounds: number): tf.Tensor {
  const { origin } = rowsOf(image.camera.pose);
  const { world, observed, weights } = place(image, tf.zerosLike(image.logDepth));
  const ray = world.sub<tf.Tensor2D>(origin);
  const along = observed.sub<tf.Tensor3D>(origin).mul<tf.Tensor3D>(ray).sum<tf.Tensor3D>(1, true);
  let depth = image.logDepth.exp();
  for (let round = 0; round <= (image.distance === 'l1' ? rounds : 0); round++) {
    const point = ray.mul(depth).add<tf.Tensor2D>(origin);
    const distance = point.expandDims<tf.Tensor3D>(0).sub(observed).square().sum(1, true).sqrt().add(1e-12);
    const votes = round === 0 ? weights : weights.div(distance);
    const total = votes.sum([0, 1]).mul(ray.square().sum(0));
    const solved = votes.mul(along).sum([0, 1]).div(total.maximum(1e-30));
    const isUsable = total.greater(0).logicalAnd(solved.greater(0));
    depth = tf.where(isUsable, solved, depth);
  }
  return depth.log();
}

function place({ size, camera, planes, placements, factors }: ImageTensors, logDepth: tf.Tensor): Placed {
  const { rotation, origin } = rowsOf(camera.pose);
  const inCamera = cameraRays(size, camera).mul<tf.Tensor2D>(logDepth.exp());
  const matrices = tf.tensor3d(
    placements.flatMap((placement) => [...placement]),
    [placements.length, 3, 4],
  );
  const [rotations, shifts] = [matrices.slice([0, 0, 0], [-1, 3, 3]), matrices.slice([0, 0, 3], [-1, 3, 1])];
  const points = planes.slice([0, 0, 0], [-1, 3, -1]);
  return {
    camera: inCamera,
    world: tf.matMul(rotation, inCamera).add(origin),
    observed: tf.matMul(rotations, points).add(shifts),
    weights: planes.slice([0, 3, 0], [-1, 1, -1]).mul(tf.tensor1d([...Array.from(factors)]).reshape([-1, 1, 1])),
  };
}

/** [3, P], with z = 1 */
function cameraRays({ width, height }: ImageSize, { focalPx, principalPx }: PassCamera): tf.Tensor2D {
  const columns = tf.range(0, width).sub(principalPx[0]).div(focalPx[0]);
  const rows = tf.range(0, height).sub(principalPx[1]).div(focalPx[1]);
  const x = columns.expandDims(0).tile([height, 1]).reshape<tf.Tensor1D>([-1]);
  const y = rows.expandDims(1).tile([1, width]).reshape<tf.Tensor1D>([-1]);
  return tf.stack([x, y, tf.onesLike(x)]) as tf.Tensor2D;
}

/** A rotation [3, 3] and a translation [3, 1]. */
function rowsOf(pose: Float64Array): { rotation: tf.Tensor2D; origin: tf.Tensor2D } {
  const matrix = tf.tensor2d([...pose], [3, 4]);
  return { rotation: matrix.slice([0, 0], [3, 3]), origin: matrix.slice([0, 3], [3, 1]) };
}
