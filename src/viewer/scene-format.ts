/**
 * How a scene travels inside the page, shared by the writer (Node) and the reader (browser).
 *
 * Each view is one block of bytes, 10 per point: first all positions as 3 × uint16, then all shades as 4 × uint8 (red,
 * green, blue, confidence level). Positions are relative to the view's camera and quantised on a signed logarithmic
 * scale, so that the error stays a small fraction of the distance to the camera, as the network's own error does, and
 * one point at a million units does not ruin the others, as it would with a linear bounding box.
 *
 * Points come coarse to fine: the first sixteenth are every fourth pixel of every fourth row, the first quarter every
 * second of every second. A slow machine draws such a part while things move.
 */

export interface SceneHeader {
  readonly title: string;
  readonly note?: string;
  readonly confidence: ConfidenceScale;
  readonly views: readonly ViewHeader[];
}

export interface ViewHeader {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly pointCount: number;
  readonly positions: PositionScale;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  /** Row-major 4 × 4. */
  readonly camToWorld: readonly number[];
  /** A data: URL. */
  readonly thumbnail?: string;
}

/** Offsets from `origin`, per axis: v ↔ sign(v)·log1p(|v| / unit) / logRange, in [-1, 1]. */
export interface PositionScale {
  readonly origin: readonly [x: number, y: number, z: number];
  readonly unit: number;
  readonly logRange: number;
}

/** Confidences from `min` (level 0) to `max` (level 255), evenly in their logarithm. */
export interface ConfidenceScale {
  readonly min: number;
  readonly max: number;
}

export const bytesPerPoint = 10;
export const maxLevel = 255;

/** The code of offset 0, so that it is exact; codes run from 0 to twice this. */
const middleCode = 32767;
export const codeCount = 2 * middleCode + 1;

export function offsetToCode(offset: number, { unit, logRange }: PositionScale): number {
  const share = Math.log1p(Math.abs(offset) / unit) / logRange;
  return middleCode + Math.round(Math.sign(offset) * share * middleCode);
}

export function codeToOffset(code: number, { unit, logRange }: PositionScale): number {
  const share = (code - middleCode) / middleCode;
  return Math.sign(share) * unit * Math.expm1(Math.abs(share) * logRange);
}

/** A constant confidence is the highest level, which no threshold hides. */
export function confidenceToLevel(confidence: number, { min, max }: ConfidenceScale): number {
  if (confidence <= min) return min === max ? maxLevel : 0;
  return Math.round((maxLevel * Math.log(confidence / min)) / Math.log(max / min));
}

export function levelToConfidence(level: number, { min, max }: ConfidenceScale): number {
  return min * (max / min) ** (level / maxLevel);
}
