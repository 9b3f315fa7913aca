import type { EvalView } from '#eval/method.ts';

/** Two frames that are seen together, by their places, i < j. */
export interface FramePair {
  readonly i: number;
  readonly j: number;
  /** Missing where it is not known. */
  readonly overlap?: number;
}

/** The frames of one camera that moves through one scene, with their poses; no image is open. */
export interface EvalSequence {
  /** Unique within the folder. */
  readonly label: string;
  /** Names of the frames. */
  readonly frames: readonly string[];
  /** Those that may be evaluated, sorted by i, then j. */
  readonly pairs: readonly FramePair[];
  readonly hasDepth: boolean;
  /** @throws BrokenSampleError if its files cannot be read */
  view(place: number): Promise<EvalView>;
}
