/**
 * How a scene travels to the page, shared by the writer (Node) and the reader (browser).
 *
 * A view is a map of codes, a JPEG of its photograph and a header. Each pixel has two codes: of its depth, on a
 * logarithmic scale, so that the error is the same share of every distance, as the network's own is, and one point at a
 * million units does not ruin the others; and of its confidence. Points follow from depth and camera, and colours from
 * the photograph, in the graphics card. The maps travel as what a predictor leaves of them (predict-map.ts), byte plane
 * by byte plane, deflated: about 1.5 to 2.5 bytes a pixel.
 */

export interface SceneHeader {
  readonly title: string;
  readonly note?: string;
  /** Of length, as "m"; without it the scene is up to scale. */
  readonly unit?: string;
  /** Where the confidence slider starts. */
  readonly minConfidence?: number;
  readonly confidence: ConfidenceScale;
  readonly views: readonly ViewHeader[];
  /** Where the maps and photographs lie, relative to the page; without it they are inside the page. */
  readonly dataFolder?: string;
}

export interface ViewHeader {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pointCount: number;
  readonly depth: DepthScale;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  /** Row-major 4 × 4. */
  readonly camToWorld: readonly number[];
}

/** Code 0: no point. Code c: a depth (z in the camera's frame) of nearest · exp((c − 1) · step). */
export interface DepthScale {
  readonly nearest: number;
  readonly step: number;
}

/** Confidences from `min` (level 0) to `max` (level 255), evenly in their logarithm. */
export interface ConfidenceScale {
  readonly min: number;
  readonly max: number;
}

export const codesPerPixel = 2;
export const maxLevel = 255;
export const noPoint = 0;

const lastCode = 65_535;
/** Half of it, 0.006 %, is the error of a depth; a finer step would spend bytes on noise. */
const finestStep = 2 ** -13;

export function depthScale(nearest: number, farthest: number): DepthScale {
  return { nearest, step: Math.max(finestStep, Math.log(farthest / nearest) / (lastCode - 1)) };
}

export function depthToCode(depth: number, { nearest, step }: DepthScale): number {
  return 1 + Math.round(Math.log(depth / nearest) / step);
}

export function codeToDepth(code: number, { nearest, step }: DepthScale): number {
  return nearest * Math.exp((code - 1) * step);
}

/** A constant confidence is the highest level, which no threshold hides. */
export function confidenceToLevel(confidence: number, { min, max }: ConfidenceScale): number {
  if (confidence <= min) return min === max ? maxLevel : 0;
  return Math.min(maxLevel, Math.round((maxLevel * Math.log(confidence / min)) / Math.log(max / min)));
}

export function levelToConfidence(level: number, { min, max }: ConfidenceScale): number {
  return min * (max / min) ** (level / maxLevel);
}

/** Names of a view's files in the data folder. */
export function viewFileNames(view: number): { readonly map: string; readonly photograph: string } {
  const number = String(view).padStart(3, '0');
  return { map: `view-${number}.bin`, photograph: `view-${number}.jpg` };
}
