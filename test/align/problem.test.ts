import { describe, expect, it } from '@jest/globals';
import { type AlignOptions, alignDefaults, type KnownView } from '#align/options.ts';
import { poseProblem } from '#align/problem.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { syntheticScene } from './synthetic-pairs.ts';

const { pairs, cameras } = syntheticScene({ views: 3, width: 8, height: 6 });
const pose = (options: AlignOptions, list: readonly PairwisePrediction[] = pairs) =>
  poseProblem(list, { ...alignDefaults, ...options });
const [pair, ...others] = pairs as [PairwisePrediction, ...PairwisePrediction[]];
const knownPoses: KnownView[] = cameras.map(({ camToWorld }) => ({ camToWorld }));

describe('align/problem: what does not fit is refused by name', () => {
  const skewed = identityTransform().fill(2, 0, 1);
  const wrongPairs: readonly (readonly [string, readonly PairwisePrediction[]])[] = [
    ['expected at least one pair of images, got none', []],
    ['pair (1, 1) has the same image twice', [{ ...pair, first: 1 }]],
    ['expected every image to be in a pair, image 3 is in none', [...others, { ...pair, second: 4 }]],
    ['pair (0.5, 1): expected whole numbers', [{ ...pair, first: 0.5 }]],
    ['pair (0, 1): expected points and confidences of 9×6 pixels', [{ ...pair, view1: { ...pair.view1, width: 9 } }]],
    ['image 0 has two sizes, 6×8 and 8×6', [{ ...pair, view1: { ...pair.view1, width: 6, height: 8 } }, ...others]],
  ];
  it.each(wrongPairs)('%s', (message, list) => {
    expect(() => pose({}, list)).toThrow(`alignment: ${message}`);
  });

  const wrongOptions: readonly (readonly [string, AlignOptions])[] = [
    ['masks: expected one entry for each of 3 images, got 4', { masks: Array.from({ length: 4 }, () => undefined) }],
    ['sharedFocal: expected one entry for each of 3 images, got 2', { sharedFocal: [0, 0] }],
    ['mask of image 1: expected 8×6 pixels, got 47 values', { masks: [undefined, new Uint8Array(47)] }],
    ['mask of image 0 leaves no pixel', { masks: [new Uint8Array(48)] }],
    ['known view 2: expected a focal length above 0 pixels, got 30, -1', { known: [{}, {}, { focalPx: [30, -1] }] }],
    ['known view 0: expected a finite principal point, got NaN, 1', { known: [{ principalPx: [Number.NaN, 1] }] }],
    ['known view 0: expected camToWorld to be a rotation', { known: [{ camToWorld: skewed }] }],
    ['known view 0: a known depth map needs a known pose', { known: [{ depth: new Float32Array(48) }] }],
    [
      'known view 1: expected a depth map of 8×6, got 5 values',
      { known: [{}, { camToWorld: identityTransform(), depth: new Float32Array(5) }] },
    ],
    [
      "init 'known-poses' needs every pose, and image 1 has none",
      { init: 'known-poses', known: knownPoses.slice(0, 1) },
    ],
    ['expected iterations to be a whole number from 0, got 1.5', { iterations: 1.5 }],
    ['expected learningRate above 0, got 0', { learningRate: 0 }],
  ];
  it.each(wrongOptions)('%s', (message, options) => {
    expect(() => pose(options)).toThrow(`alignment: ${message}`);
  });
});

describe('align/problem: what may move', () => {
  it('is, by default, all but principal points and the stretch of pairs', () => {
    const { free, freeDepths, baseScale } = pose({});
    const isFree = Object.entries(free).map(([name, values]) => [name, values.includes(1), values.includes(0)]);
    expect(isFree).toEqual([
      ['pairPoses', true, false],
      ['pairAdaptors', false, true],
      ['poses', true, false],
      ['focals', true, false],
      ['principals', false, true],
      ['worldScale', false, true],
    ]);
    expect([freeDepths, baseScale]).toEqual([[true, true, true], 0.5]);
  });

  it('leaves out what is known, for all images that share it', () => {
    const known = [{ ...knownPoses[0], focalPx: 9 }, {}, {}];
    const { free, focalGroups } = pose({ known, sharedFocal: [7, 5, 7], optimizePrincipalPoints: true });
    expect(focalGroups).toEqual([0, 1, 0]);
    expect([...free.focals]).toEqual([0, 0, 1, 1]);
    expect([...free.poses.subarray(6, 8)]).toEqual([0, 1]);
    expect(free.principals.includes(0)).toBe(false);
  });

  it('is the scale of the world where known poses stand apart, and nothing else where a known depth map has one', () => {
    expect(pose({ known: knownPoses.slice(0, 2) }).isAnchored).toEqual([true, true, false]);
    expect(pose({ known: knownPoses.slice(0, 1) }).isAnchored).toEqual([false, false, false]);
    const withDepth = pose({
      known: [{ ...knownPoses[0], depth: new Float32Array(48).fill(1) }, ...knownPoses.slice(1)],
    });
    expect([withDepth.isAnchored, withDepth.baseScale]).toEqual([[false, false, false], undefined]);
    expect(withDepth.freeDepths).toEqual([false, true, true]);
  });
});
