import type { Matrix4 } from './camera.ts';

/** Row-major 3×3 matrix, in float64. */
export type Matrix3 = Float64Array;

/** Points in a row, [P, 3]. */
export type PointArray = Float32Array | Float64Array;

export function identityTransform(): Matrix4 {
  return rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [0, 0, 0]);
}

/** [R | t] as a 4×4 matrix, from a row-major rotation (9 values) and a translation. */
export function rigidTransform(rotation: ArrayLike<number>, translation: ArrayLike<number>): Matrix4 {
  const matrix = new Float64Array(16);
  for (let row = 0; row < 3; row++) {
    for (let column = 0; column < 3; column++) matrix[4 * row + column] = rotation[3 * row + column] as number;
    matrix[4 * row + 3] = translation[row] as number;
  }
  matrix[15] = 1;
  return matrix;
}

export function rotationOf(transform: Matrix4): Matrix3 {
  return Float64Array.from({ length: 9 }, (_, i) => transform[4 * Math.floor(i / 3) + (i % 3)] as number);
}

export function translationOf(transform: Matrix4): Float64Array {
  return Float64Array.of(transform[3] as number, transform[7] as number, transform[11] as number);
}

/** The inverse of a rotation and translation; a transform that scales needs another inverse. */
export function invertRigid(transform: Matrix4): Matrix4 {
  const inverse = transpose3(rotationOf(transform));
  return rigidTransform(
    inverse,
    multiplyVector3(inverse, translationOf(transform)).map((x) => -x),
  );
}

/** outer · inner: `inner` is applied first, as in worldToB = composeTransforms(aToB, worldToA). */
export function composeTransforms(outer: Matrix4, inner: Matrix4): Matrix4 {
  const product = new Float64Array(16);
  for (let i = 0; i < 16; i++) {
    const row = i - (i % 4);
    for (let k = 0; k < 4; k++) {
      product[i] = (product[i] as number) + (outer[row + k] as number) * (inner[4 * k + (i % 4)] as number);
    }
  }
  return product;
}

/** Every point of [P, 3] through a 4×4 transform (similarities too), in an array of the same kind. */
export function transformPoints<Points extends PointArray>(transform: Matrix4, points: Points): Points {
  const [r00, r01, r02, tx, r10, r11, r12, ty, r20, r21, r22, tz] = Array.from(transform) as Numbers16;
  const moved = points.slice() as Points;
  for (let i = 0; i + 2 < points.length; i += 3) {
    const x = points[i] as number;
    const y = points[i + 1] as number;
    const z = points[i + 2] as number;
    moved[i] = r00 * x + r01 * y + r02 * z + tx;
    moved[i + 1] = r10 * x + r11 * y + r12 * z + ty;
    moved[i + 2] = r20 * x + r21 * y + r22 * z + tz;
  }
  return moved;
}

type Numbers4 = [number, number, number, number];
type Numbers16 = [...Numbers4, ...Numbers4, ...Numbers4, ...Numbers4];

/** The angle between two rotations, in radians: 2 asin(‖A − B‖ / √8) (spec 7.3), which is exact for small angles. */
export function rotationDistanceRad(a: Matrix3, b: Matrix3): number {
  const chord = Math.hypot(...a.map((value, i) => value - (b[i] as number)));
  return 2 * Math.asin(Math.min(chord / Math.sqrt(8), 1));
}

export function multiply3(a: Matrix3, b: Matrix3): Matrix3 {
  const product = new Float64Array(9);
  for (let i = 0; i < 9; i++) {
    const column = i % 3;
    const row = i - column;
    for (let k = 0; k < 3; k++) {
      product[i] = (product[i] as number) + (a[row + k] as number) * (b[3 * k + column] as number);
    }
  }
  return product;
}

export function multiplyVector3(matrix: Matrix3, vector: ArrayLike<number>): Float64Array {
  const product = new Float64Array(3);
  for (let i = 0; i < 9; i++) {
    const row = (i / 3) | 0;
    product[row] = (product[row] as number) + (matrix[i] as number) * (vector[i % 3] as number);
  }
  return product;
}

export function transpose3(matrix: Matrix3): Matrix3 {
  const transposed = new Float64Array(9);
  for (let i = 0; i < 9; i++) transposed[i] = matrix[3 * (i % 3) + ((i / 3) | 0)] as number;
  return transposed;
}

export function determinant3(m: Matrix3): number {
  const [a, b, c, d, e, f, g, h, i] = Array.from(m) as [...Numbers4, ...Numbers4, number];
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
