import { describe, expect, it } from '@jest/globals';
import { chooseScenes, drawInOrder } from '#eval/sources/choose.ts';
import type { EvalSequence } from '#eval/sources/sequence.ts';

/** Frames of which each overlaps with the next, in two clips that nothing connects. */
const clips: EvalSequence = {
  label: 'clips',
  frames: Array.from({ length: 10 }, (_, i) => `${i}`),
  pairs: [0, 1, 2, 3, 5, 6, 7, 8].map((i) => ({ i, j: i + 1 })),
  hasDepth: false,
  view: () => Promise.reject(new Error('not read')),
};

describe('eval/sources/choose', () => {
  it('draws by the seed, keeps the order, and takes all where there are no more', () => {
    const items = Array.from({ length: 50 }, (_, i) => i);
    const drawn = drawInOrder(items, 7, 1);
    expect(drawn).toHaveLength(7);
    expect(drawn).toEqual(drawn.toSorted((a, b) => a - b));
    expect(drawInOrder(items, 7, 1)).toEqual(drawn);
    expect(drawInOrder(items, 7, 2)).not.toEqual(drawn);
    expect(drawInOrder(items, 50, 1)).toEqual(items);
  });

  it('grows scenes of frames that hang together', () => {
    const scenes = chooseScenes([clips], { count: 6, views: 4, seed: 0 });
    expect(scenes).toHaveLength(6);
    for (const { places } of scenes) {
      expect(places).toHaveLength(4);
      expect((places[3] as number) - (places[0] as number)).toBe(3);
    }
    expect(chooseScenes([clips], { count: 6, views: 4, seed: 0 })).toEqual(scenes);
  });

  it('takes as many as hang together, and no scene of fewer than three', () => {
    expect(chooseScenes([clips], { count: 1, views: 20, seed: 0 })[0]?.places).toHaveLength(5);
    const alone = { ...clips, pairs: [{ i: 0, j: 1 }] };
    const scenes = chooseScenes([alone, clips], { count: 2, views: 4, seed: 0 });
    expect(scenes.map(({ sequence }) => sequence)).toEqual([clips, clips]);
    expect(chooseScenes([alone], { count: 2, views: 4, seed: 0 })).toEqual([]);
  });
});
