import * as tf from '@tensorflow/tfjs';
import { AdamW } from '#optim/adamw.ts';
import { uploadNow } from '#tensor/upload.ts';
import type { PassCamera } from './image-block.ts';
import { type ImageSums, LOSS } from './image-pass.ts';
import { type ImageObservations, type ImageSummary, type Level, observeImage, toLevel } from './level.ts';
import type { SceneEstimate } from './objective.ts';
import { dropOutliers } from './outliers.ts';
import type { ImageStart, Pixels } from './pixels.ts';
import { type ImageTensors, passOverTensors, solveTensors } from './tensor-pass.ts';

interface ImageState extends Omit<ImageObservations, 'planes'> {
  readonly image: number;
  /** [K, 4, H·W] */
  planes: tf.Tensor3D;
  /** [H·W] */
  readonly logDepth: tf.Variable;
  gradient: tf.Tensor | undefined;
}

/** Pixels as tensors on the current engine. */
export class TensorPixels implements Pixels {
  readonly summaries: readonly ImageSummary[];
  private readonly level: Level;
  private readonly images: readonly ImageState[];
  private readonly adam: AdamW;

  constructor(level: Level, images: readonly ImageStart[]) {
    this.level = level;
    this.images = images.map((start) => this.load(start));
    this.summaries = this.images.map(({ summary }) => summary);
    const variables = new Map(this.images.map(({ logDepth }, k) => [`${k}`, logDepth]));
    this.adam = new AdamW(variables, { betas: [0.9, 0.9], epsilon: 1e-8, weightDecay: 0 });
  }

  async evaluate(estimate: SceneEstimate): Promise<ImageSums[]> {
    const sums = this.images.map((state) => {
      const [gradient, sums] = tf.tidy(() => passOverTensors(this.tensorsOf(estimate, state)));
      state.gradient?.dispose();
      state.gradient = gradient;
      return sums;
    });
    const read = await Promise.all(sums.map((each) => each.data<'float32'>()));
    tf.dispose(sums);
    return read.map(unpackSums);
  }

  descend(learningRate: number): void {
    const gradients = new Map<string, tf.Tensor>();
    for (const [k, { gradient, logDepth }] of this.images.entries()) {
      if (gradient && logDepth.trainable) gradients.set(`${k}`, gradient);
    }
    this.adam.step(gradients, learningRate);
  }

  async dropOutliers(estimate: SceneEstimate): Promise<void> {
    for (const state of this.images) {
      const planes = (await state.planes.data<'float32'>()).slice();
      const logDepth = await state.logDepth.data<'float32'>();
      dropOutliers({ ...this.tensorsOf(estimate, state), width: state.size.width, planes, logDepth });
      state.planes.dispose();
      state.planes = uploadPlanes(planes, logDepth.length);
    }
  }

  solve(estimate: SceneEstimate, rounds: number): void {
    for (const state of this.images) {
      if (!state.logDepth.trainable) continue;
      tf.tidy(() => state.logDepth.assign(solveTensors(this.tensorsOf(estimate, state), rounds)));
    }
  }

  async readLogDepths(): Promise<Float32Array[]> {
    return Promise.all(this.images.map(({ logDepth }) => logDepth.data<'float32'>()));
  }

  dispose(): void {
    this.adam.dispose();
    for (const { planes, logDepth, gradient } of this.images) {
      tf.dispose([planes, logDepth, ...(gradient ? [gradient] : [])]);
    }
  }

  private load({ image, logDepth }: ImageStart): ImageState {
    const { planes, ...rest } = observeImage(this.level, image);
    const isFree = this.level.problem.freeDepths[image];
    const variable = tf.tidy(() => tf.variable(tf.tensor1d(logDepth.slice()), isFree));
    return { ...rest, image, planes: uploadPlanes(planes, logDepth.length), logDepth: variable, gradient: undefined };
  }

  private tensorsOf({ cameras, placements }: SceneEstimate, state: ImageState): ImageTensors {
    const { image, size, sightings, factors, planes, logDepth } = state;
    return {
      ...{ size, planes, logDepth, factors, distance: this.level.problem.distance },
      camera: toLevel(this.level, cameras[image] as PassCamera),
      placements: sightings.map(({ pair }) => placements[pair] as Float64Array),
    };
  }
}

function uploadPlanes(planes: Float32Array, area: number): tf.Tensor3D {
  const tensor = tf.tensor3d(planes, [planes.length / (4 * area), 4, area]);
  uploadNow(tensor);
  return tensor;
}

/** [12 + 13·K] */
function unpackSums(sums: Float32Array): ImageSums {
  const values = Float64Array.from(sums);
  const observations: Float64Array[] = [];
  for (let at = 12; at < values.length; at += LOSS + 1) observations.push(values.subarray(at, at + LOSS + 1));
  return { camera: values.subarray(0, 12), observations };
}
