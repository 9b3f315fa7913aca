import { describe, expect, it } from '@jest/globals';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { evaluate } from '#eval/evaluate.ts';
import type { EvalMethod, EvalPair, PairEstimate } from '#eval/method.ts';
import type { MethodReport } from '#eval/report.ts';
import { rigidTransform, rotationOf, translationOf } from '#geometry/rigid.ts';
import { estimateFrom, methodOf, roomPair, roomScene, sourceOf, turnedBy, type Wrong } from './room-pairs.ts';

const pair = roomPair();

async function scoresOf(wrong: Wrong): Promise<MethodReport> {
  const method = methodOf('wrong', (each) => estimateFrom(each, wrong));
  return (await evaluate(sourceOf([pair]), [method])).report.methods[0] as MethodReport;
}

describe('eval/evaluate', () => {
  it('gives perfect scores to the truth, whatever its scale', async () => {
    for (const scale of [1, 3]) {
      const { pose, depth, pointmap, pairs } = await scoresOf({ scale });
      expect(pose).toMatchObject({ pairs: 1, failed: 0, rra5: 1, rta5: 1, rta15Signed: 1, maa30: 1 });
      expect(depth).toMatchObject({ images: 2, failed: 0, inliers103: 1, inliers125: 1 });
      expect(depth?.absRel).toBeLessThan(1e-6);
      expect(pointmap).toMatchObject({ pairs: 1, failed: 0 });
      for (const figure of ['error', 'accuracy', 'completeness', 'accuracyUnits'] as const)
        expect(pointmap?.[figure]).toBeLessThan(1e-5);
      expect(pairs[0]?.depths?.[0]?.scale).toBeCloseTo(1 / scale, 5);
      expect(pairs[0]?.focalErrors).toEqual([0, 0]);
    }
  });

  it('sees a rotation by 10° and a translation that points backwards in the pose alone', async () => {
    const { pose, depth } = await scoresOf({
      pose: (truth) =>
        rigidTransform(
          rotationOf(turnedBy(10)(truth)),
          translationOf(turnedBy(0)(truth)).map((t) => -t),
        ),
    });
    expect(pose).toMatchObject({ rra5: 0, rra15: 1, rta5: 1, rta15Signed: 0 });
    expect(pose?.medianRotationDeg).toBeCloseTo(10, 6);
    // Below 11° … 30°.
    expect(pose?.maa30).toBeCloseTo(20 / 30, 10);
    expect(depth?.inliers103).toBe(1);
  });

  it('counts a pair without an estimate as wrong, and tells it', async () => {
    const { pose } = await scoresOf({ pose: () => undefined });
    expect(pose).toMatchObject({ pairs: 1, failed: 1, rra30: 0, maa30: 0 });
    const nothing = await evaluate(sourceOf([pair]), [methodOf('nothing', () => ({}))]);
    const [method] = nothing.report.methods;
    expect(method?.pose?.failed).toBe(1);
    expect([method?.depth, method?.pointmap, method?.calibration]).toEqual([undefined, undefined, undefined]);
  });

  it('finds every tenth pixel a quarter too deep, and confidence that knows it', async () => {
    const isWrong = (pixel: number) => pixel % 10 === 0;
    const depthError = (_: number, pixel: number) => (isWrong(pixel) ? 0.25 : 0);
    const known = await scoresOf({ depthError, confidence: (_, pixel) => (isWrong(pixel) ? 1 : 5) });
    expect(known.depth?.absRel).toBeGreaterThan(0.02);
    expect(known.depth?.absRel).toBeLessThan(0.06);
    expect(known.depth?.inliers125).toBeGreaterThan(0.89);
    expect(known.calibration?.rankCorrelation).toBeLessThan(-0.3);
    const against = await scoresOf({ depthError, confidence: (_, pixel) => (isWrong(pixel) ? 5 : 1) });
    expect(against.calibration?.rankCorrelation).toBeGreaterThan(0.3);
    expect(against.calibration?.ause).toBeGreaterThan(known.calibration?.ause as number);
  });

  it('measures what was asked for alone', async () => {
    const { report } = await evaluate(sourceOf([pair]), [methodOf('truth', estimateFrom)], { tasks: ['depth'] });
    const [method] = report.methods;
    expect(report.tasks).toEqual(['depth']);
    expect([method?.pose, method?.pointmap]).toEqual([undefined, undefined]);
    expect(method?.depth?.images).toBe(2);
  });

  it('has poses alone where there is no true depth', async () => {
    const views = pair.views.map(({ depth: _, ...view }) => view) as unknown as EvalPair['views'];
    const method = methodOf('truth', () => estimateFrom(pair));
    const { report } = await evaluate(sourceOf([{ ...pair, views }]), [method]);
    expect(report.pairs[0]).toMatchObject({ hasDepth: [false, false], hasDirection: true, overlap: 0.7 });
    expect(report.methods[0]).toMatchObject({ pose: { rra5: 1 } });
    expect(report.methods[0]?.depth).toBeUndefined();
  });

  it('puts a pair whose cameras stand together into RRA alone', async () => {
    const [first, second] = pair.views;
    const near = first.camera.camToWorld.map((value, i) => (i === 3 ? value + 0.002 : value));
    const still: EvalPair = { ...pair, views: [first, { ...second, camera: { ...second.camera, camToWorld: near } }] };
    const { report } = await evaluate(sourceOf([still, pair]), [methodOf('truth', estimateFrom)]);
    expect(report.pairs.map(({ hasDirection }) => hasDirection)).toEqual([false, true]);
    expect(report.methods[0]?.pose).toMatchObject({ pairs: 2, withoutDirection: 1, rra5: 1, rta5: 1 });
  });

  it('scores scenes by their trajectory and by all pairs of views; a view that was not placed costs its pairs', async () => {
    const scene = roomScene(4);
    const truth = scene.views.map(({ camera }) => camera.camToWorld);
    const solves = (name: string, lost: number): EvalMethod => ({
      ...methodOf(name, () => ({})),
      estimateScene: () => Promise.resolve({ camToWorld: truth.map((pose, i) => (i === lost ? undefined : pose)) }),
    });
    const methods = [solves('all', -1), solves('some', 2), methodOf('pairs only', () => ({}))];
    const { report } = await evaluate(sourceOf([], [scene]), methods);
    const [all, some, none] = report.methods.map(({ trajectory }) => trajectory);
    expect(all).toMatchObject({ scenes: 1, failed: 0, registered: 1, pose: { pairs: 6, maa30: 1 } });
    expect(all?.relativeAte).toBeCloseTo(0, 10);
    expect(some).toMatchObject({ registered: 0.75, pose: { pairs: 6, failed: 3, rra5: 0.5 } });
    expect(none).toBeUndefined();
    expect(report.scenes).toMatchObject([{ name: 'room', names: ['0000', '0001', '0002', '0003'] }]);
  });

  it('leaves out pairs that cannot be read, notes them, and keeps maps of some for pictures', async () => {
    const source = sourceOf([pair, pair, pair]);
    const { report, samples } = await evaluate(
      {
        ...source,
        pair: (index) =>
          index === 1 ? Promise.reject(new BrokenSampleError('0001.png: damaged')) : source.pair(index),
      },
      [methodOf('truth', (each) => estimateFrom(each, { scale: 3 }))],
      { samples: 3 },
    );
    expect(report.pairs).toHaveLength(2);
    expect(report.dataset.notes).toEqual(['left out: 0001.png: damaged']);
    expect(samples.map((sample) => sample.pair)).toEqual([0, 1]);
    const [view] = samples[0]?.views ?? [];
    expect(view?.image).toEqual(pair.views[0].image.data);
    expect(view?.depth[100]).toBeCloseTo(view?.trueDepth[100] as number, 5);
  });

  it('tells how far it is, and stops when it is told to', async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const slow = (each: EvalPair): PairEstimate => estimateFrom(each);
    const run = evaluate(sourceOf([pair, pair, pair]), [methodOf('slow', slow)], {
      signal: stop.signal,
      onProgress: ({ stage, done, total, method }) => {
        told.push(`${method}: ${stage} ${done}/${total}`);
        if (done === 1) stop.abort(new Error('enough'));
      },
    });
    await expect(run).rejects.toThrow('enough');
    expect(told).toEqual(['slow: pairs 0/3', 'slow: pairs 1/3']);
  });
});
