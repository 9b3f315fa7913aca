// An image's pixels under the present estimate, and the blocks of them that the loops of image-pass.ts and depth-solve.ts
// work on. A block's coordinates lie in arrays that are made once.

/** A pinhole camera as the inner loop needs it; `pose` is the top of camToWorld, [R | t] row by row, 12 numbers. */
export interface PassCamera {
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
  readonly pose: Float64Array;
}

/** One image with everything that was observed of it, under the present estimate. */
export interface ImagePass {
  readonly width: number;
  readonly camera: PassCamera;
  /** [H·W]: the logarithm of z in the camera's frame. */
  readonly logDepth: Float32Array;
  /** [K, 4, H·W]: for each pair that sees the image x, y, z in the pair's frame, and the weight; 0 leaves a pixel out. */
  readonly planes: Float32Array;
  /** For each observation the map from the pair's frame to the world, [M | t] row by row, 12 numbers. */
  readonly placements: readonly Float64Array[];
  /** For each observation what its sum is multiplied with. */
  readonly factors: ArrayLike<number>;
  /** l1: w·‖r‖; l2: w·‖r‖². */
  readonly distance: 'l1' | 'l2';
}

/** Pixels at a time: what a block reads twice stays in the processor's nearest cache. */
export const BLOCK = 1024;
export type Planes = readonly [x: Float64Array, y: Float64Array, z: Float64Array];
export const newPlanes = (): Planes => [new Float64Array(BLOCK), new Float64Array(BLOCK), new Float64Array(BLOCK)];

/** The points of the block that `placePixels` was last called for. */
export const inCamera = newPlanes();
export const inWorld = newPlanes();

/** Points of a block of pixels in the camera's frame and in the world. */
export function placePixels({ width, logDepth, camera }: ImagePass, start: number, count: number): void {
  const { pose, focalPx, principalPx } = camera;
  const [cx, cy, cz] = inCamera;
  const [inverseFx, inverseFy] = [1 / focalPx[0], 1 / focalPx[1]];
  for (let i = 0; i < count; i++) {
    const pixel = start + i;
    const depth = Math.exp(logDepth[pixel] as number);
    const column = pixel % width;
    cx[i] = depth * (column - principalPx[0]) * inverseFx;
    cy[i] = depth * ((pixel - column) / width - principalPx[1]) * inverseFy;
    cz[i] = depth;
  }
  for (let row = 0; row < 3; row++) {
    const [x, y, z, shift] = rowOf(pose, row);
    const out = inWorld[row] as Float64Array;
    for (let i = 0; i < count; i++) {
      out[i] = x * (cx[i] as number) + y * (cy[i] as number) + z * (cz[i] as number) + shift;
    }
  }
}

type Row = readonly [number, number, number, number];
export type Axes = readonly [Numbers, Numbers, Numbers, ...Numbers[]];
type Numbers = Float32Array | Float64Array;

function rowOf(matrix: Float64Array, row: number): Row {
  return matrix.subarray(4 * row, 4 * row + 4) as unknown as Row;
}

export function rowsOf(matrix: Float64Array): readonly [Row, Row, Row] {
  return [rowOf(matrix, 0), rowOf(matrix, 1), rowOf(matrix, 2)];
}

/** Observation k's planes, from pixel `start` on. */
export function observedAxes(
  { planes, logDepth }: ImagePass,
  k: number,
  start: number,
): readonly [...Axes, Float32Array] {
  const area = logDepth.length;
  const axis = (plane: number) => planes.subarray((4 * k + plane) * area + start, (4 * k + plane + 1) * area);
  return [axis(0), axis(1), axis(2), axis(3)] as const;
}
