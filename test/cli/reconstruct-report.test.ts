import { describe, expect, it } from '@jest/globals';
import { sizeLines } from '#cli/network-options.ts';
import {
  duration,
  maskLines,
  planLines,
  resumedLines,
  StageClock,
  sceneLines,
  thresholdLines,
} from '#cli/reconstruct-report.ts';
import { planPairs } from '#infer/plan-pairs.ts';
import type { ReconstructedView } from '#reconstruct/reconstruction.ts';
import { smallReconstruction } from '#test/reconstruct/small-reconstruction.ts';

describe('cli/reconstruct-report: planLines', () => {
  const pixels = 512 * 384;

  it('tells pairs, time and memory', () => {
    const cost = { encodeSeconds: 2, decodeSeconds: 3 };
    expect(planLines(planPairs(8, 'complete', { pixels, cost, memoryLimit: 8e9 }))).toEqual([
      expect.stringMatching(
        /^8 photographs, complete: 56 pairs in both orders; about 3 min for the network and \d+ s for the alignment; 1\.1 GB of the 8\.0 GB of memory that --memory-limit allows$/,
      ),
    ]);
  });

  it('tells megabytes where they are few, and that one photograph makes a pair with itself', () => {
    const plan = planPairs(2, 'complete', { pixels: 48 * 32, memoryLimit: 8e9 });
    const [line] = planLines({ ...plan, images: 1, memoryLimit: 250e6, isLimited: false });
    expect(line).toBe('1 photograph, paired with itself; 6 MB of the 250 MB of memory that can be had');
  });

  it('tells of new pairs where photographs are added', () => {
    const plan = planPairs(4, [[0, 3]], { pixels: 48 * 32, memoryLimit: 8e9 });
    expect(planLines({ ...plan, added: 1 })[0]).toMatch(/^4 photographs, 1 of them new: 2 new pairs in both orders; /);
  });

  it('tells of predictions on disk', () => {
    const [line] = planLines(planPairs(20, 'complete', { pixels, memoryLimit: 2e9 }));
    expect(line).toContain(
      '1.1 GB of the 2.0 GB of memory that --memory-limit allows, with 1.2 GB of predictions on disk',
    );
  });
});

describe('cli/reconstruct-report: what is told before', () => {
  it('names photographs without a mask where some have one', () => {
    expect(maskLines(['a', 'b', 'c'], new Set(['b']))).toEqual(['2 of 3 photographs have no mask: a, c']);
    expect(maskLines(['a'], new Set(['a']))).toEqual([]);
    expect(maskLines([...'abcdefg'], new Set())[0]).toMatch(/: a, b, c, d, e, …$/);
  });

  it('tells of another size than that of the scene that is resumed', () => {
    const scene = smallReconstruction();
    expect(resumedLines(scene, 224)).toEqual([
      "the scene's photographs have long sides of 12 pixels, the new ones of 224",
    ]);
    const [view] = scene.views as [ReconstructedView];
    const large = { ...scene, views: [{ ...view, camera: { ...view.camera, width: 224 } }] };
    expect([resumedLines(large, 224), resumedLines(undefined, 224)]).toEqual([[], []]);
  });

  it('tells of a size that is no whole number of patches', () => {
    const [odd, whole] = [100, 96].map((size) => sizeLines({ size }, { patchSize: 16, imageSize: [32, 48] }));
    expect(odd?.[0]).toMatch(/^--size 100: .* so that long sides are 96$/);
    expect(whole).toEqual([]);
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

describe('cli/reconstruct-report: thresholdLines', () => {
  const scene = smallReconstruction();

  it('counts the points that are shown', () => {
    expect(thresholdLines(scene, 90, 90)).toEqual(['14 points above confidence 90']);
    expect(thresholdLines(scene, 'auto', 90)).toEqual(['14 points above confidence 90, chosen automatically']);
  });

  it('says why a threshold is another than the wanted one', () => {
    expect(thresholdLines(scene, 100, 90)[0]).toBe(
      'no pixel is above confidence 100 (highest 96): the threshold is set to 90',
    );
    expect(thresholdLines(scene, 96, 90)[0]).toBe(
      'only 2 pixels are above confidence 96 (highest 96): the threshold is set to 90',
    );
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
