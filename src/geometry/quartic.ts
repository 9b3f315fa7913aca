const ITERATIONS = 60;
/** Relative size of an imaginary part that is still taken for rounding; a double root only converges to about 1e-8. */
const REAL_TOLERANCE = 1e-6;

/**
 * The real roots of c₄x⁴ + c₃x³ + c₂x² + c₁x + c₀, highest coefficient first, by Durand-Kerner iteration over all four
 * roots at once. None when the leading coefficient vanishes beside the others.
 */
export function realQuarticRoots(coefficients: readonly [number, number, number, number, number]): number[] {
  const [lead, ...rest] = coefficients;
  const monic = rest.map((c) => c / lead) as [number, number, number, number];
  const size = Math.max(...monic.map((c, i) => Math.abs(c) ** (1 / (i + 1))));
  if (!(size < 1e8)) return [];
  if (size === 0) return [0, 0, 0, 0];
  const scaled = monic.map((c, i) => c / size ** (i + 1)) as [number, number, number, number];
  const { re, im } = iterateRoots(scaled);
  const real: number[] = [];
  for (let i = 0; i < 4; i++) {
    if (Math.abs(im[i] as number) < REAL_TOLERANCE * Math.max(1, Math.abs(re[i] as number))) {
      real.push(size * (re[i] as number));
    }
  }
  return real;
}

interface Complex4 {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

function iterateRoots(monic: readonly [number, number, number, number]): Complex4 {
  const re = Float64Array.from([0, 1, 2, 3], (k) => Math.cos(0.4 + (k * Math.PI) / 2));
  const im = Float64Array.from([0, 1, 2, 3], (k) => Math.sin(0.4 + (k * Math.PI) / 2));
  for (let step = 0; step < ITERATIONS; step++) {
    let moved = 0;
    for (let i = 0; i < 4; i++) moved += improveRoot({ re, im }, i, monic);
    if (moved < 1e-30) break;
  }
  return { re, im };
}

/** x ← x − p(x) / Π (x − other roots); returns the squared length of the step. */
function improveRoot({ re, im }: Complex4, i: number, monic: readonly [number, number, number, number]): number {
  const [x, y] = [re[i] as number, im[i] as number];
  let [pRe, pIm] = [1, 0];
  for (const c of monic) [pRe, pIm] = [pRe * x - pIm * y + c, pRe * y + pIm * x];
  let [qRe, qIm] = [1, 0];
  for (let j = 0; j < 4; j++) {
    if (j === i) continue;
    const [dx, dy] = [x - (re[j] as number), y - (im[j] as number)];
    [qRe, qIm] = [qRe * dx - qIm * dy, qRe * dy + qIm * dx];
  }
  const square = qRe * qRe + qIm * qIm || 1e-300;
  const stepRe = (pRe * qRe + pIm * qIm) / square;
  const stepIm = (pIm * qRe - pRe * qIm) / square;
  re[i] = x - stepRe;
  im[i] = y - stepIm;
  return stepRe * stepRe + stepIm * stepIm;
}
