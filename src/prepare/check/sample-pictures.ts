import { projectInto, viewProjection } from '#data/posed-rgbd-projection.ts';
import type { RawView } from '#data/view.ts';
import { colorizeDepth } from '#export/colormap.ts';
import { depthToPoints } from '#geometry/camera.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { SamplePair } from './check-report.ts';

/** JPEG files. */
export interface PairPictures {
  readonly images: readonly [Uint8Array, Uint8Array];
  readonly depths: readonly [Uint8Array, Uint8Array];
  /** The second image as the first camera sees it, by the first view's depth; black where it shows nothing of it. */
  readonly warped: Uint8Array;
  /** Half of the first image and half of the warped one: edges lie on each other if poses, depth and K are right. */
  readonly overlay: Uint8Array;
}

const longSide = 360;
/** What lies this much behind the other view's depth is hidden there. */
const hiddenBehind = 1.05;

export async function pairPictures({ views: [a, b] }: SamplePair): Promise<PairPictures> {
  const warped = warpImage(a, b);
  const encode = (image: RgbImage) => encodeJpeg(image, { longSide });
  const depthOf = ({ camera: { width, height }, depth }: RawView) =>
    encode(colorizeDepth({ width, height, values: depth }));
  const [imageA, imageB, depthA, depthB, warpedFile, overlay] = await Promise.all([
    encode(a.image),
    encode(b.image),
    depthOf(a),
    depthOf(b),
    encode(warped),
    encode(blend(a.image, warped)),
  ]);
  return { images: [imageA, imageB], depths: [depthA, depthB], warped: warpedFile, overlay };
}

/** Colours of `from` at the pixels of `into`, where `into` has depth and `from` sees the same surface. */
export function warpImage(into: RawView, from: RawView): RgbImage {
  const { width, height } = into.image;
  const pointsInWorld = Float64Array.from(depthToPoints(into.camera, into.depth));
  const projected = projectInto(viewProjection(from.camera), pointsInWorld);
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const source = (into.depth[i] as number) > 0 ? visiblePixel(projected.subarray(3 * i, 3 * i + 3), from) : -1;
    if (source >= 0) data.set(from.image.data.subarray(3 * source, 3 * source + 3), 3 * i);
  }
  return { width, height, data };
}

/** The pixel of a view at (column, row, depth), or −1 where it lies outside or is hidden. */
function visiblePixel(projected: Float64Array, { camera: { width, height }, depth }: RawView): number {
  const [u, v, z] = projected as unknown as [number, number, number];
  const [column, row] = [Math.round(u), Math.round(v)];
  if (!(z > 0 && column >= 0 && column < width && row >= 0 && row < height)) return -1;
  const pixel = row * width + column;
  const stored = depth[pixel] as number;
  return stored > 0 && z > hiddenBehind * stored ? -1 : pixel;
}

function blend(image: RgbImage, warped: RgbImage): RgbImage {
  const data = image.data.slice();
  for (let i = 0; i < data.length; i += 3) {
    const isSeen = warped.data[i] || warped.data[i + 1] || warped.data[i + 2];
    for (let k = i; isSeen && k < i + 3; k++) data[k] = ((data[k] as number) + (warped.data[k] as number)) >> 1;
  }
  return { ...image, data };
}
