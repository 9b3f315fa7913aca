import type * as tf from '@tensorflow/tfjs';
import type { PairPrediction } from '#model/dust3r.ts';

/** What is known of one view of an ordered pair. */
export interface ViewTruth {
  /** [B, H, W, 3] in the first view's camera frame, in the dataset's unit. */
  readonly points: tf.Tensor4D;
  /** [B, H, W], bool: where the points are known. */
  readonly valid: tf.Tensor3D;
}

/** The truth of a batch of ordered pairs; both views in the first view's camera frame (spec 2.2, step 1). */
export interface PairTruth {
  readonly view1: ViewTruth;
  readonly view2: ViewTruth;
}

/** A loss and what it is made of, as scalars that the caller disposes. Details carry the original's names (spec 2). */
export interface CriterionResult {
  readonly loss: tf.Scalar;
  readonly details: Readonly<Record<string, tf.Scalar>>;
}

/** Compares predictions with the truth. Differentiable in the predictions. */
export type Criterion = (truth: PairTruth, prediction: PairPrediction) => CriterionResult;
