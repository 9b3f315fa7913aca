/** What the pixels' centres show. */
export interface PixelGeometry {
  readonly width: number;
  readonly height: number;
  /** [H·W]: −1 for none. */
  readonly triangles: Int32Array;
  /** [H·W] */
  readonly depth: Float32Array;
  /** [H·W, 3] */
  readonly normals: Float32Array;
}

/**
 * Averages [H·W, channels] over the 4×4 pixels around each, leaving out those of other surfaces: it puts the 16 places
 * together that the pixels of such a block sampled.
 */
export function blockFilter(geometry: PixelGeometry, values: Float32Array, channels: number): Float32Array {
  const { width, height, triangles } = geometry;
  const filtered = new Float32Array(values.length);
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      if ((triangles[pixel] as number) < 0) continue;
      const count = gather(geometry, { x, y, values, channels, sums: filtered });
      for (let c = channels * pixel; c < channels * (pixel + 1); c++) filtered[c] = (filtered[c] as number) / count;
    }
  }
  return filtered;
}

interface Gathering {
  readonly x: number;
  readonly y: number;
  readonly values: Float32Array;
  readonly channels: number;
  readonly sums: Float32Array;
}

function gather(geometry: PixelGeometry, { x, y, values, channels, sums }: Gathering): number {
  const { width, height } = geometry;
  const pixel = y * width + x;
  const right = Math.min(x + 2, width - 1);
  const bottom = Math.min(y + 2, height - 1);
  let count = 0;
  for (let j = Math.max(y - 1, 0); j <= bottom; j++) {
    for (let i = Math.max(x - 1, 0); i <= right; i++) {
      const other = j * width + i;
      if (!isSameSurface(geometry, pixel, other)) continue;
      count++;
      for (let c = 0; c < channels; c++) {
        sums[channels * pixel + c] = (sums[channels * pixel + c] as number) + (values[channels * other + c] as number);
      }
    }
  }
  return count;
}

/** Whether two pixels show surfaces of nearly the same direction at nearly the same depth. */
export function isSameSurface({ triangles, depth, normals }: PixelGeometry, a: number, b: number): boolean {
  if (triangles[a] === triangles[b]) return true;
  if ((triangles[a] as number) < 0 || (triangles[b] as number) < 0) return false;
  const near = depth[a] as number;
  if (Math.abs(near - (depth[b] as number)) > 0.05 * near) return false;
  const along =
    (normals[3 * a] as number) * (normals[3 * b] as number) +
    (normals[3 * a + 1] as number) * (normals[3 * b + 1] as number) +
    (normals[3 * a + 2] as number) * (normals[3 * b + 2] as number);
  return along > 0.9;
}
