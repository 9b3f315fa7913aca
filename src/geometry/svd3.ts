import { type Matrix3, transpose3 } from './rigid.ts';

/** M = U · diag(S) · Vᵀ with orthogonal U and V (their determinants may be −1) and S falling, none negative. */
export interface Svd3 {
  readonly U: Matrix3;
  readonly S: Float64Array;
  readonly V: Matrix3;
}

const SWEEPS = 30;
/** Rows this small beside the largest have no direction of their own. */
const NEGLIGIBLE = 1e-150;

/**
 * Singular value decomposition of a 3×3 matrix by one-sided Jacobi rotations (Hestenes), which finds small singular
 * values to full relative accuracy. Matrices of rank 0, 1 and 2 get completed bases.
 */
export function svd3(matrix: Matrix3): Svd3 {
  if (!matrix.every(Number.isFinite)) throw new RangeError(`svd3: expected finite values, got [${matrix.join(', ')}]`);
  // About 1 in size, no square can overflow or vanish.
  const size = Math.max(...matrix.map(Math.abs)) || 1;
  // Rows are easier to rotate than columns: work on Mᵀ, whose rows turn into S·Uᵀ while Vᵀ collects the rotations.
  const rows = transpose3(matrix.map((x) => x / size));
  const vRows = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const turned = rowPairs.map((pair) => orthogonalize(rows, vRows, pair));
    if (!turned.includes(true)) break;
  }
  const { U, S, V } = sorted(rows, vRows);
  return { U, S: S.map((s) => s * size), V };
}

const rowPairs = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

/** Turns two rows until they are orthogonal; false when they were already. */
function orthogonalize(rows: Matrix3, vRows: Matrix3, [p, q]: readonly [number, number]): boolean {
  const alpha = dotRows(rows, p, p);
  const beta = dotRows(rows, q, q);
  const gamma = dotRows(rows, p, q);
  if (Math.abs(gamma) <= 1e-16 * Math.sqrt(alpha * beta)) return false;
  const zeta = (beta - alpha) / (2 * gamma);
  const tangent = Math.sign(zeta || 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
  const cosine = 1 / Math.hypot(1, tangent);
  for (const m of [rows, vRows]) {
    for (let k = 0; k < 3; k++) {
      const [a, b] = [m[3 * p + k] as number, m[3 * q + k] as number];
      m[3 * p + k] = cosine * (a - tangent * b);
      m[3 * q + k] = cosine * (tangent * a + b);
    }
  }
  return true;
}

function dotRows(m: Matrix3, p: number, q: number): number {
  const at = (row: number, k: number) => m[3 * row + k] as number;
  return at(p, 0) * at(q, 0) + at(p, 1) * at(q, 1) + at(p, 2) * at(q, 2);
}

function sorted(rows: Matrix3, vRows: Matrix3): Svd3 {
  const row = (m: Matrix3, i: number) => m.slice(3 * i, 3 * i + 3);
  const norms = [0, 1, 2].map((i) => Math.hypot(...row(rows, i)));
  const order = [0, 1, 2].sort((i, j) => (norms[j] as number) - (norms[i] as number));
  const S = Float64Array.from(order, (i) => norms[i] as number);
  const directions = order.map((i) => row(rows, i).map((x) => x / (norms[i] as number)));
  const rank = S.filter((s) => s > NEGLIGIBLE * (S[0] as number)).length;
  const U = transpose3(flatten(completeBasis(directions.slice(0, rank))));
  return { U, S, V: transpose3(flatten(order.map((i) => row(vRows, i)))) };
}

const flatten = (rows: readonly Float64Array[]): Matrix3 => Float64Array.from(rows.flatMap((row) => [...row]));

/** Adds unit vectors to 0 to 3 orthonormal ones until there are three. */
function completeBasis(given: readonly Float64Array[]): Float64Array[] {
  const first = given[0] ?? Float64Array.of(1, 0, 0);
  const second = given[1] ?? perpendicular(first);
  return [first, second, given[2] ?? cross(first, second)];
}

/** A unit vector at a right angle: the cross product with the axis that is farthest from `v`. */
function perpendicular(v: Float64Array): Float64Array {
  const sizes = v.map(Math.abs);
  const axis = new Float64Array(3);
  axis[sizes.indexOf(Math.min(...sizes))] = 1;
  const normal = cross(v, axis);
  return normal.map((x) => x / Math.hypot(...normal));
}

export function cross(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const [ax, ay, az] = [a[0] as number, a[1] as number, a[2] as number];
  const [bx, by, bz] = [b[0] as number, b[1] as number, b[2] as number];
  return Float64Array.of(ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx);
}
