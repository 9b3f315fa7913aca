import { type Camera, resizeCamera } from '#geometry/camera.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { expectSameField } from './posed-rgbd-view.ts';
import { depthInMetres, readDepthPng } from './rgbd-layouts/depth-png.ts';
import { readImageSize } from './rgbd-layouts/image-size.ts';
import { type DepthFormat, frameCamera, type RgbdFrame } from './rgbd-layouts/rgbd-sequence.ts';

/** Long side: enough for overlaps within a hundredth, and 28 kB a frame. */
const longSide = 96;
/** Between the points that are projected into other views. */
const pointStride = 3;

/** A frame's depth at a small size, which measuring overlaps needs of it. */
export interface DepthThumbnail {
  readonly camera: Camera;
  /** [h, w] in metres, 0 = none. */
  readonly depth: Float32Array;
  /** [P, 3] of a coarser grid, in the camera's frame: those pixels that have depth. */
  readonly points: Float32Array;
  /** Of the files. */
  readonly imageSize: { readonly width: number; readonly height: number };
  readonly depthSize: { readonly width: number; readonly height: number };
}

/** @throws Error, one line that names the file */
export async function readThumbnail(frame: RgbdFrame, format: DepthFormat, maxDepth?: number): Promise<DepthThumbnail> {
  const imageSize = await readImageSize(frame.imagePath);
  const stored = await readDepthPng(frame.depthPath);
  expectSameField(stored, imageSize, frame);
  const shrink = Math.min(1, longSide / Math.max(stored.width, stored.height));
  const [width, height] = [stored.width, stored.height].map((side) => Math.max(1, Math.round(side * shrink))) as [
    number,
    number,
  ];
  const depth = depthInMetres(resizeNearest(stored, width, height, 'centre'), format, maxDepth).values;
  const camera = resizeCamera(frameCamera(frame, imageSize), { width, height });
  const points = gridPoints(camera, depth);
  if (points.length === 0) throw new Error(`${frame.depthPath}: no pixel has depth`);
  return { camera, depth, points, imageSize, depthSize: { width: stored.width, height: stored.height } };
}

function gridPoints({ width, height, focalPx, principalPx }: Camera, depth: Float32Array): Float32Array {
  const points: number[] = [];
  for (let y = pointStride >> 1; y < height; y += pointStride) {
    for (let x = pointStride >> 1; x < width; x += pointStride) {
      const z = depth[y * width + x] as number;
      if (z > 0) points.push((z * (x - principalPx[0])) / focalPx[0], (z * (y - principalPx[1])) / focalPx[1], z);
    }
  }
  return Float32Array.from(points);
}
