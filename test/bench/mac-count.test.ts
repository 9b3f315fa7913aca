import { describe, expect, it } from '@jest/globals';
import { presetConfig } from '#model/config.ts';
import { countMacs } from '../../bench/mac-count.ts';

const giga = (value: number) => value / 1e9;

describe('bench/mac-count: countMacs', () => {
  it.each([
    ['224-linear', 224, 224, 170],
    ['512-linear', 384, 512, 743],
    ['512-dpt', 384, 512, 928],
    ['512-dpt', 288, 512, 677],
  ] as const)('gives the published GMAC of %s at %i×%i', (preset, height, width, expected) => {
    expect(Math.round(giga(countMacs(presetConfig(preset), [height, width]).pair))).toBe(expected);
  });

  it('splits a pair into its parts', () => {
    const { encoderPerImage, decoder, headPerImage, pair } = countMacs(presetConfig('512-dpt'), [384, 512]);
    expect(giga(encoderPerImage)).toBeCloseTo(261.5, 1);
    expect(giga(decoder)).toBeCloseTo(218.6, 1);
    expect(giga(headPerImage)).toBeCloseTo(93.4, 1);
    expect(2 * encoderPerImage + decoder + 2 * headPerImage).toBe(pair);
  });

  it('refuses a size that cannot be cut in patches', () => {
    expect(() => countMacs(presetConfig('tiny'), [30, 32])).toThrow('multiples of the patch size 16');
  });
});
