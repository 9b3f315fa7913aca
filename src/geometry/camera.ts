import { invertRigid, type Matrix3, type PointArray, transformPoints } from './rigid.ts';

/** Row-major 4×4 rigid transform, in float64. OpenCV axes: x right, y down, z forward. */
export type Matrix4 = Float64Array;

/** A pinhole camera; pixel centres are at integers. */
export interface Camera {
  readonly width: number;
  readonly height: number;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  readonly camToWorld: Matrix4;
}

/** K, row-major. */
export function intrinsicsOf({ focalPx, principalPx }: Camera): Matrix3 {
  return Float64Array.of(focalPx[0], 0, principalPx[0], 0, focalPx[1], principalPx[1], 0, 0, 1);
}

export interface Projection {
  /** [P, 2]; meaningful where the depth is positive. */
  readonly pixels: Float64Array;
  /** [P]: z in the camera's frame. */
  readonly depths: Float64Array;
}

/** The pixels at which points [P, 3] of the world appear. */
export function projectPoints(camera: Camera, pointsInWorld: PointArray): Projection {
  const { focalPx, principalPx } = camera;
  const points = transformPoints(invertRigid(camera.camToWorld), Float64Array.from(pointsInWorld));
  const pixels = new Float64Array((points.length / 3) * 2);
  const depths = new Float64Array(points.length / 3);
  for (let i = 0; i < depths.length; i++) {
    const z = points[3 * i + 2] as number;
    depths[i] = z;
    pixels[2 * i] = (focalPx[0] * (points[3 * i] as number)) / z + principalPx[0];
    pixels[2 * i + 1] = (focalPx[1] * (points[3 * i + 1] as number)) / z + principalPx[1];
  }
  return { pixels, depths };
}

/** The points of the world [P, 3] that lie at the given depths [P] behind the given pixels [P, 2]. */
export function unprojectPixels(camera: Camera, pixels: ArrayLike<number>, depths: ArrayLike<number>): Float64Array {
  const { focalPx, principalPx } = camera;
  const points = new Float64Array(depths.length * 3);
  for (let i = 0; i < depths.length; i++) {
    const z = depths[i] as number;
    points[3 * i] = (z * ((pixels[2 * i] as number) - principalPx[0])) / focalPx[0];
    points[3 * i + 1] = (z * ((pixels[2 * i + 1] as number) - principalPx[1])) / focalPx[1];
    points[3 * i + 2] = z;
  }
  return transformPoints(camera.camToWorld, points);
}

/** The direction of every pixel's ray in the world, [H, W, 3], of length 1. All rays start at the camera's centre. */
export function pixelRays(camera: Camera): Float32Array {
  const { width, height } = camera;
  const camToWorld = camera.camToWorld.slice();
  for (const translation of [3, 7, 11]) camToWorld[translation] = 0;
  const rays = depthToPoints({ ...camera, camToWorld }, new Float32Array(width * height).fill(1));
  for (let i = 0; i < rays.length; i += 3) {
    const length = Math.hypot(rays[i] as number, rays[i + 1] as number, rays[i + 2] as number);
    for (let k = i; k < i + 3; k++) rays[k] = (rays[k] as number) / length;
  }
  return rays;
}

/** A depth map [H, W] (z in the camera's frame) → points of the world [H, W, 3]. */
export function depthToPoints(camera: Camera, depth: Float32Array): Float32Array {
  const { width, height, focalPx, principalPx } = camera;
  if (depth.length !== width * height) {
    throw new RangeError(`depthToPoints: expected a depth map of ${width}×${height}, got ${depth.length} values`);
  }
  const points = new Float32Array(depth.length * 3);
  for (let i = 0; i < depth.length; i++) {
    const z = depth[i] as number;
    points[3 * i] = (z * ((i % width) - principalPx[0])) / focalPx[0];
    points[3 * i + 1] = (z * (Math.floor(i / width) - principalPx[1])) / focalPx[1];
    points[3 * i + 2] = z;
  }
  return transformPoints(camera.camToWorld, points);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The camera of the image resampled to another size. Pixel edges, not centres, scale: c' = (c + ½)·s − ½. */
export function resizeCamera(camera: Camera, { width, height }: Size): Camera {
  const sx = width / camera.width;
  const sy = height / camera.height;
  return {
    ...camera,
    width,
    height,
    focalPx: [camera.focalPx[0] * sx, camera.focalPx[1] * sy],
    principalPx: [(camera.principalPx[0] + 0.5) * sx - 0.5, (camera.principalPx[1] + 0.5) * sy - 0.5],
  };
}

/** A box inside an image, in its pixels. */
export interface CropBox extends Size {
  readonly left: number;
  readonly top: number;
}

/** The camera of a crop. A box that reaches beyond the image undoes a crop. */
export function cropCamera(camera: Camera, { left, top, width, height }: CropBox): Camera {
  const principalPx = [camera.principalPx[0] - left, camera.principalPx[1] - top] as const;
  return { ...camera, width, height, principalPx };
}

/** original pixel = scale · network pixel + offset, per axis; what `pixelMapping` of image/ gives. */
export interface NetworkToOriginal {
  readonly scale: readonly [x: number, y: number];
  readonly offset: readonly [x: number, y: number];
}

/** The original photograph's camera, from the camera of the resized and cropped image that the network saw. */
export function toOriginalCamera(network: Camera, { scale, offset }: NetworkToOriginal, original: Size): Camera {
  const { focalPx, principalPx } = network;
  return {
    ...network,
    width: original.width,
    height: original.height,
    focalPx: [focalPx[0] * scale[0], focalPx[1] * scale[1]],
    principalPx: [principalPx[0] * scale[0] + offset[0], principalPx[1] * scale[1] + offset[1]],
  };
}

/** The network image's camera, from the original photograph's: the inverse of `toOriginalCamera`. */
export function toNetworkCamera(original: Camera, { scale, offset }: NetworkToOriginal, network: Size): Camera {
  const inverse = {
    scale: [1 / scale[0], 1 / scale[1]],
    offset: [-offset[0] / scale[0], -offset[1] / scale[1]],
  } as const;
  return toOriginalCamera(original, inverse, network);
}
