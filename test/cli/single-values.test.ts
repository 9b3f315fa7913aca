import { describe, expect, it } from '@jest/globals';
import { expectSingleValues } from '#cli/single-values.ts';

describe('cli/single-values: expectSingleValues', () => {
  it('takes texts, numbers and absent options, and the list of images', () => {
    const argv = { _: ['infer'], $0: 'dust3r', images: ['a', 'b'], o: 'x', output: 'x', size: 0, preset: undefined };
    expect(expectSingleValues(argv)).toBe(true);
  });

  it.each([
    [
      { minConfidence: Number.NaN, 'min-confidence': Number.NaN },
      '--min-confidence: expected a number; see dust3r --help',
    ],
    [{ checkpoint: '' }, '--checkpoint: expected a value, got none; see dust3r --help'],
    [{ o: ['a', 'b'], output: ['a', 'b'] }, '--output: expected one value, got a and b; see dust3r --help'],
  ])('names the option in %j', (argv, message) => {
    expect(() => expectSingleValues(argv)).toThrow(message);
  });
});
