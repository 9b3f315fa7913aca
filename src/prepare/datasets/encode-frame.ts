import { encode } from 'fast-png';
import { encodeNpz } from '#formats/npy-write.ts';
import { type Camera, intrinsicsOf } from '#geometry/camera.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** Pillow's quality where a script names none. */
const defaultQuality = 75;

/** A JPEG of the image's own size. */
export function encodePhotograph(image: RgbImage, quality = defaultQuality): Promise<Uint8Array> {
  return encodeJpeg(image, { quality, longSide: Math.max(image.width, image.height) });
}

/** A grey PNG of 8 or 16 bit, by the type of the values. */
export function encodeGreyPng({ width, height, values }: PixelMap<Uint16Array | Uint8Array>): Uint8Array {
  return encode({ width, height, data: values, depth: values instanceof Uint16Array ? 16 : 8, channels: 1 });
}

/** Depth in metres as 16-bit millimetres; 0 where it is unknown or farther than 65.535 m. */
export function millimetres({ width, height, values }: PixelMap): PixelMap<Uint16Array> {
  const stored = new Uint16Array(values.length);
  for (let i = 0; i < stored.length; i++) {
    const value = Math.round((values[i] as number) * 1000);
    if (value > 0 && value <= 65_535) stored[i] = value;
  }
  return { width, height, values: stored };
}

/** What most datasets' scripts call the two matrices of a frame, float32: K [3, 3] and camera to world [4, 4]. */
export function cameraArrays<K extends string, Pose extends string>(camera: Camera, intrinsics: K, pose: Pose) {
  return {
    [intrinsics]: { values: Float32Array.from(intrinsicsOf(camera)), shape: [3, 3] },
    [pose]: { values: Float32Array.from(camera.camToWorld), shape: [4, 4] },
  };
}

/** An `.npz` file of them. @param more single numbers, float32 */
export function encodeCamera(
  camera: Camera,
  names: readonly [intrinsics: string, pose: string],
  more: Readonly<Record<string, number>> = {},
): Uint8Array {
  const numbers = Object.entries(more).map(
    ([name, value]) => [name, { values: Float32Array.of(value), shape: [] }] as const,
  );
  return encodeNpz({ ...cameraArrays(camera, ...names), ...Object.fromEntries(numbers) });
}
