import { describe, expect, it } from '@jest/globals';
import { durationText, numberText } from '#train/log/number-text.ts';

describe('train/log/number-text', () => {
  it('keeps four digits of a number, and is short for very small and very large ones', () => {
    const texts = [0, 0.123456, -12.3456, 1e-6, 123456789, Number.NaN, Number.NEGATIVE_INFINITY].map(numberText);
    expect(texts).toEqual(['0', '0.1235', '-12.35', '1.00e-6', '1.23e+8', 'NaN', '-Infinity']);
  });

  it('tells a duration in seconds, minutes or hours', () => {
    expect([9.4, 65, 3599.7, 7389, Number.NaN].map(durationText)).toEqual([
      '9 s',
      '1:05 min',
      '1:00:00 h',
      '2:03:09 h',
      '?',
    ]);
  });
});
