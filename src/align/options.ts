import type { Matrix4 } from '#geometry/camera.ts';
import type { Plateau } from './descent.ts';
import type { PixelEngine } from './pixels.ts';
import type { Weighting } from './weights.ts';

/** What is known of one image beforehand; all of it stays as it is given. Pixels are the network's. */
export interface KnownView {
  readonly camToWorld?: Matrix4 | undefined;
  /** One number is for both axes. */
  readonly focalPx?: number | readonly [x: number, y: number] | undefined;
  readonly principalPx?: readonly [x: number, y: number] | undefined;
  /** [H·W]: z in the camera's frame; needs a known pose. A finished view to which others are added. */
  readonly depth?: Float32Array | undefined;
}

/** A part of the scene that stays as it was initialised. */
export type FrozenPart = 'pairs' | 'poses' | 'focals' | 'depths';

export interface AlignProgress {
  /** The first guess, image by image and pair by pair; then the descent, on a grid of the pixels or on all of them. */
  readonly stage: 'guess' | 'coarse' | 'descent';
  /** Finished, of `iterations`. */
  readonly iteration: number;
  readonly iterations: number;
  /** Of a descent, before the iteration's step. */
  readonly loss?: number;
}

/** Names and defaults are the original's where it has the option (spec 6). */
export interface AlignOptions {
  /** By image. */
  readonly known?: readonly (KnownView | undefined)[];
  /** By image, [H·W]: pixels that are 0 are left out of everything. */
  readonly masks?: readonly (Uint8Array | undefined)[];
  /** One focal length for all images (true), or for those with the same number. Default false: one each. */
  readonly sharedFocal?: boolean | readonly number[];
  /** Lets the focal lengths in x and y differ (`fx_and_fy`). Default false. */
  readonly separateFocals?: boolean;
  /** Also finds the principal points that are not known (`optimize_pp`). Default false: at the centre. */
  readonly optimizePrincipalPoints?: boolean;
  /** Lets every pair stretch its depths against its width (`allow_pw_adaptors`). Default false. */
  readonly pairAdaptors?: boolean;
  readonly frozen?: readonly FrozenPart[];
  /** How a confidence becomes a weight. Default 'log'. */
  readonly weighting?: Weighting;
  /** Default 'l1'. */
  readonly distance?: 'l1' | 'l2';
  /** 'area' (default; the original's PointCloudOptimizer) or 'mean', every pair alike (its ModularPointCloudOptimizer). */
  readonly normalization?: 'area' | 'mean';
  /** The geometric mean of the pairs' scales where no known poses fix the scale. Default 0.5. */
  readonly baseScale?: number;
  /** Default 'mst', or 'known-poses' where all poses are known and the pairs do not connect all images. */
  readonly init?: 'mst' | 'known-poses';
  /** Pixels must be more confident than this to take part in finding a first pose. Default 3. */
  readonly minConfidence?: number;
  /**
   * 'coarse-to-fine' (default): descends on a grid of about 10 000 pixels of each image, half as many steps more and
   * twice as large, then finds all depths in closed form; 'plain': the original's descent on all pixels.
   */
  readonly method?: 'coarse-to-fine' | 'plain';
  /** Default 300; 0 gives the first guess. */
  readonly iterations?: number;
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Default 1e-6. */
  readonly leastRate?: number;
  /** Default 'cosine'. */
  readonly schedule?: 'cosine' | 'linear';
  /** Stops early where the loss no longer falls. Default: it does not. */
  readonly plateau?: Plateau;
  /** What to do with images that no pair connects with the others. Default 'refuse'; 'separate' aligns each part alone. */
  readonly disconnected?: 'refuse' | 'separate';
  readonly engine?: PixelEngine;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: AlignProgress) => void;
}

export const alignDefaults = {
  known: [],
  masks: [],
  sharedFocal: false,
  separateFocals: false,
  optimizePrincipalPoints: false,
  pairAdaptors: false,
  frozen: [],
  weighting: 'log',
  distance: 'l1',
  normalization: 'area',
  baseScale: 0.5,
  minConfidence: 3,
  method: 'coarse-to-fine',
  iterations: 300,
  learningRate: 0.01,
  leastRate: 1e-6,
  schedule: 'cosine',
  disconnected: 'refuse',
  engine: 'auto',
} as const satisfies AlignOptions;

/** All options, those without a default as they came. */
export type AlignSettings = AlignOptions & Required<Pick<AlignOptions, keyof typeof alignDefaults>>;
