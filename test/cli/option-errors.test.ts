import { describe, expect, it } from '@jest/globals';
import { underOption } from '#cli/option-errors.ts';
import { makePairs } from '#infer/pairs.ts';
import { presetConfig } from '#model/config.ts';

describe('cli/option-errors: underOption', () => {
  it('returns what the check does', () => {
    expect(underOption('--scene-graph', () => makePairs(2, 'complete'))).toHaveLength(2);
  });

  it.each([
    [
      '--prefilter',
      () => makePairs(2, 'complete', { prefilter: 'x' }),
      "--prefilter: unknown prefilter 'x'; expected seqK",
    ],
    [
      '--scene-graph',
      () => makePairs(2, 'oneref-7'),
      '--scene-graph: the reference image 7 is not one of the 2 images',
    ],
    ['--preset', () => presetConfig('huge'), '--preset: expected one of 224-linear, '],
  ])('names %s in the place of a function', (option, check, message) => {
    expect(() => underOption<unknown>(option, check)).toThrow(message);
  });
});
