import type { Camera } from '#geometry/camera.ts';
import { cropImage } from '#image/crop.ts';
import { roundHalfToEven } from '#image/fit.ts';
import { resizeImage } from '#image/resize.ts';
import { type NearestConvention, resizeNearest } from '#image/resize-nearest.ts';
import type { PixelBox, RgbImage } from '#image/rgb-image.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { BrokenSampleError } from './pair-dataset.ts';
import type { RawView, Resolution } from './view.ts';

export interface CropResizeOptions {
  readonly resolution: Resolution;
  /** A random zoom: up to augCrop − 1 pixels are cut off after resizing; 0 and 1 mean none (default 0). */
  readonly augCrop?: number;
  /** How depth is resized: 'centre' keeps it aligned with the image; 'corner' is the original's (default 'centre'). */
  readonly depthNearest?: NearestConvention;
}

/** An image at a resolution of training, with its depth [height, width] and camera, in its true orientation. */
export interface CroppedView {
  readonly image: RgbImage;
  readonly depth: Float32Array;
  readonly camera: Camera;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What is cut from a photograph, the size that the cut is resized to, what is cut from that, and the camera then. */
export interface CropResizePlan {
  readonly aroundPrincipal: PixelBox;
  readonly resized: Size;
  readonly crop: PixelBox;
  readonly camera: Camera;
}

/**
 * Crops a view about its principal point, resizes it to cover the resolution and cuts the rest off (spec 4.2). Draws
 * from the generator: a coin for the orientation of images that are nearly square, then the zoom of augCrop.
 * @throws BrokenSampleError if the principal point lies outside the image, or sizes do not agree
 */
export function cropResize(view: RawView, options: CropResizeOptions, random: NumpyRandom): CroppedView {
  const { image, depth, camera } = view;
  const name = `${view.dataset}/${view.label}/${view.instance}`;
  expectSameSize(name, view);
  const { aroundPrincipal, resized, crop, camera: cropped } = planCropResize(camera, options, random, name);
  const kernel = resized.width < aroundPrincipal.width ? 'lanczos' : 'bicubic';
  const whole = resizeImage(cropImage(image, aroundPrincipal), resized.width, resized.height, kernel);
  const centred = cropValues(depth, image.width, aroundPrincipal);
  const map = { ...aroundPrincipal, values: centred };
  const resizedDepth = resizeNearest(map, resized.width, resized.height, options.depthNearest ?? 'centre');
  return {
    image: cropImage(whole, crop),
    depth: cropValues(resizedDepth.values, resized.width, crop),
    camera: cropped,
  };
}

/** The geometry of `cropResize`, without the pixels. */
export function planCropResize(
  camera: Camera,
  { resolution, augCrop = 0 }: CropResizeOptions,
  random: NumpyRandom,
  name = 'cropResize',
): CropResizePlan {
  const aroundPrincipal = principalBox(camera, name);
  const target = orientedResolution(aroundPrincipal, resolution, random);
  const zoom = augCrop > 1 ? random.integers(0, augCrop) : 0;
  const scale =
    Math.max((target.width + zoom) / aroundPrincipal.width, (target.height + zoom) / aroundPrincipal.height) + 1e-8;
  const resized = {
    width: Math.floor(aroundPrincipal.width * scale),
    height: Math.floor(aroundPrincipal.height * scale),
  };
  const crop = {
    left: roundHalfToEven((resized.width - target.width) / 2),
    top: roundHalfToEven((resized.height - target.height) / 2),
    ...target,
  };
  return { aroundPrincipal, resized, crop, camera: cameraAfter(camera, { aroundPrincipal, resized, crop, scale }) };
}

/**
 * The largest box whose centre is the principal point, rounded half to even (spec 4.2 a, pitfall 38).
 * @throws BrokenSampleError if the point lies outside the image
 */
export function principalBox({ width, height, principalPx }: Camera, name: string): PixelBox {
  const [x, y] = principalPx.map(roundHalfToEven) as [number, number];
  const [marginX, marginY] = [Math.min(x, width - x), Math.min(y, height - y)];
  if (!(marginX > 0 && marginY > 0)) {
    throw new BrokenSampleError(
      `${name}: the principal point (${principalPx.join(', ')}) lies outside the image of ${width} × ${height} pixels`,
    );
  }
  return { left: x - marginX, top: y - marginY, width: 2 * marginX, height: 2 * marginY };
}

/** Portrait images take the resolution turned; those within a tenth of a square toss a coin. */
function orientedResolution({ width, height }: Size, resolution: Resolution, random: NumpyRandom): Size {
  const [long, short] = resolution;
  const ratio = height / width;
  const isNearlySquare = ratio > 0.9 && ratio < 1.1 && long !== short;
  const isPortrait = height > 1.1 * width || (isNearlySquare && random.integers(0, 2) === 1);
  return isPortrait ? { width: short, height: long } : { width: long, height: short };
}

/**
 * Both axes scale by the same factor, in the convention where pixel edges are at integers (pitfall 41); what flooring
 * the size lost is taken from both sides.
 */
function cameraAfter(
  camera: Camera,
  { aroundPrincipal, resized, crop, scale }: Omit<CropResizePlan, 'camera'> & { readonly scale: number },
): Camera {
  const principal = (centre: number, start: number, size: number, newSize: number) =>
    (centre - start + 0.5) * scale - (size * scale - newSize) / 2 - 0.5;
  const x = principal(camera.principalPx[0], aroundPrincipal.left, aroundPrincipal.width, resized.width);
  const y = principal(camera.principalPx[1], aroundPrincipal.top, aroundPrincipal.height, resized.height);
  return {
    ...camera,
    width: crop.width,
    height: crop.height,
    focalPx: [camera.focalPx[0] * scale, camera.focalPx[1] * scale],
    principalPx: [x - crop.left, y - crop.top],
  };
}

function cropValues(values: Float32Array, stride: number, { left, top, width, height }: PixelBox): Float32Array {
  const cropped = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * stride + left;
    cropped.set(values.subarray(from, from + width), y * width);
  }
  return cropped;
}

function expectSameSize(name: string, { image, depth, camera }: RawView): void {
  const { width, height } = image;
  if (camera.width === width && camera.height === height && depth.length === width * height) return;
  throw new BrokenSampleError(
    `${name}: the image has ${width} × ${height} pixels, its camera ${camera.width} × ${camera.height}, and there are ` +
      `${depth.length} depths; all must agree`,
  );
}
