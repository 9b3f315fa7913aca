import type { Matrix4 } from './camera.ts';
import { solvePositive } from './cholesky.ts';
import { type Matrix3, multiply3, rigidTransform, rotationOf, translationOf } from './rigid.ts';

/** Points of the world [P, 3] and where they are seen: on the plane z = 1 of the camera, [P, 2]. */
export interface Sightings {
  readonly points: Float64Array;
  readonly rays: Float64Array;
  /** Pixels per unit of that plane. */
  readonly focalPx: readonly [x: number, y: number];
}

/**
 * What a pose minimises, summed and squared over the points (x, y, z) in the camera that should be seen at (u, v):
 * 'reprojection' (x/z − u, y/z − v) in pixels: best when pixels are what is uncertain.
 * 'object-space' (x − uz, y − vz), the distance from the ray: what SQPNP minimises, best when points are uncertain.
 */
export type PoseObjective = 'object-space' | 'reprojection';

const MAX_STEPS = 30;
/** Steps converge quadratically, so what is left after a step this small is far below the noise of any input. */
const SETTLED_GAIN = 1e-7;
const SETTLED_STEP = 1e-10;

/**
 * The pose (worldToCam) near `start` that minimises the objective over the selected sightings, by Levenberg-Marquardt on
 * rotation and translation. Nothing if the problem breaks down (points at the camera's centre, no finite step).
 */
export function refinePose(
  sightings: Sightings,
  selection: Uint32Array,
  { start, objective }: { readonly start: Matrix4; readonly objective: PoseObjective },
): Matrix4 | undefined {
  let pose = start;
  let current = linearize(sightings, selection, { pose, objective });
  let damping = 1e-6;
  for (let step = 0; step < MAX_STEPS && damping < 1e12; step++) {
    const update = solveDamped(current, damping);
    if (update === undefined) {
      damping *= 10;
      continue;
    }
    const candidate = movePose(pose, update);
    const next = linearize(sightings, selection, { pose: candidate, objective });
    if (!(costOf(next) <= costOf(current))) {
      damping *= 10;
      continue;
    }
    const gain = costOf(current) - costOf(next);
    [pose, current, damping] = [candidate, next, Math.max(damping / 10, 1e-12)];
    if (gain <= SETTLED_GAIN * costOf(current) || Math.hypot(...update) < SETTLED_STEP) break;
  }
  return Number.isFinite(costOf(current)) ? pose : undefined;
}

/** Six parameters (rotation vector, translation) and the residual: [J r]ᵀ[J r], 7×7, holds JᵀJ, Jᵀr and the cost. */
const SIZE = 7;
type NormalEquations = Float64Array;

const costOf = (equations: NormalEquations) => equations[SIZE * SIZE - 1] as number;

interface Linearization {
  readonly pose: Matrix4;
  readonly objective: PoseObjective;
}

function linearize(sightings: Sightings, selection: Uint32Array, { pose, objective }: Linearization): NormalEquations {
  const { points, rays, focalPx } = sightings;
  const [r00, r01, r02, tx, r10, r11, r12, ty, r20, r21, r22, tz] = Array.from(pose) as Numbers12;
  const inPixels = objective === 'reprojection';
  const equations = new Float64Array(SIZE * SIZE);
  const rows = [new Float64Array(SIZE), new Float64Array(SIZE)] as const;
  for (const i of selection) {
    const X = points[3 * i] as number;
    const Y = points[3 * i + 1] as number;
    const Z = points[3 * i + 2] as number;
    const turned = [r00 * X + r01 * Y + r02 * Z, r10 * X + r11 * Y + r12 * Z, r20 * X + r21 * Y + r22 * Z] as const;
    const z = turned[2] + tz;
    for (const axis of [0, 1] as const) {
      const seen = rays[2 * i + axis] as number;
      const along = turned[axis] + (axis === 0 ? tx : ty);
      // Both objectives are scale · (x − uz); with respect to the point, theirs is the gradient scale · (eₓ − slope · e_z).
      const scale = inPixels ? focalPx[axis] / z : 1;
      fillRow(rows[axis], turned, { axis, scale, slope: inPixels ? along / z : seen });
      rows[axis][6] = scale * (along - seen * z);
    }
    addOuterProducts(equations, rows);
  }
  return equations;
}

type Numbers12 = [number, number, number, number, number, number, number, number, number, number, number, number];

/** d residual / d (rotation vector, translation) = (q × g, g), where q is the turned point and g the gradient. */
function fillRow(
  row: Float64Array,
  [qx, qy, qz]: readonly [number, number, number],
  { axis, scale, slope }: { readonly axis: 0 | 1; readonly scale: number; readonly slope: number },
): void {
  const gx = axis === 0 ? scale : 0;
  const gy = axis === 0 ? 0 : scale;
  const gz = -scale * slope;
  row[0] = qy * gz - qz * gy;
  row[1] = qz * gx - qx * gz;
  row[2] = qx * gy - qy * gx;
  row[3] = gx;
  row[4] = gy;
  row[5] = gz;
}

/** Adds a·aᵀ + b·bᵀ to the upper triangle. */
function addOuterProducts(equations: NormalEquations, [a, b]: readonly [Float64Array, Float64Array]): void {
  for (let i = 0; i < SIZE; i++) {
    const ai = a[i] as number;
    const bi = b[i] as number;
    for (let j = i; j < SIZE; j++) {
      equations[SIZE * i + j] = (equations[SIZE * i + j] as number) + ai * (a[j] as number) + bi * (b[j] as number);
    }
  }
}

/** −(JᵀJ + damping · diag(JᵀJ))⁻¹ Jᵀr; nothing where that matrix is not positive definite. */
function solveDamped(equations: NormalEquations, damping: number): Float64Array | undefined {
  const matrix = new Float64Array(36);
  const right = new Float64Array(6);
  for (let i = 0; i < 6; i++) {
    right[i] = -(equations[SIZE * i + 6] as number);
    for (let j = i; j < 6; j++) matrix[6 * j + i] = equations[SIZE * i + j] as number;
    matrix[7 * i] = (matrix[7 * i] as number) * (1 + damping);
  }
  return solvePositive(matrix, right);
}

function movePose(pose: Matrix4, update: Float64Array): Matrix4 {
  const rotation = multiply3(rotationFromVector(update.subarray(0, 3)), rotationOf(pose));
  return rigidTransform(
    rotation,
    translationOf(pose).map((t, k) => t + (update[3 + k] as number)),
  );
}

/** Rodrigues' formula. */
function rotationFromVector(vector: Float64Array): Matrix3 {
  const angle = Math.hypot(...vector);
  const [x, y, z] = Array.from(vector, (v) => (angle === 0 ? 0 : v / angle)) as [number, number, number];
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const rest = 1 - cosine;
  return Float64Array.of(
    cosine + x * x * rest,
    x * y * rest - z * sine,
    x * z * rest + y * sine,
    y * x * rest + z * sine,
    cosine + y * y * rest,
    y * z * rest - x * sine,
    z * x * rest - y * sine,
    z * y * rest + x * sine,
    cosine + z * z * rest,
  );
}
