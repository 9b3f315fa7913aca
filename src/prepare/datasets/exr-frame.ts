import { encodeExr } from '#formats/exr-write.ts';
import type { NpyArray } from '#formats/npy-array.ts';
import { encodeNpz } from '#formats/npy-write.ts';
import type { Camera } from '#geometry/camera.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { cameraArrays, encodePhotograph } from './encode-frame.ts';
import type { ItemContext } from './preparation.ts';

/** What lies side by side in a prepared scene: `<stem>.jpg`, its depth `<stem>.exr`, its camera `<stem>.npz`. */
export interface ExrFrameContents {
  readonly image: RgbImage;
  readonly depth: PixelMap;
  readonly camera: Camera;
  /** Of the JPEG. */
  readonly quality?: number;
  /** Of the camera; by default `intrinsics` [3, 3] and `cam2world` [4, 4]. */
  readonly arrays?: Readonly<Record<string, NpyArray>>;
}

export async function writeExrFrame(
  { write }: ItemContext,
  stem: string,
  { image, depth, camera, quality, arrays = cameraArrays(camera, 'intrinsics', 'cam2world') }: ExrFrameContents,
): Promise<void> {
  await write(`${stem}.jpg`, await encodePhotograph(image, quality));
  await write(`${stem}.exr`, encodeExr(depth));
  await write(`${stem}.npz`, encodeNpz(arrays));
}

/** Depth that is not above 0, or not finite, becomes 0: unknown. In place. */
export function clearUnknown(depth: Float32Array): void {
  for (let i = 0; i < depth.length; i++) {
    const z = depth[i] as number;
    if (!(z > 0 && z < Number.POSITIVE_INFINITY)) depth[i] = 0;
  }
}
