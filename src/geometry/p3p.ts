import type { Matrix4 } from './camera.ts';
import { realQuarticRoots } from './quartic.ts';
import { type Matrix3, multiply3, multiplyVector3, rigidTransform, transpose3 } from './rigid.ts';
import { cross } from './svd3.ts';

/**
 * Every pose (worldToCam, at most four) from which three points of the world, [3, 3], are seen in three directions,
 * [3, 3] of length 1. Grunert's equations as in Haralick et al. 1994: the ratio of two of the distances solves a
 * quartic; Newton's method on the law of cosines then removes the rounding. None for degenerate triples.
 */
export function solveP3p(directions: Float64Array, points: Float64Array): Matrix4[] {
  const triangle = measureTriangle(directions, points);
  if (triangle === undefined) return [];
  const poses: Matrix4[] = [];
  for (const ratio of realQuarticRoots(quarticOf(triangle))) {
    const distances = polish(triangle, distancesAt(triangle, ratio));
    if (!distances?.every((s) => s > 0)) continue;
    const pose = poseFromDistances(directions, points, distances);
    if (pose) poses.push(pose);
  }
  return poses;
}

type Triple = [number, number, number];

/** Opposite to each of the three points: the squared side of the triangle, and the cosine of the angle it is seen under. */
interface Triangle {
  readonly squares: Triple;
  readonly cosines: Triple;
}

function measureTriangle(directions: Float64Array, points: Float64Array): Triangle | undefined {
  const squares = [1, 2, 0].map((i, opposite) => {
    const j = 3 - i - opposite;
    return squareDistance(points, i, j);
  }) as Triple;
  const cosines = [1, 2, 0].map((i, opposite) => dot(directions, i, 3 - i - opposite)) as Triple;
  return squares.every((s) => s > 0 && s < Infinity) ? { squares, cosines } : undefined;
}

function squareDistance(points: Float64Array, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) sum += ((points[3 * i + k] as number) - (points[3 * j + k] as number)) ** 2;
  return sum;
}

function dot(vectors: Float64Array, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < 3; k++) sum += (vectors[3 * i + k] as number) * (vectors[3 * j + k] as number);
  return sum;
}

/** Coefficients of the quartic in v = (third distance) / (first distance), highest first. */
function quarticOf({
  squares: [a, b, c],
  cosines: [alpha, beta, gamma],
}: Triangle): Parameters<typeof realQuarticRoots>[0] {
  const minus = (a - c) / b;
  const plus = (a + c) / b;
  const [alpha2, beta2, gamma2] = [alpha * alpha, beta * beta, gamma * gamma];
  return [
    (minus - 1) ** 2 - (4 * c * alpha2) / b,
    4 * (minus * (1 - minus) * beta - (1 - plus) * alpha * gamma + (2 * c * alpha2 * beta) / b),
    2 *
      (minus ** 2 -
        1 +
        2 * minus ** 2 * beta2 +
        (2 * (b - c) * alpha2) / b -
        4 * plus * alpha * beta * gamma +
        (2 * (b - a) * gamma2) / b),
    4 * (-minus * (1 + minus) * beta + (2 * a * gamma2 * beta) / b - (1 - plus) * alpha * gamma),
    (1 + minus) ** 2 - (4 * a * gamma2) / b,
  ];
}

function distancesAt({ squares: [a, b, c], cosines: [alpha, beta, gamma] }: Triangle, v: number): Triple {
  const minus = (a - c) / b;
  const u = ((minus - 1) * v * v - 2 * minus * beta * v + 1 + minus) / (2 * (gamma - v * alpha));
  const first = Math.sqrt(b / (1 + v * v - 2 * v * beta));
  return [first, u * first, v * first];
}

const NEWTON_STEPS = 5;

/** Newton's method on |sᵢdᵢ − sⱼdⱼ|² = side² for the three sides; nothing where it breaks down. */
function polish({ squares, cosines }: Triangle, start: Triple): Triple | undefined {
  let [s0, s1, s2] = start;
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const [r0, r1, r2] = [
      s1 * s1 + s2 * s2 - 2 * s1 * s2 * cosines[0] - squares[0],
      s0 * s0 + s2 * s2 - 2 * s0 * s2 * cosines[1] - squares[1],
      s0 * s0 + s1 * s1 - 2 * s0 * s1 * cosines[2] - squares[2],
    ];
    // Half the Jacobian: row i has no entry for sᵢ.
    const [a1, a2] = [s1 - s2 * cosines[0], s2 - s1 * cosines[0]];
    const [b0, b2] = [s0 - s2 * cosines[1], s2 - s0 * cosines[1]];
    const [c0, c1] = [s0 - s1 * cosines[2], s1 - s0 * cosines[2]];
    const determinant = 2 * (a1 * b2 * c0 + a2 * b0 * c1);
    s0 -= (a2 * c1 * r1 - b2 * c1 * r0 + a1 * b2 * r2) / determinant;
    s1 -= (b2 * c0 * r0 - a2 * c0 * r1 + a2 * b0 * r2) / determinant;
    s2 -= (b0 * c1 * r0 + a1 * c0 * r1 - a1 * b0 * r2) / determinant;
  }
  return Number.isFinite(s0 + s1 + s2) ? [s0, s1, s2] : undefined;
}

/** The triangles are congruent, so the frames that they span differ by the rotation; a thin one spans none. */
function poseFromDistances(directions: Float64Array, points: Float64Array, distances: Triple): Matrix4 | undefined {
  const inCamera = directions.slice();
  for (let i = 0; i < 9; i++) inCamera[i] = (directions[i] as number) * (distances[(i / 3) | 0] as number);
  const rotation = multiply3(transpose3(triangleFrame(inCamera)), triangleFrame(points));
  const turned = multiplyVector3(rotation, points.subarray(0, 3));
  const pose = rigidTransform(
    rotation,
    turned.map((x, k) => (inCamera[k] as number) - x),
  );
  return Number.isFinite(pose[0]) ? pose : undefined;
}

/** Rows: along the first side, in the triangle's plane at a right angle to that, and normal to the plane. */
function triangleFrame(points: Float64Array): Matrix3 {
  const side = (i: number) =>
    Float64Array.from([0, 1, 2], (k) => (points[3 * i + k] as number) - (points[k] as number));
  const along = normalize(side(1));
  const normal = normalize(cross(along, side(2)));
  const frame = new Float64Array(9);
  frame.set(along, 0);
  frame.set(cross(normal, along), 3);
  frame.set(normal, 6);
  return frame;
}

function normalize(vector: Float64Array): Float64Array {
  const length = Math.hypot(vector[0] as number, vector[1] as number, vector[2] as number);
  return vector.map((x) => x / length);
}
