import { describe, expect, it } from '@jest/globals';
import { constantMethod } from '#eval/baselines/constant.ts';
import { averagePointmaps, type MeanPointmaps } from '#eval/baselines/mean-pointmaps.ts';
import { evaluate } from '#eval/evaluate.ts';
import type { EvalPair, EvalView } from '#eval/method.ts';
import { rotationErrorDeg } from '#eval/metrics/pose-error.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { roomPair, sourceOf } from '#test/eval/room-pairs.ts';

const pair = roomPair();

describe('eval/baselines/constant', () => {
  it('is perfect where all pairs of training and test are the same two views', async () => {
    // Both views are of one place, so that both orders are the same pair and the mean is the pair itself.
    const [view] = pair.views;
    const same: EvalPair = { ...pair, views: [view, view] };
    const mean = await averagePointmaps(sourceOf([same, same]));
    const { report } = await evaluate(sourceOf([same]), [constantMethod(mean)]);
    const [scores] = report.methods;
    expect(scores?.depth?.absRel).toBeLessThan(1e-6);
    expect(scores?.pointmap?.error).toBeLessThan(1e-6);
    expect(scores?.pose).toMatchObject({ rra5: 1, failed: 0, withoutDirection: 1 });
    expect(scores?.calibration).toBeUndefined();
  });

  it('gives every pair the same answer, on the cells that lie on the photographs', async () => {
    const mean = await averagePointmaps(sourceOf([pair]), { size: 32 });
    const method = constantMethod(mean);
    const { pointmaps, depths, focalsPx, view2ToView1 } = await method.estimatePair(pair);
    const swapped = await method.estimatePair({ ...pair, views: [pair.views[1], pair.views[0]] });
    expect(swapped.pointmaps).toEqual(pointmaps);
    expect(swapped.view2ToView1).toEqual(view2ToView1);
    expect(rotationErrorDeg(view2ToView1 as Matrix4, identityTransform())).toBe(0);
    // The room is seen with a focal length of 40 pixels.
    expect(focalsPx?.every((focal) => Math.abs(focal - 40) < 4)).toBe(true);
    // Of 64×48 pixels, two in a row make a cell.
    expect(pointmaps?.[0]).toMatchObject({ width: 32, height: 24, mapping: { scale: [2, 2], offset: [0.5, 0.5] } });
    expect(depths?.map((depth) => [depth?.width, depth?.height])).toEqual([
      [32, 24],
      [32, 24],
    ]);
    expect(method).toMatchObject({ name: 'constant', settings: { source: 'rooms', pairs: 1, size: 32 } });
    expect(method.estimateScene).toBeUndefined();
  });

  it('cuts a standing photograph from the same square', async () => {
    const numbered = Float32Array.from({ length: 3 * 8 * 8 }, (_, i) => i + 1);
    const mean: MeanPointmaps = {
      size: 8,
      view1: numbered,
      view2: numbered,
      baseline: Float32Array.of(1, 0, 0),
      source: 'numbers',
      pairs: 1,
    };
    const { pointmaps } = await constantMethod(mean).estimatePair({ ...pair, views: [standing(), standing()] });
    expect(pointmaps?.[0]).toMatchObject({ width: 6, height: 8, mapping: { scale: [8, 8], offset: [3.5, 3.5] } });
    expect(pointmaps?.[0].points.slice(0, 3)).toEqual(numbered.slice(3, 6));
  });
});

/** 48×64 pixels of nothing. */
function standing(): EvalView {
  const [{ name, camera }] = pair.views;
  const [width, height] = [48, 64];
  const image = { width, height, data: new Uint8Array(3 * width * height) };
  return { name, image, camera: { ...camera, width, height } };
}
