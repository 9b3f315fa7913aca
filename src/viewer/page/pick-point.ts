import type { ViewPoints } from './decode-scene.ts';

export interface PickTarget {
  /** Column-major 4 × 4, from the points' frame to clip space. */
  readonly toClip: readonly number[];
  readonly viewportPx: readonly [width: number, height: number];
  readonly cursorPx: readonly [x: number, y: number];
  readonly radiusPx: number;
  readonly minLevel: number;
}

export type Position = readonly [x: number, y: number, z: number];

interface Candidate {
  readonly position: Position;
  readonly depth: number;
  readonly distancePx: number;
}

/** Points this much farther than the nearest still belong to the same surface. */
const sameSurface = 1.01;

/** The point under the cursor: on the nearest surface within the radius, the one closest to the cursor. */
export function pickPoint(clouds: readonly ViewPoints[], target: PickTarget): Position | undefined {
  const candidates = clouds.flatMap((cloud) => candidatesNear(cloud, target));
  const nearest = candidates.reduce((depth, candidate) => Math.min(depth, candidate.depth), Number.POSITIVE_INFINITY);
  return candidates
    .filter(({ depth }) => depth <= nearest * sameSurface)
    .reduce<Candidate | undefined>((best, c) => (best && best.distancePx <= c.distancePx ? best : c), undefined)
    ?.position;
}

function candidatesNear({ positions, shades }: ViewPoints, target: PickTarget): Candidate[] {
  const [m0 = 0, m1 = 0, , m3 = 0, m4 = 0, m5 = 0, , m7 = 0, m8 = 0, m9 = 0, , m11 = 0, m12 = 0, m13 = 0, , m15 = 0] =
    target.toClip;
  const [halfWidth, halfHeight] = target.viewportPx.map((size) => size / 2) as [number, number];
  const [cursorX, cursorY] = target.cursorPx;
  const found: Candidate[] = [];
  for (let p = 0, i = 0; i < positions.length; p++, i += 3) {
    const [x, y, z] = [positions[i] as number, positions[i + 1] as number, positions[i + 2] as number];
    const depth = m3 * x + m7 * y + m11 * z + m15;
    if (depth <= 0 || (shades[4 * p + 3] as number) < target.minLevel) continue;
    const dx = halfWidth * (1 + (m0 * x + m4 * y + m8 * z + m12) / depth) - cursorX;
    const dy = halfHeight * (1 - (m1 * x + m5 * y + m9 * z + m13) / depth) - cursorY;
    const distancePx = Math.sqrt(dx * dx + dy * dy);
    if (distancePx <= target.radiusPx) found.push({ position: [x, y, z], depth, distancePx });
  }
  return found;
}
