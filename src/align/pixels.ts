import * as tf from '@tensorflow/tfjs';
import type { ImageSums } from './image-pass.ts';
import type { ImageSummary, Level } from './level.ts';
import type { SceneEstimate } from './objective.ts';
import { ScriptPixels } from './script-pixels.ts';
import { TensorPixels } from './tensor-pixels.ts';

/** An image whose pixels are to be computed with, and the depths [H·W] at which it begins. */
export interface ImageStart {
  readonly image: number;
  readonly logDepth: Float32Array;
}

/** The depths of some images' pixels, and what they are held against. Lists are in the order of those images. */
export interface Pixels {
  readonly summaries: readonly ImageSummary[];
  /** The sums over each image under an estimate; keeps the gradient with respect to the depths. */
  evaluate(estimate: SceneEstimate): Promise<ImageSums[]>;
  /** Moves the depths by one step of Adam along the gradient that was kept. */
  descend(learningRate: number): void;
  /** From now on leaves out the observations that are far from an estimate; see `dropOutliers`. */
  dropOutliers(estimate: SceneEstimate): Promise<void>;
  /** Moves every depth to where the objective is least along its ray; see `solveDepths`. */
  solve(estimate: SceneEstimate, rounds: number): void;
  readLogDepths(): Promise<Float32Array[]>;
  dispose(): void;
}

/**
 * Where pixels are computed: 'script' in plain JavaScript; 'tensors' on the current tfjs engine, by our kernel where it
 * has it and plain ops elsewhere. 'auto': tensors on the native engine and on a GPU, else script, which is faster than
 * the ops of the wasm and cpu engines.
 */
export type PixelEngine = 'auto' | 'script' | 'tensors';

const fastEngines: readonly string[] = ['tensorflow', 'webgpu', 'webgl'];

/** Copies what it needs of the level; `dispose` frees it. */
export function placePixels(level: Level, images: readonly ImageStart[], engine: PixelEngine): Pixels {
  const isTensors = engine === 'auto' ? fastEngines.includes(tf.getBackend()) : engine === 'tensors';
  return isTensors ? new TensorPixels(level, images) : new ScriptPixels(level, images);
}
