import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { alignScene } from '#align/align-scene.ts';
import type { AlignProgress } from '#align/options.ts';
import { worstPairs } from '#align/scene.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import { useBackend } from '#test/support/backend.ts';
import { alignmentError } from './alignment-error.ts';
import { syntheticScene } from './synthetic-pairs.ts';

useBackend();

const room = syntheticScene({ views: 4, width: 32, height: 24, noise: 0.01 });
const quick = { iterations: 150 };

describe('align/align-scene: masks', () => {
  it('keep what they hide from having any effect', async () => {
    const mask = Uint8Array.from({ length: 32 * 24 }, (_, i) => Number(i % 32 >= 10));
    const spoilt = room.pairs.map((pair) =>
      pair.first === 1
        ? { ...pair, view1: spoil(pair.view1, mask) }
        : pair.second === 1
          ? { ...pair, view2: spoil(pair.view2, mask) }
          : pair,
    );
    const masks = [undefined, mask];
    const [clean, other] = await Promise.all(
      [room.pairs, spoilt].map((pairs) => alignScene(pairs, { ...quick, masks })),
    );
    expect(other?.views.map(({ camera }) => camera)).toEqual(clean?.views.map(({ camera }) => camera));
    expect(other?.views[1]?.confidence.filter((_, i) => mask[i] === 0)).toEqual(new Float32Array(240));
    expect(other?.views[1]?.confidence).toEqual(clean?.views[1]?.confidence);
  });
});

function spoil(view: PairwisePrediction['view1'], mask: Uint8Array): PairwisePrediction['view1'] {
  const points = view.points.map((x, i) => (mask[Math.floor(i / 3)] ? x : 100 - i));
  return { ...view, points, confidence: view.confidence.map((c, i) => (mask[i] ? c : 1e6)) };
}

describe('align/align-scene: the input', () => {
  it('gives the same scene twice', async () => {
    const [a, b] = await Promise.all([alignScene(room.pairs, quick), alignScene(room.pairs, quick)]);
    expect(a).toEqual(b);
  });

  it('may have images of different sizes', async () => {
    const small = syntheticScene({
      views: 3,
      width: 24,
      height: 32,
      noise: 0.005,
      sizes: [
        [32, 24],
        [24, 32],
        [16, 16],
      ],
    });
    const { views } = await alignScene(small.pairs);
    expect(views.map(({ camera: { width, height } }) => [width, height])).toEqual([
      [32, 24],
      [24, 32],
      [16, 16],
    ]);
    expect(alignmentError(views, small.cameras).rotationDeg).toBeLessThan(1);
  });

  it('may be two identical images, whose cameras are then at one place', async () => {
    const [{ view1 }] = room.pairs as [PairwisePrediction];
    const same = [0, 1].map((first) => ({ first, second: 1 - first, view1, view2: view1 }));
    const { views, loss } = await alignScene(same, quick);
    expect(Number.isFinite(loss)).toBe(true);
    const [a, b] = views.map(({ camera }) => camera.camToWorld) as [Float64Array, Float64Array];
    expect(Math.max(...a.map((value, k) => Math.abs(value - (b[k] as number))))).toBeLessThan(0.03);
  });

  it('may have each pair in one order only', async () => {
    const pairs = room.pairs.filter(({ first, second }) => first < second);
    expect(alignmentError((await alignScene(pairs)).views, room.cameras).rotationDeg).toBeLessThan(1);
  });

  it('is refused by its parts when these are not connected, or aligned part by part', async () => {
    const isPair = (first: number, second: number) => first % 2 === second % 2;
    const parts = syntheticScene({ views: 5, width: 24, height: 18, isPair });
    await expect(alignScene(parts.pairs)).rejects.toThrow('2 parts that nothing connects: {0, 2, 4}, {1, 3}');
    const scene = await alignScene(parts.pairs, { ...quick, disconnected: 'separate' });
    expect(scene.parts).toEqual([
      [0, 2, 4],
      [1, 3],
    ]);
    expect(scene.pairs.map(({ first, second }) => [first, second])).toEqual(
      parts.pairs.map(({ first, second }) => [first, second]),
    );
    for (const part of scene.parts) {
      const pick = <Item>(list: readonly Item[]) => part.map((image) => list[image] as Item);
      expect(alignmentError(pick(scene.views), pick(parts.cameras)).rotationDeg).toBeLessThan(0.5);
    }
    const known = parts.cameras.map(({ camToWorld }) => ({ camToWorld }));
    expect((await alignScene(parts.pairs, { ...quick, known })).views).toHaveLength(5);
  });

  it('is refused with the name of a pair that has no usable pixel', async () => {
    const points = new Float32Array(3 * 32 * 24).fill(Number.NaN);
    const broken = room.pairs.map((pair, i) => (i === 4 ? { ...pair, view2: { ...pair.view2, points } } : pair));
    const { first, second } = room.pairs[4] as PairwisePrediction;
    await expect(alignScene(broken)).rejects.toThrow(
      `pair (${first}, ${second}) has no usable pixel of image ${second}`,
    );
  });

  it('has the pair that disagrees named first', async () => {
    const wrong = room.pairs.map((pair) =>
      pair.first === 2 && pair.second === 0 ? { ...pair, view2: pair.view1 } : pair,
    );
    const [worst] = worstPairs(await alignScene(wrong, quick));
    expect([worst?.first, worst?.second]).toEqual([2, 0]);
    expect(worst?.relativeResidual).toBeGreaterThan(0.05);
  });
});

