import { describe, expect, it } from '@jest/globals';
import { decodeExr } from '#formats/exr.ts';
import { encodeExr } from '#formats/exr-write.ts';
import { fixture, ramp } from './fixtures.ts';

describe('formats/exr-write', () => {
  it.each([
    ['smooth', 29, 37, Float32Array.from(ramp(29 * 37))],
    ['noisy', 29, 37, new Float32Array(fixture('exr/noisy.bin').buffer)],
    ['one', 1, 1, Float32Array.of(Number.NaN)],
    ['zero', 64, 16, new Float32Array(1024)],
  ])('is read back: %s', (_, width, height, values) => {
    expect(decodeExr(encodeExr({ width, height, values }))).toEqual({ width, height, channel: 'Y', values });
  });

  it('has the header that OpenCV writes', () => {
    const theirs = decodeExr(fixture('exr/default.exr'));
    const end = Buffer.from(fixture('exr/default.exr')).indexOf('screenWindowWidth\0float\0') + 33;
    expect(Buffer.from(encodeExr(theirs)).subarray(0, end)).toEqual(
      Buffer.from(fixture('exr/default.exr')).subarray(0, end),
    );
  });

  it('refuses values that do not fit', () => {
    expect(() => encodeExr({ width: 2, height: 2, values: new Float32Array(3) })).toThrow('2 × 2 pixels do not fit 3');
  });
});
