import { expectPixelMap, type PixelMap } from '#image/pixel-map.ts';

export interface GridMeshOptions {
  /** Pixels less confident than this belong to no triangle (default 0). */
  readonly minConfidence?: number;
  /**
   * A triangle is cut out where its depth changes by more than this share from one pixel to the next (default 0.04, a
   * surface seen at 87° for a lens of 500 pixels): there a near thing ends before a far one.
   */
  readonly maxDepthStep?: number;
  /** Takes every n-th pixel of every n-th row (default 1). */
  readonly step?: number;
}

/** Triangles over an image; vertices are numbered 0, 1, 2 … and every one is in some triangle. */
export interface GridMesh {
  /** [V]: the pixel of each vertex, row by row. */
  readonly pixels: Uint32Array;
  /** [T, 3]: counter-clockwise as the camera sees them. */
  readonly triangles: Uint32Array;
}

/**
 * Joins neighbouring pixels of a depth map to triangles, two for each square of four: along the diagonal whose depths
 * differ less, and none across the edge of a thing (spec 7.2 joins them all).
 */
export function gridMesh(depth: PixelMap, confidence: Float32Array, options: GridMeshOptions = {}): GridMesh {
  const { minConfidence = 0, maxDepthStep = 0.04, step = 1 } = options;
  expectPixelMap('gridMesh: depth', depth);
  expectPixelMap('gridMesh: confidence', { ...depth, values: confidence });
  if (!(Number.isSafeInteger(step) && step >= 1 && maxDepthStep >= 0)) {
    throw new RangeError(
      `gridMesh: expected a step of at least 1 pixel and a maxDepthStep of at least 0, got ${step} and ${maxDepthStep}`,
    );
  }
  const isUsable = (z: number, i: number) => z > 0 && z < Infinity && (confidence[i] as number) >= minConfidence;
  const usable = depth.values.map((z, i) => (isUsable(z, i) ? z : Number.NaN));
  return compact(joinSquares({ ...depth, values: usable }, step, 1 + maxDepthStep * step), usable.length);
}

/** [T, 3] pixels; depths that must not be used are NaN, of which every comparison is false. */
function joinSquares({ width, height, values }: PixelMap, step: number, maxRatio: number): Uint32Array {
  const squares = (Math.ceil(width / step) - 1) * (Math.ceil(height / step) - 1);
  const triangles = new Uint32Array(6 * squares);
  let count = 0;
  const z = (pixel: number) => values[pixel] as number;
  const join = (a: number, b: number, c: number) => {
    if (!(Math.max(z(a), z(b), z(c)) <= maxRatio * Math.min(z(a), z(b), z(c)))) return;
    triangles[count++] = a;
    triangles[count++] = b;
    triangles[count++] = c;
  };
  for (let y = 0; y + step < height; y += step) {
    for (let x = 0; x + step < width; x += step) {
      const topLeft = y * width + x;
      const topRight = topLeft + step;
      const bottomLeft = topLeft + step * width;
      const bottomRight = bottomLeft + step;
      const falling = Math.abs(z(topLeft) - z(bottomRight));
      if (Math.abs(z(topRight) - z(bottomLeft)) <= falling || Number.isNaN(falling)) {
        join(topLeft, bottomLeft, topRight);
        join(topRight, bottomLeft, bottomRight);
      } else {
        join(topLeft, bottomLeft, bottomRight);
        join(topLeft, bottomRight, topRight);
      }
    }
  }
  return triangles.subarray(0, count);
}

/** Numbers the used pixels in the order of the image. */
function compact(corners: Uint32Array, pixelCount: number): GridMesh {
  const isUsed = new Uint8Array(pixelCount);
  for (let i = 0; i < corners.length; i++) isUsed[corners[i] as number] = 1;
  const place = new Uint32Array(pixelCount);
  const pixels = new Uint32Array(isUsed.reduce((sum, used) => sum + used, 0));
  for (let pixel = 0, vertex = 0; pixel < pixelCount; pixel++) {
    if (!isUsed[pixel]) continue;
    place[pixel] = vertex;
    pixels[vertex++] = pixel;
  }
  return { pixels, triangles: corners.map((pixel) => place[pixel] as number) };
}
