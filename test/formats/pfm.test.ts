import { describe, expect, it } from '@jest/globals';
import { decodePfm, readPfm } from '#formats/pfm.ts';
import { fixture, fixturePath, ramp } from './fixtures.ts';

describe('formats/pfm', () => {
  it.each(['little', 'big'])('reads depth of either byte order from the top: %s', async (name) => {
    const expected = { width: 7, height: 5, channels: 1, values: Float32Array.from(ramp(35)) };
    expect(await readPfm(fixturePath(`${name}.pfm`))).toEqual(expected);
  });

  it('reads three channels', () => {
    const { width, height, channels, values } = decodePfm(fixture('color.pfm'));
    expect([width, height, channels]).toEqual([3, 2, 3]);
    // OpenCV holds blue, green, red, and writes red first.
    expect([...values.subarray(0, 6)]).toEqual([-2.75, -2.875, -3, -2.375, -2.5, -2.625]);
  });

  it.each([
    ['another kind of file', Buffer.from('P6\n2 2\n255\n'), 'expected a PFM file (Pf or PF, width, height, scale)'],
    ['a scale of 0', Buffer.from('Pf\n1 1\n0\n0000'), 'expected a PFM file'],
    ['a cut file', fixture('big.pfm').subarray(0, -1), 'expected 1 × 7 × 5 floats, found 139 bytes'],
    ['forged sizes', Buffer.from('Pf\n99999999999 99999999999\n-1\n0000'), 'found 4 bytes'],
    ['no pixels', Buffer.from('Pf\n0 0\n-1\n'), 'expected 1 × 0 × 0 floats'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodePfm(bytes, 'a.pfm')).toThrow(`a.pfm: expected`);
    expect(() => decodePfm(bytes, 'a.pfm')).toThrow(message);
  });
});
