import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Camera } from '#geometry/camera.ts';
import { decodeImage } from '#image/decode.ts';
import type { ViewerScene, ViewerView } from '#viewer/viewer-scene.ts';

const frames = [0, 3, 6, 9, 12, 15, 18, 21, 24, 27];
const MILLIMETRE = 0.001;

/** Ten frames of a HoloLens with measured depth and poses: ../shared/data/hololens30. */
export async function readMeasuredScene(folder: string): Promise<ViewerScene> {
  const numbersOf = async (file: string) =>
    (await readFile(join(folder, file), 'utf8')).trim().split(/\s+/).map(Number);
  const intrinsics = await numbersOf('K.txt');
  const poses = await numbersOf('poses.txt');
  const views = frames.map((frame) =>
    readView(folder, frame, { intrinsics, pose: poses.slice(16 * frame, 16 * frame + 16) }),
  );
  return {
    title: `Office, ${frames.length} photographs`,
    unit: 'm',
    minConfidence: 3,
    views: await Promise.all(views),
  };
}

async function readView(
  folder: string,
  frame: number,
  numbers: { intrinsics: number[]; pose: number[] },
): Promise<ViewerView> {
  const name = `${String(frame).padStart(2, '0')}.png`;
  const image = await decodeImage(join(folder, 'images', name));
  const { width, height } = image;
  const [fx, , cx, , fy, cy] = numbers.intrinsics as [number, number, number, number, number, number];
  const camera: Camera = {
    width,
    height,
    focalPx: [fx, fy],
    principalPx: [cx, cy],
    camToWorld: Float64Array.from(numbers.pose),
  };
  const depth = closeGaps(await readDepth(join(folder, 'depth', name)), width);
  return { name, camera, depth, confidence: depth.map(trustOf), image };
}

async function readDepth(file: string): Promise<Float32Array> {
  const bytes = await sharp(file).toColourspace('grey16').raw({ depth: 'ushort' }).toBuffer();
  const stored = new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
  return Float32Array.from(stored, (value) => (value === 0 ? Number.NaN : value * MILLIMETRE));
}

/**
 * The sensor has half the camera's resolution, so that the registered depth has steps of two pixels and gaps of one: each
 * pixel becomes the mean of the nine about it that are of one surface.
 */
function closeGaps(depth: Float32Array, width: number): Float32Array {
  const around = [-1, 0, 1].flatMap((row) => [-1, 0, 1].map((column) => row * width + column));
  return depth.map((own, pixel) => {
    const near = around.map((offset) => depth[pixel + offset] ?? Number.NaN).filter((z) => z > 0);
    if (near.length < 4) return own;
    const middle = own > 0 ? own : (near.sort((a, b) => a - b)[near.length >> 1] as number);
    const same = near.filter((z) => Math.abs(z - middle) < 0.05 * middle);
    return same.reduce((sum, z) => sum + z, 0) / same.length;
  });
}

/** A time-of-flight camera is the less sure the farther it looks; on the network's scale, from 1 upwards. */
function trustOf(depth: number): number {
  return 1 + 30 / depth ** 2;
}
