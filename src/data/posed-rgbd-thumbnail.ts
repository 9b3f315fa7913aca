import { type Camera, resizeCamera } from '#geometry/camera.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { expectSameField } from './posed-rgbd-view.ts';
import { depthInMetres, readDepthPng } from './rgbd-layouts/depth-png.ts';
import { readImageSize } from './rgbd-layouts/image-size.ts';
import { type DepthFormat, frameCamera, type RgbdFrame } from './rgbd-layouts/rgbd-sequence.ts';

/** Long side: enough for overlaps within a hundredth, and 28 kB a frame. */
const longSide = 96;
/** Between the points that are projected into other views. */
export const pointStride = 3;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A frame's depth at a small size, which measuring overlaps needs of it. */
export interface DepthThumbnail {
  readonly camera: Camera;
  /** [h, w] in metres, 0 = none. */
  readonly depth: Float32Array;
  /** [P, 3] of a coarser grid, in the camera's frame: those pixels that have depth. */
  readonly points: Float32Array;
  /** Of the files. */
  readonly imageSize: Size;
  readonly depthSize: Size;
}

/** @throws Error, one line that names the file */
export async function readThumbnail(frame: RgbdFrame, format: DepthFormat, maxDepth?: number): Promise<DepthThumbnail> {
  const imageSize = await readImageSize(frame.imagePath);
  const stored = await readDepthPng(frame.depthPath);
  expectSameField(stored, imageSize, frame);
  const { width, height } = thumbnailSize(stored);
  const depth = depthInMetres(resizeNearest(stored, width, height, 'centre'), format, maxDepth).values;
  const camera = resizeCamera(frameCamera(frame, imageSize), { width, height });
  const points = gridPoints({ camera, depth }, pointStride);
  if (points.length === 0) throw new Error(`${frame.depthPath}: no pixel has depth`);
  return { camera, depth, points, imageSize, depthSize: { width: stored.width, height: stored.height } };
}

/** The size of a thumbnail of a view of that size. */
export function thumbnailSize({ width, height }: Size): Size {
  const shrink = Math.min(1, longSide / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * shrink)), height: Math.max(1, Math.round(height * shrink)) };
}

/** [P, 3] in the camera's frame behind every `stride`-th pixel of every `stride`-th row that has depth. */
export function gridPoints({ camera, depth }: Pick<DepthThumbnail, 'camera' | 'depth'>, stride: number): Float32Array {
  const { width, height, focalPx, principalPx } = camera;
  const points: number[] = [];
  for (let y = stride >> 1; y < height; y += stride) {
    for (let x = stride >> 1; x < width; x += stride) {
      const z = depth[y * width + x] as number;
      if (z > 0) points.push((z * (x - principalPx[0])) / focalPx[0], (z * (y - principalPx[1])) / focalPx[1], z);
    }
  }
  return Float32Array.from(points);
}
