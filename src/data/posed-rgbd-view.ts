import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { BrokenSampleError } from './pair-dataset.ts';
import { depthInMetres, readDepthPng } from './rgbd-layouts/depth-png.ts';
import { frameCamera, type RgbdFrame, type RgbdSequence } from './rgbd-layouts/rgbd-sequence.ts';
import type { RawView } from './view.ts';

export interface ViewNaming {
  readonly dataset: string;
  readonly instance: string;
  /** Metres; what is farther counts as unknown. */
  readonly maxDepth?: number;
}

/**
 * Reads a frame. Depth of another size than the image's is brought to it by nearest neighbours, pixel centres on pixel
 * centres, if both show the same field of view.
 * @throws BrokenSampleError, one line that names the file
 */
export async function readRgbdView(
  { label, depth: format }: RgbdSequence,
  frame: RgbdFrame,
  { dataset, instance, maxDepth }: ViewNaming,
): Promise<RawView> {
  try {
    const [image, stored] = await Promise.all([decodeImage(frame.imagePath), readDepthPng(frame.depthPath)]);
    const depth = toImageSize(depthInMetres(stored, format, maxDepth), image, frame);
    return { image, depth: depth.values, camera: frameCamera(frame, image), dataset, label, instance };
  } catch (error) {
    throw new BrokenSampleError((error as Error).message, { cause: error });
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function toImageSize(depth: PixelMap, image: Size, frame: RgbdFrame): PixelMap {
  if (depth.width === image.width && depth.height === image.height) return depth;
  expectSameField(depth, image, frame);
  return resizeNearest(depth, image.width, image.height, 'centre');
}

/** @throws Error unless depth and image have one aspect, to the rounding of a depth pixel */
export function expectSameField(depth: Size, image: Size, { depthPath }: RgbdFrame): void {
  const expectedHeight = (image.height * depth.width) / image.width;
  if (Math.abs(depth.height - expectedHeight) <= 1) return;
  throw new Error(
    `${depthPath}: depth of ${depth.width}×${depth.height} cannot belong to an image of ${image.width}×${image.height}: the aspects differ; register the depth to the image`,
  );
}
