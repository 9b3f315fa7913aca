import { extname } from 'node:path';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { depthInMetres, readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import type { RawView } from '#data/view.ts';
import { readExr } from '#formats/exr.ts';
import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { StoredCamera } from './stored-camera.ts';

/** One photograph of a prepared dataset: its files, its camera, its names. */
export interface StoredFrame extends Pick<RawView, 'dataset' | 'label' | 'instance'> {
  readonly imagePath: string;
  /** `.png` of 16 bit, or `.exr`; of the image's size. */
  readonly depthPath: string;
  /** Depth of one step of a PNG. */
  readonly depthStep?: number;
  /** What is deeper counts as unknown. */
  readonly maxDepth?: number;
  /** An 8-bit image of the object: where it is dark the depth counts as unknown. */
  readonly maskPath?: string;
  readonly camera: StoredCamera;
}

/**
 * Reads a prepared frame. Depth that is not finite counts as unknown.
 * @throws Error, one line that names the file that is missing, damaged or of another size
 */
export async function readStoredView(frame: StoredFrame): Promise<RawView> {
  const { imagePath, depthPath, maskPath, dataset, label, instance } = frame;
  const [image, depth, mask] = await Promise.all([
    decodeImage(imagePath),
    readDepth(frame),
    maskPath === undefined ? undefined : decodeImage(maskPath),
  ]);
  expectSizeOf(image, imagePath, depth, depthPath);
  if (mask && maskPath !== undefined) {
    expectSizeOf(image, imagePath, mask, maskPath);
    hideBackground(depth.values, mask);
  }
  const { width, height } = image;
  return { image, depth: depth.values, camera: { ...frame.camera, width, height }, dataset, label, instance };
}

/** Whatever fails while a sample is read breaks that sample alone. */
export async function readSample<Sample>(read: () => Promise<Sample>): Promise<Sample> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof BrokenSampleError) throw error;
    throw new BrokenSampleError((error as Error).message, { cause: error });
  }
}

async function readDepth({ depthPath, depthStep = 1, maxDepth = Number.MAX_VALUE }: StoredFrame): Promise<PixelMap> {
  if (extname(depthPath) === '.png') {
    return depthInMetres(await readDepthPng(depthPath), { scale: depthStep, none: [] }, maxDepth);
  }
  const depth = await readExr(depthPath);
  const { values } = depth;
  for (let i = 0; i < values.length; i++) {
    const z = values[i] as number;
    if (!(z <= maxDepth && z >= -Number.MAX_VALUE)) values[i] = 0;
  }
  return depth;
}

/** A tenth of white is the original's threshold. */
const maskThreshold = 0.1 * 255;

function hideBackground(depth: Float32Array, mask: RgbImage): void {
  for (let i = 0; i < depth.length; i++) {
    if (!((mask.data[3 * i] as number) > maskThreshold)) depth[i] = 0;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function expectSizeOf(image: Size, imagePath: string, found: Size, path: string): void {
  if (found.width === image.width && found.height === image.height) return;
  throw new Error(
    `${path}: expected ${image.width} × ${image.height} pixels as in ${imagePath}, found ${found.width} × ${found.height}; prepare the data anew`,
  );
}
