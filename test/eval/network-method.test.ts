import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evaluate } from '#eval/evaluate.ts';
import { networkMethod } from '#eval/network-method.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyLinear } from '#test/support/tiny-model.ts';
import { roomPair, roomScene, sourceOf } from './room-pairs.ts';

useBackend();
let model: Dust3r;
beforeAll(() => {
  model = randomModel(tinyLinear);
});
afterAll(() => model.dispose());

describe('eval/network-method', () => {
  it('gives depths and points of both views on the grid that the network saw', async () => {
    const method = networkMethod(model, { size: 32, minConfidence: 1, settings: { weights: 'random' } });
    const { depths, pointmaps, focalsPx } = await method.estimatePair(roomPair());
    expect(method.settings).toEqual({ weights: 'random', size: 32, minConfidence: 1 });
    for (const map of [...(depths ?? []).filter((depth) => depth), ...(pointmaps ?? [])])
      expect(map).toMatchObject({ width: 32, height: 16, mapping: { scale: [2, 2], offset: [0.5, 8.5] } });
    expect(pointmaps?.[1].confidence).toHaveLength(32 * 16);
    expect(focalsPx?.every((focal) => focal > 0)).toBe(true);
  });

  it('is evaluated on pairs and on scenes, and leaves the model to its owner', async () => {
    const method = networkMethod(model, { size: 32, minConfidence: 1, alignment: { iterations: 3 } });
    const { report } = await evaluate(sourceOf([roomPair()], [roomScene(3)]), [method]);
    await method.dispose();
    expect(report.methods[0]).toMatchObject({
      name: 'dust3r',
      pose: { pairs: 1 },
      pointmap: { pairs: 1, failed: 0 },
      calibration: { pixels: 2 * 32 * 16 },
      trajectory: { scenes: 1, registered: 1, pose: { pairs: 3 } },
    });
    expect(report.methods[0]?.pairSeconds).toBeGreaterThan(0);
    expect(model.config.patchSize).toBe(16);
  });

  it('stops between two steps', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(networkMethod(model, { size: 32 }).estimatePair(roomPair(), { signal: stop })).rejects.toThrow(
      'enough',
    );
  });
});
