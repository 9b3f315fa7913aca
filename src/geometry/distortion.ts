/**
 * How a lens bends its image, as OpenCV models it: from where a ray meets the plane at depth 1, (x / z, y / z), to where
 * it is seen there. Missing coefficients are 0.
 *
 * - `brown`: k1, k2, p1, p2, k3, k4, k5, k6 (Brown and Conrady; k4 to k6 are the denominator's)
 * - `fisheye`: k1, k2, k3, k4 of the angle to the axis (Kannala and Brandt)
 */
export interface Distortion {
  readonly model: 'brown' | 'fisheye';
  readonly coefficients: readonly number[];
}

/** A point of the plane at depth 1: two numbers that a function writes. */
export type PlanePoint = Float64Array;

/** Where the ray through (x, y) is seen. */
export function distort({ model, coefficients }: Distortion, x: number, y: number, seen: PlanePoint): void {
  const r2 = x * x + y * y;
  if (model === 'fisheye') {
    const r = Math.sqrt(r2);
    const factor = r < 1e-12 ? 1 : fisheyeRadius(coefficients, Math.atan(r)) / r;
    seen[0] = x * factor;
    seen[1] = y * factor;
    return;
  }
  const p1 = coefficients[2] ?? 0;
  const p2 = coefficients[3] ?? 0;
  const radial = brownRadial(coefficients, r2);
  seen[0] = x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x);
  seen[1] = y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y;
}

// By position: taking the array apart is ten times slower, and this runs for every pixel.
function brownRadial(k: readonly number[], r2: number): number {
  const above = 1 + r2 * ((k[0] ?? 0) + r2 * ((k[1] ?? 0) + r2 * (k[4] ?? 0)));
  return above / (1 + r2 * ((k[5] ?? 0) + r2 * ((k[6] ?? 0) + r2 * (k[7] ?? 0))));
}

function fisheyeRadius(k: readonly number[], angle: number): number {
  const a2 = angle * angle;
  return angle * (1 + a2 * ((k[0] ?? 0) + a2 * ((k[1] ?? 0) + a2 * ((k[2] ?? 0) + a2 * (k[3] ?? 0)))));
}

const maxSteps = 50;
const tolerance = 1e-11;
const probe = 1e-6;

/**
 * The ray that is seen at (x, y): the inverse of `distort`, by Newton's method, with shorter steps where a whole one leads
 * away.
 * @throws RangeError if no ray is seen there
 */
export function undistort(distortion: Distortion, x: number, y: number): [x: number, y: number] {
  let at = firstGuess(distortion, x, y);
  let miss = missOf(distortion, at, [x, y]);
  for (let step = 0; step < maxSteps && Math.hypot(...miss) > tolerance; step++) {
    const [dx, dy] = newtonStep(distortion, at, miss);
    let length = 1;
    let next = at;
    let nextMiss = miss;
    do {
      next = [at[0] + length * dx, at[1] + length * dy];
      nextMiss = missOf(distortion, next, [x, y]);
      length /= 2;
    } while (!(Math.hypot(...nextMiss) < Math.hypot(...miss)) && length > 1e-4);
    at = next;
    miss = nextMiss;
  }
  // Beyond the radius the model turns back, and points have rays that mean nothing.
  if (Math.hypot(...miss) < 1e-8 && Math.hypot(...at) <= validRadius(distortion)) return at;
  throw new RangeError(
    `the lens (${distortion.model} ${distortion.coefficients.join(', ')}) sees no ray at (${x}, ${y})`,
  );
}

type Pair = [x: number, y: number];

function firstGuess({ model }: Distortion, x: number, y: number): Pair {
  if (model === 'brown') return [x, y];
  const angle = Math.hypot(x, y);
  const factor = angle < 1e-12 ? 1 : Math.tan(Math.min(angle, 1.5)) / angle;
  return [x * factor, y * factor];
}

function missOf(distortion: Distortion, [x, y]: Pair, [seenX, seenY]: Pair): Pair {
  const seen = new Float64Array(2);
  distort(distortion, x, y, seen);
  return [(seen[0] as number) - seenX, (seen[1] as number) - seenY];
}

function newtonStep(distortion: Distortion, [x, y]: Pair, miss: Pair): Pair {
  const slope = (dx: number, dy: number): Pair => {
    const [ahead, behind] = [
      missOf(distortion, [x + dx, y + dy], [0, 0]),
      missOf(distortion, [x - dx, y - dy], [0, 0]),
    ];
    return [(ahead[0] - behind[0]) / (2 * probe), (ahead[1] - behind[1]) / (2 * probe)];
  };
  const [a, c] = slope(probe, 0);
  const [b, d] = slope(0, probe);
  const determinant = a * d - b * c;
  return [(b * miss[1] - d * miss[0]) / determinant, (c * miss[0] - a * miss[1]) / determinant];
}

/** The farthest from the axis that is looked for; at 84° to it. */
const farthest = 10;
const stride = 0.005;

/**
 * How far from the axis, on the plane at depth 1, the model holds: beyond it rays would be seen nearer to the centre
 * again, and the image would repeat.
 */
export function validRadius(distortion: Distortion): number {
  const { model, coefficients } = distortion;
  const [k1 = 0, k2 = 0, , , ...rest] = coefficients;
  const radial = model === 'brown' ? { model, coefficients: [k1, k2, 0, 0, ...rest] } : distortion;
  const seen = new Float64Array(2);
  let before = 0;
  for (let radius = stride; radius <= farthest; radius += stride) {
    distort(radial, radius, 0, seen);
    if (!((seen[0] as number) > before)) return radius - stride;
    before = seen[0] as number;
  }
  return Number.POSITIVE_INFINITY;
}
