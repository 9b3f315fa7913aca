import { readFileSync } from 'node:fs';
import { type CroppedView, cropResize } from '#data/crop-resize.ts';
import type { Resolution } from '#data/view.ts';
import { intrinsicsOf } from '#geometry/camera.ts';
import { identityTransform } from '#geometry/rigid.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { type Comparison, exactly, relativeError } from './report.ts';

interface CropCase {
  readonly width: number;
  readonly height: number;
  readonly intrinsics: readonly (readonly number[])[];
  /** (width, height) */
  readonly resolution: Resolution;
  /** (width, height) */
  readonly out_size: readonly [number, number];
  readonly out_intrinsics: readonly (readonly number[])[];
  /** Top left, top right, bottom left, bottom right, of a depth map that counts its pixels from 1. */
  readonly depth_corners: readonly number[];
  readonly depth_mean: number;
}

/** Training's crop and resize, with the original's depth. */
export function compareCrops(path: string): Comparison[] {
  const cases = JSON.parse(readFileSync(path, 'utf8')) as CropCase[];
  return cases.flatMap((each) => {
    const name = `${each.width}×${each.height} to ${each.resolution.join('×')}`;
    const { image, depth, camera } = cropped(each);
    const corners = [0, image.width - 1, depth.length - image.width, depth.length - 1].map((i) => depth[i]);
    const mean = depth.reduce((sum, value) => sum + value, 0) / depth.length;
    const expected = each.out_intrinsics.flat();
    return [
      exactly(`${name}: size`, [image.width, image.height], each.out_size),
      exactly(`${name}: depth at the corners`, corners, each.depth_corners),
      { name: `${name}: mean depth`, error: relativeError([mean], [each.depth_mean]), tolerance: 1e-6 },
      { name: `${name}: intrinsics`, error: relativeError(intrinsicsOf(camera), expected), tolerance: 1e-4 },
    ];
  });
}

function cropped({ width, height, intrinsics, resolution, out_size }: CropCase): CroppedView {
  const [[fx = 0, , cx = 0] = [], [, fy = 0, cy = 0] = []] = intrinsics;
  const view = {
    image: { width, height, data: new Uint8Array(width * height * 3) },
    depth: Float32Array.from({ length: width * height }, (_, i) => i + 1),
    camera: { width, height, focalPx: [fx, fy], principalPx: [cx, cy], camToWorld: identityTransform() },
    ...{ dataset: 'golden', label: '', instance: '' },
  } as const;
  return cropResize(view, { resolution, depthNearest: 'corner' }, coinFor(out_size));
}

/** The file does not say how the reference's coin fell for images that are nearly square, but its sizes show it. */
function coinFor([width, height]: readonly [number, number]): NumpyRandom {
  return { ...createNumpyRandom(0), integers: () => (height > width ? 1 : 0) };
}
