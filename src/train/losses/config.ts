import type { NormMode } from '#geometry/normalize.ts';

/** The regression losses, by the original's names; the invariant ones are used for tests (spec 2.4). */
export const regressionTypes = ['Regr3D', 'Regr3D_ShiftInv', 'Regr3D_ScaleInv', 'Regr3D_ScaleShiftInv'] as const;
type RegressionType = (typeof regressionTypes)[number];

/** Euclidean distances (L21) between predicted and true points (spec 2.2, 2.4). */
export interface RegressionConfig {
  readonly type: RegressionType;
  /** 'none': predictions and truth are compared as they are. */
  readonly normMode: NormMode | 'none';
  /** Keeps the truth in the dataset's unit while predictions are normalised. Default: false. */
  readonly gtScale?: boolean;
  /** Leaves out true points farther than this from the first camera, in the dataset's unit. Default: none. */
  readonly distClip?: number;
}

/** Weighs a pixel's loss ℓ by its predicted confidence c: the mean of c·ℓ − α ln c (spec 2.3). */
export interface ConfidenceConfig {
  readonly type: 'ConfLoss';
  readonly pixelLoss: PixelLossConfig;
  readonly alpha: number;
}

/** All terms together. Details of the same name are shown of the last term. */
export interface SumOf<Loss> {
  readonly type: 'Sum';
  readonly terms: readonly Loss[];
}

/** A multiple of a loss, sums as a whole; its details are not multiplied. */
interface ScaledOf<Loss> {
  readonly type: 'Scaled';
  readonly factor: number;
  readonly loss: Loss;
}

/** Losses of one kind, their sums and multiples. */
export type Combined<Loss> = Loss | SumOf<Combined<Loss>> | ScaledOf<Combined<Loss>>;

/** A loss that has a value for every pixel, which ConfLoss needs. */
export type PixelLossConfig = Combined<RegressionConfig>;

/** What training minimises or a test measures, as plain data. */
export type CriterionConfig = Combined<RegressionConfig | ConfidenceConfig>;
