import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Distortion } from '#geometry/distortion.ts';
import { centredLens, fisheyePinhole, type Lens, undistortionMap } from '#geometry/undistort.ts';

const openCv = JSON.parse(readFileSync(new URL('../fixtures/raw/undistort.json', import.meta.url), 'utf8')) as {
  readonly brown: readonly BrownCase[];
  readonly fisheye: readonly FisheyeCase[];
};

interface BrownCase extends LensCase {
  readonly centred: Readonly<Record<string, readonly number[]>>;
}

interface FisheyeCase extends LensCase {
  readonly balance: Readonly<Record<string, readonly number[]>>;
}

interface LensCase {
  readonly name: string;
  readonly coefficients: readonly number[];
  /** [column, row, x, y] */
  readonly map: readonly (readonly number[])[];
  readonly width: number;
  readonly height: number;
  readonly focal: readonly number[];
  readonly principal: readonly number[];
}

function lensOf({ width, height, focal, principal }: LensCase): Lens {
  const [fx = 0, fy = 0] = focal;
  const [cx = 0, cy = 0] = principal;
  return { width, height, focalPx: [fx, fy], principalPx: [cx, cy] };
}

function expectNumbers({ focalPx, principalPx }: Lens, expected: readonly number[], tolerance: number): void {
  const misses = [...focalPx, ...principalPx].map((value, i) => Math.abs(value - (expected[i] as number)));
  expect(Math.max(...misses)).toBeLessThan(tolerance);
}

/** [column, row, x, y] as OpenCV maps them. */
function expectMapped(map: ReturnType<typeof undistortionMap>, rows: readonly (readonly number[])[]): void {
  for (const [u = 0, v = 0, x = 0, y = 0] of rows) {
    const i = v * map.width + u;
    expect(Math.hypot((map.x[i] as number) - x, (map.y[i] as number) - y)).toBeLessThan(2e-4);
  }
}

describe('geometry/undistort: centredLens', () => {
  it.each(openCv.brown)('is OpenCV’s optimal camera for the lens "$name"', (each) => {
    const lens = lensOf(each);
    const distortion: Distortion = { model: 'brown', coefficients: each.coefficients };
    // OpenCV inverts the distortion with five steps only, which strong lenses show.
    const tolerance = each.name === 'rational' ? 0.1 : 5e-3;
    for (const [alpha, expected] of Object.entries(each.centred))
      expectNumbers(centredLens(lens, distortion, Number(alpha)), expected, tolerance);
    const optimal = centredLens(lens, distortion, 0);
    expect(optimal.principalPx).toEqual([(each.width - 1) / 2, (each.height - 1) / 2]);
    expectMapped(undistortionMap(lens, distortion, optimal), each.map);
  });

  it('keeps a lens without distortion whose principal point is the centre', () => {
    const lens: Lens = { width: 9, height: 7, focalPx: [8, 8.5], principalPx: [4, 3] };
    for (const alpha of [0, 1])
      expectNumbers(centredLens(lens, { model: 'brown', coefficients: [] }, alpha), [8, 8.5, 4, 3], 1e-9);
  });

  it('shows nothing that was not seen with alpha 0, and all corners with alpha 1', () => {
    const lens: Lens = { width: 64, height: 48, focalPx: [50, 50], principalPx: [33, 22.5] };
    const distortion: Distortion = { model: 'brown', coefficients: [-0.15, 0.02] };
    const inside = undistortionMap(lens, distortion, centredLens(lens, distortion, 0));
    expect(Math.min(...inside.x)).toBeGreaterThan(-0.02);
    expect(Math.max(...inside.x)).toBeLessThan(63.02);
    expect(Math.min(...inside.y)).toBeGreaterThan(-0.02);
    expect(Math.max(...inside.y)).toBeLessThan(47.02);
    const around = undistortionMap(lens, distortion, centredLens(lens, distortion, 1));
    expect(Math.min(...around.x)).toBeLessThan(0);
    expect(Math.max(...around.y)).toBeGreaterThan(47);
  });

  it('refuses a principal point outside of the image', () => {
    const lens: Lens = { width: 64, height: 48, focalPx: [50, 50], principalPx: [-5, 22] };
    expect(() => centredLens(lens, { model: 'brown', coefficients: [] }, 0)).toThrow(
      'centredLens: the principal point (-5, 22) lies outside of the image',
    );
  });
});

describe('geometry/undistort: fisheyePinhole', () => {
  it.each(openCv.fisheye)('is OpenCV’s estimate for the lens "$name"', (each) => {
    const lens = lensOf(each);
    const distortion: Distortion = { model: 'fisheye', coefficients: each.coefficients };
    for (const [balance, expected] of Object.entries(each.balance))
      expectNumbers(fisheyePinhole(lens, distortion, Number(balance)), expected, 1e-5);
    expectMapped(undistortionMap(lens, distortion, fisheyePinhole(lens, distortion, 0)), each.map);
  });
});

describe('geometry/undistort: undistortionMap', () => {
  it('says NaN beyond where the model holds, instead of repeating the image', () => {
    const lens: Lens = { width: 40, height: 4, focalPx: [10, 10], principalPx: [20, 2] };
    const { x } = undistortionMap(lens, { model: 'brown', coefficients: [-0.3] }, lens);
    expect(x[20]).toBe(20);
    expect(x[0]).toBeNaN(); // 2 from the axis; the image turns back at 1.05
    expect(x[12]).not.toBeNaN();
  });
});
