import { describe, expect, it } from '@jest/globals';
import { decodeFloat3, readFloat3 } from '#formats/float3.ts';
import { fixture, fixturePath, ramp } from './fixtures.ts';

describe('formats/float3', () => {
  it('reads arrays whose sizes are written from the innermost on', async () => {
    expect(await readFloat3(fixturePath('depth.float3'))).toEqual({
      shape: [5, 7],
      values: Float32Array.from(ramp(35)),
    });
    expect(decodeFloat3(fixture('flow.float3')).shape).toEqual([5, 7, 3]);
  });

  it.each([
    ['another kind of file', Buffer.from('Pf\n2 2\n'), "expected a file of floats ('float', number of axes, sizes)"],
    ['missing sizes', Buffer.from('float\n3\n2\n1\n'), 'expected a file of floats'],
    ['a cut file', fixture('depth.float3').subarray(0, -1), 'expected floats of the shape [5, 7], found 139 bytes'],
    ['forged sizes', Buffer.from('float\n1\n99999999999999\n0000'), 'expected floats of the shape [99999999999999]'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeFloat3(bytes, 'a.float3')).toThrow(`a.float3: ${message}`);
  });
});
