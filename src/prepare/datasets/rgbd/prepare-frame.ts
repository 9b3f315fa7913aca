import { expectSameField } from '#data/posed-rgbd-view.ts';
import { type DepthFormat, frameCamera } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { type Camera, resizeCamera } from '#geometry/camera.ts';
import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { resizeImage } from '#image/resize.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { encodeGreyPng, encodePhotograph, millimetres } from '#prepare/datasets/encode-frame.ts';
import type { ItemContext } from '#prepare/datasets/preparation.ts';
import { depthThrough, readDepth } from './read-depth.ts';
import type { SourceFrame } from './source.ts';

export interface FrameOptions {
  readonly depth: DepthFormat;
  /** Of the long side; larger images are shrunk to it. */
  readonly size: number | undefined;
  /** Metres. */
  readonly maxDepth: number | undefined;
}

const jpegQuality = 95;

/**
 * Writes a frame's image and depth, in one size: the image's, or the depth's where that has a camera of its own, shrunk if
 * need be.
 * @returns the camera of what was written
 * @throws Error, one line that names the file
 */
export async function prepareFrame(
  frame: SourceFrame,
  { depth: format, size, maxDepth }: FrameOptions,
  write: ItemContext['write'],
): Promise<Camera> {
  const image = await decodeImage(frame.imagePath);
  expectOwnCamera(frame, image);
  const depth = await readDepth(frame.depthPath, format, maxDepth);
  const camera = resizeCamera(frameCamera(frame, image), shrunk(frame.depthIntrinsics ? depth : image, size));
  const { width, height } = camera;
  const shown = millimetres(depthOf(frame, depth, image, camera));
  if (!shown.values.some((value) => value > 0))
    throw new Error(`${frame.depthPath}: no depth from 1 mm to 65.5 m; is its unit another (--depth-scale)?`);
  await write(
    `images/${frame.name}.jpg`,
    await encodePhotograph(resizeImage(image, width, height, 'lanczos'), jpegQuality),
  );
  await write(`depth/${frame.name}.png`, encodeGreyPng(shown));
  return camera;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @throws Error unless the intrinsics can be this image's */
function expectOwnCamera(frame: SourceFrame, image: Size): void {
  const { size } = frame.intrinsics;
  const { width, height } = image;
  if (size && Math.abs(size.width * height - size.height * width) > Math.max(width, height))
    throw new Error(
      `${frame.imagePath}: ${width}×${height} pixels, while its camera has ${size.width}×${size.height}; if the EXIF orientation turns it, remove that tag`,
    );
  const [x, y] = frameCamera(frame, image).principalPx;
  if (x > 0 && y > 0 && x < width && y < height) return;
  throw new Error(
    `${frame.imagePath}: the principal point (${x}, ${y}) lies outside of its ${width}×${height} pixels; are its intrinsics those of another size?`,
  );
}

function shrunk({ width, height }: Size, size = Number.POSITIVE_INFINITY): Size {
  const scale = Math.min(1, size / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function depthOf(frame: SourceFrame, depth: PixelMap, image: Size, camera: Camera): PixelMap {
  if (frame.depthIntrinsics) return depthThrough(depth, frame.depthIntrinsics, camera);
  expectSameField(depth, image, frame);
  return resizeNearest(depth, camera.width, camera.height, 'centre');
}
