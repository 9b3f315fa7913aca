import { describe, expect, it } from '@jest/globals';
import { patternNames, proceduralTexture } from '#render/procedural-texture.ts';
import { createTexture, linearOfByte, sampleTexture } from '#render/texture.ts';

const blackAndWhite = createTexture({ width: 2, height: 1, data: Uint8Array.of(0, 0, 0, 255, 255, 255) });

function sample(u: number, v: number, level = 0): number {
  const color = new Float64Array(3);
  sampleTexture(blackAndWhite, Float64Array.of(u, v), level, color);
  return color[0] as number;
}

describe('render/texture', () => {
  it('gives a pixel at its centre and the linear mean half-way between two', () => {
    expect(sample(0.25, 0.5)).toBeCloseTo(0, 6);
    expect(sample(0.75, 0.5)).toBeCloseTo(1, 6);
    expect(sample(0.5, 0.5)).toBeCloseTo(0.5, 6);
  });

  it('repeats beyond its borders, on both sides', () => {
    expect(sample(1.75, -3.5)).toBeCloseTo(1, 6);
    expect(sample(-0.75, 0.5)).toBeCloseTo(0, 6);
    expect(sample(0, 0.5)).toBeCloseTo(0.5, 6);
  });

  it('halves down to one pixel, the mean', () => {
    expect(blackAndWhite.levels.map(({ width, height }) => [width, height])).toEqual([
      [2, 1],
      [1, 1],
    ]);
    expect(sample(0.1, 0.1, 9)).toBeCloseTo(linearOfByte[128] as number, 6);
  });

  it.each(patternNames)('paints %s: the same for a seed, others for others, never one colour', (name) => {
    const [a, b, other] = ['1', '1', '2'].map((seed) => proceduralTexture(name, seed, 32).levels[0]?.data);
    expect(a).toEqual(b);
    expect(a).not.toEqual(other);
    expect(new Set(a).size).toBeGreaterThan(2);
  });
});