describe('align/align-scene: the run', () => {
  it('reports every iteration, and stops where it no longer gets better', async () => {
    const reports: AlignProgress[] = [];
    const plateau = { patience: 40, relative: 1e-3 };
    const scene = await alignScene(room.pairs, {
      iterations: 1000,
      plateau,
      method: 'plain',
      onProgress: (report) => reports.push(report),
    });
    expect(scene.stopped).toBe('plateau');
    expect(scene.iterations).toBeLessThan(1000);
    const [guess, descent] = (['guess', 'descent'] as const).map((stage) =>
      reports.filter((report) => report.stage === stage),
    ) as [AlignProgress[], AlignProgress[]];
    for (const list of [guess, descent]) {
      expect(list.map(({ iteration }) => iteration)).toEqual(list.map((_, i) => i + 1));
    }
    expect(guess.at(-1)?.iterations).toBe(guess.length);
    expect(descent).toHaveLength(scene.iterations);
    expect(descent.at(-1)?.loss).toBeLessThan(descent[0]?.loss as number);
  });

  it('settles a second time once outliers are dropped', async () => {
    const { pairs } = syntheticScene({ views: 4, width: 16, height: 12, noise: 0.01, outliers: 0.1 });
    const plateau = { patience: 40, relative: 1e-3 };
    const { losses, stopped, iterations } = await alignScene(pairs, { iterations: 1000, plateau });
    expect(stopped).toBe('plateau');
    expect(iterations).toBeLessThan(600);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[39] as number));
  });

  it.each([undefined, room.cameras])(
    'counts the steps of a first guess, from pairs or from known poses',
    async (cameras) => {
      const reports: AlignProgress[] = [];
      const known = cameras?.map(({ camToWorld }) => ({ camToWorld })) ?? [];
      const init = cameras ? 'known-poses' : 'mst';
      await alignScene(room.pairs, { known, init, iterations: 0, onProgress: (report) => reports.push(report) });
      expect(reports.map(({ iteration }) => iteration)).toEqual(reports.map((_, i) => i + 1));
      expect(reports.at(-1)?.iterations).toBe(reports.length);
    },
  );

  it('lets a timer run, and is cancelled, in the middle of the first guess', async () => {
    const large = syntheticScene({ views: 5, width: 160, height: 120 });
    const seen: AlignProgress[] = [];
    const signal = AbortSignal.timeout(60);
    const run = alignScene(large.pairs, { signal, onProgress: (report) => seen.push(report) });
    await expect(run).rejects.toThrow('timeout');
    expect(seen.every(({ stage }) => stage === 'guess')).toBe(true);
    expect(seen.at(-1)?.iteration).toBeLessThan(seen.at(-1)?.iterations as number);
  });

  it('stops at once when it is cancelled', async () => {
    const stop = new AbortController();
    const onProgress = ({ iteration, stage }: AlignProgress) => {
      if (stage === 'guess') return;
      if (iteration === 5) stop.abort(new Error('enough'));
      expect(iteration).toBeLessThanOrEqual(5);
    };
    await expect(alignScene(room.pairs, { signal: stop.signal, onProgress })).rejects.toThrow('enough');
    await expect(alignScene(room.pairs, { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('leaves no tensors behind, cancelled or not', async () => {
    const before = tf.memory().numTensors;
    await alignScene(room.pairs, { iterations: 3 });
    const signal = AbortSignal.timeout(0);
    await expect(alignScene(room.pairs, { signal, iterations: 10_000 })).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('reaches at least the loss of the plain method', async () => {
    const [plain, other] = await Promise.all([alignScene(room.pairs, { method: 'plain' }), alignScene(room.pairs)]);
    expect(other.loss).toBeLessThanOrEqual(1.0001 * plain.loss);
  });
});
