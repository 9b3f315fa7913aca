import { describe, expect, it } from '@jest/globals';
import { duration, planLines, StageClock, sceneLines } from '#cli/reconstruct-report.ts';
import { planPairs } from '#infer/plan-pairs.ts';
import { smallReconstruction } from '#test/reconstruct/small-reconstruction.ts';

describe('cli/reconstruct-report: planLines', () => {
  const pixels = 512 * 384;

  it('tells pairs, time and memory', () => {
    const cost = { encodeSeconds: 2, decodeSeconds: 3 };
    expect(planLines(planPairs(8, 'complete', { pixels, cost, memoryLimit: 8e9 }))).toEqual([
      expect.stringMatching(
        /^8 photographs, complete: 56 pairs in both orders; about 3 min for the network and \d+ s for the alignment; 1\.1 GB of memory \(8\.0 GB free\)$/,
      ),
    ]);
  });

  it('tells megabytes where they are few, and that one photograph makes a pair with itself', () => {
    const plan = planPairs(2, 'complete', { pixels: 48 * 32, memoryLimit: 8e9 });
    const [line] = planLines({ ...plan, images: 1, memoryLimit: 250e6 });
    expect(line).toBe('1 photograph, paired with itself; 6 MB of memory (250 MB free)');
  });

  it('tells of predictions on disk', () => {
    const [line] = planLines(planPairs(20, 'complete', { pixels, memoryLimit: 2e9 }));
    expect(line).toContain('1.1 GB of memory (2.0 GB free) with 1.2 GB of predictions on disk');
  });
});

describe('cli/reconstruct-report: duration', () => {
  it('is in the unit that says most', () => {
    expect([0.2, 80, 600, 9000].map(duration)).toEqual(['1 s', '80 s', '10 min', '2.5 h']);
  });
});

describe('cli/reconstruct-report: sceneLines', () => {
  const scene = smallReconstruction();

  it('names the three pairs that disagree most', () => {
    const pairs = [0.01, 0.3, 0.02, 0.05].map((relativeResidual, i) => ({
      ...{ first: i % 2, second: 1 - (i % 2), residual: 1, relativeResidual },
    }));
    expect(sceneLines({ ...scene, pairs }).slice(2)).toEqual([
      'pairs disagree with the scene by 2.00 % of the depth (median); those most:',
      '  right.png → left.jpg: 30.00 %',
      '  right.png → left.jpg: 5.00 %',
      '  left.jpg → right.png: 2.00 %',
    ]);
  });

  it('says what a single photograph gives, and where no pose was found', () => {
    expect(sceneLines({ ...scene, views: scene.views.slice(0, 1) }).at(-1)).toMatch(/^one photograph: its depth/);
    expect(sceneLines({ ...scene, poseFound: false }).at(-1)).toMatch(/^no relative pose was found/);
  });
});

describe('cli/reconstruct-report: StageClock', () => {
  it('counts encoding and decoding as one stage, however they alternate', () => {
    const clock = new StageClock();
    const names = (['load', 'encode', 'decode', 'encode', 'align'] as const).map((stage) => clock.enter(stage));
    clock.stop();
    expect(new Set(names).size).toBe(3);
    expect(Object.keys(clock.times())).toEqual(['load', 'predict', 'align']);
  });
});
