import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { remapImage } from '#image/remap.ts';

const { remap } = JSON.parse(readFileSync(new URL('../fixtures/raw/undistort.json', import.meta.url), 'utf8')) as {
  readonly remap: Readonly<Record<'image' | 'x' | 'y' | 'result', readonly number[]>>;
};
const image = { width: 7, height: 5, data: Uint8Array.from(remap.image) };

describe('image/remap: remapImage', () => {
  it('samples as OpenCV’s remap does, beyond the edges too', () => {
    const map = { width: 6, height: 4, x: Float32Array.from(remap.x), y: Float32Array.from(remap.y) };
    const { data } = remapImage(image, map, 10);
    const misses = remap.result.map((value, i) => Math.abs(value - (data[i] as number)));
    expect(Math.max(...misses)).toBeLessThanOrEqual(1); // OpenCV rounds weights
  });

  it('takes pixels as they are at whole positions, and the outside where there is none', () => {
    const map = { width: 3, height: 1, x: Float32Array.of(6, 7, Number.NaN), y: Float32Array.of(4, 4, 1) };
    const { data } = remapImage(image, map, 77);
    expect([...data]).toEqual([...image.data.subarray(3 * 34), 77, 77, 77, 77, 77, 77]);
  });
});
