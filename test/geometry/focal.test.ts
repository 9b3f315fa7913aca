import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { estimateFocal } from '#geometry/focal.ts';
import { createFastRandom } from '#tensor/random.ts';
import { type GoldenTensor, goldenFloats, readGolden } from '#test/support/golden.ts';

const path = 'test/fixtures/golden/align/focal_and_registration';
const modes = ['weiszfeld', 'median'] as const;

interface Scene {
  readonly width: number;
  readonly height: number;
  readonly focalPx: number;
  readonly principalPx: readonly [number, number];
}

/** The exact pointmap of a bumpy surface. */
function makePointmap({ width, height, focalPx, principalPx }: Scene) {
  const points = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    const [u, v] = [i % width, Math.floor(i / width)];
    const z = 2 + Math.sin(u / 5) * Math.cos(v / 3);
    points.set([(z * (u - principalPx[0])) / focalPx, (z * (v - principalPx[1])) / focalPx, z], 3 * i);
  }
  return { width, height, points };
}

const landscape: Scene = { width: 32, height: 24, focalPx: 40, principalPx: [16, 12] };

describe('geometry/focal: estimateFocal', () => {
  it("agrees with the original's estimates", () => {
    const golden = readGolden(`${path}.safetensors`);
    const focals = JSON.parse(readFileSync(`${path}.json`, 'utf8')) as Record<string, Record<string, number>>;
    for (const [index, expected] of Object.entries(focals)) {
      const name = `pts${index}`;
      const [height, width] = (golden.get(name) as GoldenTensor).shape as [number, number, number];
      for (const mode of modes) {
        const focal = estimateFocal({ width, height, points: goldenFloats(golden, name) }, { mode });
        expect(focal / (expected[mode] as number)).toBeCloseTo(1, 5);
      }
    }
  });

  it('recovers any focal length, in any frame, about any principal point', () => {
    const size = fc.integer({ min: 8, max: 40 });
    const scene = fc.record({
      width: size,
      height: size,
      focalPx: fc.double({ min: 5, max: 500, noNaN: true }),
      principalPx: fc.tuple(fc.double({ min: 1, max: 7, noNaN: true }), fc.double({ min: 1, max: 7, noNaN: true })),
    });
    fc.assert(
      fc.property(scene, fc.constantFrom(...modes), (truth, mode) => {
        const focal = estimateFocal(makePointmap(truth), { mode, principalPx: truth.principalPx });
        expect(focal / truth.focalPx).toBeCloseTo(1, 4);
      }),
    );
  });

  it('withstands a twentieth of arbitrary points', () => {
    const pointmap = makePointmap(landscape);
    const random = createFastRandom(1);
    for (let i = 0; i < pointmap.points.length; i += 60) {
      pointmap.points.set([random.normal(), random.normal(), 1 + random.uniform()], i);
    }
    for (const mode of modes) expect(Math.abs(estimateFocal(pointmap, { mode }) / 40 - 1)).toBeLessThan(0.05);
  });

  it('leaves out points that are not finite or have no depth', () => {
    const pointmap = makePointmap(landscape);
    pointmap.points.fill(Number.NaN, 0, 30);
    pointmap.points.set([1, 1, 0, 0, 0, 0, Infinity, 1, 1], 300);
    for (const mode of modes) expect(estimateFocal(pointmap, { mode })).toBeCloseTo(40, 3);
  });

  it('stays within the bounds, which count in focal lengths of a 60° view', () => {
    const base = 32 / (2 * Math.tan(Math.PI / 6));
    expect(estimateFocal(makePointmap(landscape), { maxFocal: 0.5 })).toBeCloseTo(0.5 * base, 9);
    expect(estimateFocal(makePointmap(landscape), { minFocal: 2 })).toBeCloseTo(2 * base, 9);
  });

  it('refuses a pointmap of another size or without a usable point', () => {
    const points = new Float32Array(12).fill(Number.NaN);
    expect(() => estimateFocal({ width: 3, height: 2, points })).toThrow('expected 3×2×3 values, got 12');
    for (const mode of modes) {
      expect(() => estimateFocal({ width: 2, height: 2, points }, { mode })).toThrow('no point of the 2×2 pointmap');
    }
  });
});
