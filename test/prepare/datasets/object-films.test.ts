import { describe, expect, it } from '@jest/globals';
import { categoryNumber, drawSequences, filmTarget } from '#prepare/datasets/object-films.ts';

describe('prepare/datasets/object-films: filmTarget', () => {
  it.each([
    [
      { width: 1000, height: 1900 },
      { width: 384, height: 729 },
    ],
    [
      { width: 1920, height: 1080 },
      { width: 682, height: 384 },
    ],
    [
      { width: 640, height: 480 },
      { width: 512, height: 384 },
    ],
    // The short side at 384 would leave the long one below 512.
    [
      { width: 800, height: 700 },
      { width: 512, height: 448 },
    ],
    [
      { width: 320, height: 320 },
      { width: 512, height: 512 },
    ],
  ])('makes %j at least 512 × 384: %j', (size, target) => {
    expect(filmTarget(size, 512)).toEqual(target);
  });
});

describe('prepare/datasets/object-films: drawSequences', () => {
  it('draws the same whatever the order, and others with another seed', () => {
    const names = Array.from({ length: 200 }, (_, i) => `scene_${i}`);
    const drawn = drawSequences(names, 50, 42);
    expect(new Set(drawn).size).toBe(50);
    expect(drawn).toEqual([...drawn].sort());
    expect(drawSequences([...names].reverse(), 50, 42)).toEqual(drawn);
    expect(drawSequences(names, 50, 43)).not.toEqual(drawn);
    expect(drawSequences(names.slice(0, 3), 50, 42)).toEqual(['scene_0', 'scene_1', 'scene_2']);
  });

  it('has a number of its own for each category', () => {
    expect(categoryNumber('apple')).toBe(categoryNumber('apple'));
    expect(categoryNumber('apple')).not.toBe(categoryNumber('bench'));
  });
});
