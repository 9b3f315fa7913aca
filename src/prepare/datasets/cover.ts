import { type Camera, cropCamera } from '#geometry/camera.ts';
import { cropImage } from '#image/crop.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { resizeImage } from '#image/resize.ts';
import { type NearestConvention, resizeNearest } from '#image/resize-nearest.ts';
import type { PixelBox, RgbImage } from '#image/rgb-image.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is cut from a photograph, the size that the cut is resized to, and the camera then. */
export interface CoverPlan {
  readonly box: PixelBox;
  readonly size: Size;
  readonly camera: Camera;
}

/** The whole image. */
function wholeBox({ width, height }: Size): PixelBox {
  return { left: 0, top: 0, width, height };
}

/**
 * Resizes what a box cuts from an image, by one factor, so that it just covers a size (spec 4.2 d): one side is the
 * target's, the other as long or longer. The camera's pixel edges scale, and what flooring the size lost is taken from
 * both sides.
 * @param camera of the image, pixel centres at integers
 * @param shrinkOnly leaves images as they are that would be enlarged
 */
export function planCover(
  camera: Camera,
  target: Size,
  { box = wholeBox(camera), shrinkOnly = false }: { readonly box?: PixelBox; readonly shrinkOnly?: boolean } = {},
): CoverPlan {
  const cropped = cropCamera(camera, box);
  const scale = Math.max(target.width / box.width, target.height / box.height) + 1e-8;
  if (shrinkOnly && scale >= 1) return { box, size: { width: box.width, height: box.height }, camera: cropped };
  const size = { width: Math.floor(box.width * scale), height: Math.floor(box.height * scale) };
  const principal = (centre: number, from: number, to: number) =>
    (centre + 0.5) * scale - (from * scale - to) / 2 - 0.5;
  return {
    box,
    size,
    camera: {
      ...cropped,
      ...size,
      focalPx: [cropped.focalPx[0] * scale, cropped.focalPx[1] * scale],
      principalPx: [
        principal(cropped.principalPx[0], box.width, size.width),
        principal(cropped.principalPx[1], box.height, size.height),
      ],
    },
  };
}

/** Lanczos to shrink, bicubic to enlarge: what Pillow gives. */
export function coverImage(image: RgbImage, { box, size }: CoverPlan): RgbImage {
  const kernel = size.width < box.width ? 'lanczos' : 'bicubic';
  return resizeImage(cropImage(image, box), size.width, size.height, kernel);
}

/** A map of the image's size, such as its depth, without mixing values. */
export function coverMap<Values extends Float32Array | Uint16Array | Uint8Array>(
  map: PixelMap<Values>,
  { box, size }: CoverPlan,
  convention: NearestConvention,
): PixelMap<Values> {
  return resizeNearest(cropMap(map, box), size.width, size.height, convention);
}

function cropMap<Values extends Float32Array | Uint16Array | Uint8Array>(
  { width, values }: PixelMap<Values>,
  box: PixelBox,
): PixelMap<Values> {
  const cropped = new (values.constructor as new (length: number) => Values)(box.width * box.height);
  for (let y = 0; y < box.height; y++) {
    const from = (box.top + y) * width + box.left;
    cropped.set(values.subarray(from, from + box.width) as never, y * box.width);
  }
  return { width: box.width, height: box.height, values: cropped };
}

/** @throws Error, one line that names the file whose size is another than the image's */
export function expectSizeOf(expected: Size, imagePath: string, found: Size, path: string): void {
  if (found.width === expected.width && found.height === expected.height) return;
  throw new Error(
    `${path}: expected ${expected.width} × ${expected.height} pixels as in ${imagePath}, found ${found.width} × ${found.height}`,
  );
}
