import { readFileSync } from 'node:fs';
import type { RawView } from '#data/view.ts';
import { projectPoints } from '#geometry/camera.ts';
import { rawFixture } from './raw-fixture.ts';

/** What `render-indoor.ts` says of a frame. */
export interface IndoorFrame {
  /** Camera to world, 4×4: as the tablet was held, and upright. */
  readonly held: readonly number[];
  readonly upright: readonly number[];
  /** [x, y, z, red, green, blue] of places that it sees, smooth in depth and colour. */
  readonly points: readonly (readonly [number, number, number, number, number, number])[];
}

interface Indoor {
  readonly scenes: readonly { readonly name: string; readonly frames: readonly IndoorFrame[] }[];
}

const indoor = JSON.parse(readFileSync(rawFixture('indoor.json'), 'utf8')) as Indoor;

export type IndoorScene = 'table' | 'room';

export function indoorFrame(scene: IndoorScene, frame: number): IndoorFrame {
  return indoor.scenes.find(({ name }) => name === scene)?.frames[frame] as IndoorFrame;
}

/**
 * How well a view shows what the ray caster saw there: the share of the points that it has a depth for, the medians of
 * their relative errors of depth and of their differences in colour, and the ninth tenth of the errors of depth.
 */
export function compareWithTruth(view: RawView, scene: IndoorScene, frame: number) {
  const { points } = indoorFrame(scene, frame);
  const { width, height } = view.camera;
  const world = Float64Array.from(points.flatMap((point) => point.slice(0, 3)));
  const { pixels, depths } = projectPoints(view.camera, world);
  const errors: number[] = [];
  const colors: number[] = [];
  for (const [i, point] of points.entries()) {
    const [u, v] = [Math.round(pixels[2 * i] as number), Math.round(pixels[2 * i + 1] as number)];
    if (u < 0 || v < 0 || u >= width || v >= height) continue;
    const at = v * width + u;
    const [found, expected] = [view.depth[at] as number, depths[i] as number];
    if (found > 0) errors.push(Math.abs(found - expected) / expected);
    for (let k = 0; k < 3; k++)
      colors.push(Math.abs((view.image.data[3 * at + k] as number) - (point[3 + k] as number)));
  }
  const quantile = (values: number[], share: number) =>
    values.sort((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
  return {
    seen: errors.length / points.length,
    medianDepth: quantile(errors, 0.5),
    ninthDepth: quantile(errors, 0.9),
    medianColor: quantile(colors, 0.5),
  };
}
