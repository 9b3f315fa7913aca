import { describe, expect, it } from '@jest/globals';
import { decodeColmapDepth, readColmapDepth } from '#formats/colmap-depth.ts';
import { rawFixture } from '#test/prepare/datasets/raw-fixture.ts';

const floats = (values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer);
const map = (header: string, values: readonly number[]) => Buffer.concat([Buffer.from(header), floats(values)]);

describe('formats/colmap-depth', () => {
  it('reads depth row by row', () => {
    const { width, height, values } = decodeColmapDepth(map('3&2&1&', [1, 2, 3, 4, 0, -1.5]));
    expect([width, height, ...values]).toEqual([3, 2, 1, 2, 3, 4, 0, -1.5]);
  });

  it('reads what NumPy wrote', async () => {
    const path = rawFixture('rgbd-colmap/stereo/depth_maps/cam/IMG_0.jpg.geometric.bin');
    const { width, height, values } = await readColmapDepth(path);
    expect([width, height, values[0], values[1]]).toEqual([80, 60, 0, 0]);
    const depths = values.filter((_, i) => i % 80 >= 2 && (values[i] as number) > 0);
    expect(depths.length).toBeGreaterThan(4000);
    expect(Math.max(...depths)).toBeLessThan(5);
    await expect(readColmapDepth('/nowhere.bin')).rejects.toThrow('/nowhere.bin: no such file');
  });

  it.each([
    ['another file', Buffer.from('PNG'), 'expected a depth map of COLMAP (width&height&1&), found another header'],
    ['an empty one', Buffer.from(''), 'found another header'],
    ['normals', map('1&1&3&', [0, 0, 1]), 'expected depth of one channel, found 3; is it a map of normals?'],
    ['a cut map', map('2&2&1&', [1, 2, 3]), 'expected 2 × 2 floats, found 12 bytes'],
    ['more than the map', map('1&1&1&', [1, 2]), 'expected 1 × 1 floats, found 8 bytes'],
    ['forged sizes', map('999999999&999999999&1&', [1]), 'expected 999999999 × 999999999 floats, found 4 bytes'],
    ['no pixels', map('0&5&1&', []), 'expected 0 × 5 floats'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeColmapDepth(bytes, 'a.bin')).toThrow(`a.bin: expected`);
    expect(() => decodeColmapDepth(bytes, 'a.bin')).toThrow(message);
  });
});
