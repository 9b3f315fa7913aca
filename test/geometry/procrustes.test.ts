import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { procrustes, similarityTransform } from '#geometry/procrustes.ts';
import { determinant3, rotationDistanceRad, transformPoints } from '#geometry/rigid.ts';
import { goldenFloats, readGolden } from '#test/support/golden.ts';
import { aRotation, aTranslation, expectNear, pointsOf } from './arbitrary.ts';

const golden = readGolden('test/fixtures/golden/align/focal_and_registration.safetensors');

/** Four corners fix the orientation, whatever is drawn beside them. */
const withCorners = (points: Float64Array) => Float64Array.of(...points, 5, 0, 0, 0, 5, 0, 0, 0, 5, 0, 0, 0);

describe('geometry/procrustes: procrustes', () => {
  it("agrees with the original's weighted registration", () => {
    for (const name of ['reg0', 'reg1', 'reg2', 'reg3']) {
      const read = (field: string) => goldenFloats(golden, `${name}.${field}`);
      const found = procrustes(read('src'), read('dst'), { weights: read('weights') });
      expectNear([found.scale], read('s'), 1e-5);
      expectNear(found.rotation, read('R'), 1e-5);
      expectNear(found.translation, read('T'), 1e-5);
    }
  });

  it('recovers any similarity', () => {
    const scale = fc.double({ min: 0.01, max: 100, noNaN: true });
    fc.assert(
      fc.property(pointsOf(4), scale, aRotation, aTranslation, (points, trueScale, rotation, translation) => {
        const source = withCorners(points);
        const similarity = { scale: trueScale, rotation, translation: Float64Array.from(translation) };
        const found = procrustes(source, transformPoints(similarityTransform(similarity), source));
        expect(found.scale / trueScale).toBeCloseTo(1, 9);
        expect(rotationDistanceRad(found.rotation, rotation)).toBeLessThan(1e-9);
        expectNear(found.translation, translation, 1e-8 * (1 + trueScale));
      }),
    );
  });

  it('keeps the scale at 1 when asked for a rigid motion', () => {
    const source = withCorners(new Float64Array(0));
    const found = procrustes(
      source,
      Float64Array.from(source, (x) => 3 * x),
      { rigid: true },
    );
    expect(found.scale).toBe(1);
    expectNear(found.rotation, [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-12);
  });

  it('answers a mirror image with a rotation, never with a reflection', () => {
    fc.assert(
      fc.property(pointsOf(6), (points) => {
        const mirrored = points.map((value, i) => (i % 3 === 0 ? -value : value));
        expect(determinant3(procrustes(points, mirrored).rotation)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('leaves out weightless and infinite points', () => {
    const source = withCorners(Float64Array.of(1, 2, 3, 4, 5, 6));
    const target = source.map((value, i) => 2 * value + (i % 3));
    target.set([99, 99, 99, Number.NaN, 0, Infinity]);
    const found = procrustes(source, target, { weights: [0, 1, 1, 1, 1, 1] });
    expect(found.scale).toBeCloseTo(2, 12);
    expectNear(found.translation, [0, 1, 2], 1e-12);
  });

  it('moves coincident points without a scale', () => {
    const found = procrustes(Float64Array.of(1, 1, 1, 1, 1, 1), Float64Array.of(2, 3, 4, 2, 3, 4));
    expectNear(transformPoints(similarityTransform(found), Float64Array.of(1, 1, 1)), [2, 3, 4], 1e-12);
  });

  it('refuses point sets of different sizes and weights that say nothing', () => {
    const six = new Float64Array(6);
    expect(() => procrustes(six, new Float64Array(9))).toThrow('got 6, 9 and no weights');
    expect(() => procrustes(six, six, { weights: [1] })).toThrow('got 6, 6 and 1 weights');
    expect(() => procrustes(six, six, { weights: [0, 0] })).toThrow('a positive total weight, got a total of 0');
  });
});
