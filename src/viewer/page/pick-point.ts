import { Matrix4, Vector3 } from 'three';
import { codesPerPixel, codeToDepth } from '#viewer/scene-format.ts';
import { cameraMatrix } from './bulk.ts';
import { isShown, pointInCamera, type ViewMap } from './view-map.ts';

export interface PickTarget {
  /** From the world to clip space. */
  readonly toClip: Matrix4;
  readonly viewportPx: readonly [width: number, height: number];
  readonly cursorPx: readonly [x: number, y: number];
  readonly radiusPx: number;
  readonly minLevel: number;
}

interface Candidate {
  readonly map: ViewMap;
  readonly pixel: number;
  readonly depth: number;
  readonly distancePx: number;
}

/** Points this much farther than the nearest still belong to the same surface. */
const sameSurface = 1.01;

/** The point under the cursor, in the world: on the nearest surface within the radius, the one closest to the cursor. */
export function pickPoint(maps: readonly ViewMap[], target: PickTarget): Vector3 | undefined {
  const candidates = maps.flatMap((map) => candidatesNear(map, target));
  const nearest = candidates.reduce((depth, candidate) => Math.min(depth, candidate.depth), Number.POSITIVE_INFINITY);
  const best = candidates
    .filter(({ depth }) => depth <= nearest * sameSurface)
    .reduce<Candidate | undefined>((found, c) => (found && found.distancePx <= c.distancePx ? found : c), undefined);
  return best && new Vector3(...pointInCamera(best.map, best.pixel)).applyMatrix4(cameraMatrix(best.map.view));
}

/** A pixel's clip coordinates are its depth times those of its ray, plus those of its camera's centre. */
function candidatesNear(map: ViewMap, target: PickTarget): Candidate[] {
  const { view, codes } = map;
  const { width, height, focalPx, principalPx, depth: scale } = view;
  const e = new Matrix4().multiplyMatrices(target.toClip, cameraMatrix(view)).elements;
  const [halfWidth, halfHeight] = [target.viewportPx[0] / 2, target.viewportPx[1] / 2];
  const found: Candidate[] = [];
  for (let v = 0, pixel = 0; v < height; v++) {
    const y = (v - principalPx[1]) / focalPx[1];
    for (let u = 0; u < width; u++, pixel++) {
      if (!isShown(map, pixel, target.minLevel)) continue;
      const x = (u - principalPx[0]) / focalPx[0];
      const z = codeToDepth(codes[codesPerPixel * pixel] as number, scale);
      const depth = z * (e[3] * x + e[7] * y + e[11]) + e[15];
      if (depth <= 0) continue;
      const dx = halfWidth * (1 + (z * (e[0] * x + e[4] * y + e[8]) + e[12]) / depth) - target.cursorPx[0];
      const dy = halfHeight * (1 - (z * (e[1] * x + e[5] * y + e[9]) + e[13]) / depth) - target.cursorPx[1];
      const distancePx = Math.sqrt(dx * dx + dy * dy);
      if (distancePx <= target.radiusPx) found.push({ map, pixel, depth, distancePx });
    }
  }
  return found;
}
