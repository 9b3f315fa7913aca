import { extname } from 'node:path';
import { depthInMetres, readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import type { DepthFormat, Intrinsics } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { readColmapDepth } from '#formats/colmap-depth.ts';
import { readExr } from '#formats/exr.ts';
import { readNpy } from '#formats/npy.ts';
import { npyNumbers } from '#formats/npy-array.ts';
import type { Camera } from '#geometry/camera.ts';
import type { PixelMap } from '#image/pixel-map.ts';

/**
 * A depth map in metres, by the ending of its file: PNG of 16 bits, EXR, npy, or COLMAP's bin. 0 where there is none, or
 * beyond `maxDepth`.
 * @throws Error, one line that names the file
 */
export async function readDepth(path: string, format: DepthFormat, maxDepth?: number): Promise<PixelMap> {
  switch (extname(path).toLowerCase()) {
    case '.png':
      return depthInMetres(await readDepthPng(path), format, maxDepth);
    case '.exr':
      return scaled(await readExr(path), format, maxDepth);
    case '.bin':
      return scaled(await readColmapDepth(path), format, maxDepth);
    case '.npy':
      return scaled(await readNpyMap(path), format, maxDepth);
    default:
      throw new Error(`${path}: expected depth as .png, .exr, .npy or COLMAP's .bin`);
  }
}

async function readNpyMap(path: string): Promise<PixelMap> {
  const { values, shape } = npyNumbers(await readNpy(path), path, [-1, -1]);
  const [height = 0, width = 0] = shape;
  return { width, height, values: Float32Array.from(values) };
}

function scaled(
  { width, height, values }: PixelMap,
  { scale }: DepthFormat,
  maxDepth = Number.POSITIVE_INFINITY,
): PixelMap {
  const metres = values.map((value) => {
    const z = value * scale;
    return z > 0 && z <= maxDepth && z < Number.POSITIVE_INFINITY ? z : 0;
  });
  return { width, height, values: metres };
}

/**
 * Depth of one camera as another of the same centre and axes sees it: each pixel takes the one that its ray meets, 0 where
 * there is none.
 */
export function depthThrough(depth: PixelMap, from: Intrinsics, to: Camera): PixelMap {
  const { width, height } = to;
  const columns = nearestPlaces({ count: width, limit: depth.width }, from, to, 0);
  const rows = nearestPlaces({ count: height, limit: depth.height }, from, to, 1);
  const values = new Float32Array(width * height);
  for (let v = 0, i = 0; v < height; v++) {
    const row = rows[v] as number;
    for (let u = 0; u < width; u++, i++) {
      const column = columns[u] as number;
      if (row >= 0 && column >= 0) values[i] = depth.values[row * depth.width + column] as number;
    }
  }
  return { width, height, values };
}

interface Axis {
  readonly count: number;
  readonly limit: number;
}

/** −1 beyond the map. */
function nearestPlaces({ count, limit }: Axis, from: Intrinsics, to: Intrinsics, axis: 0 | 1): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => {
    const place = Math.round(
      ((at - to.principalPx[axis]) / to.focalPx[axis]) * from.focalPx[axis] + from.principalPx[axis],
    );
    return place >= 0 && place < limit ? place : -1;
  });
}
