import { describe, expect, it } from '@jest/globals';

import { colorizeConfidence, colorizeDepth, colorizeDepths, turbo } from '#export/colormap.ts';

const pixel = ({ data }: { data: Uint8Array }, i: number) => Array.from(data.subarray(3 * i, 3 * i + 3));

describe('export/colormap', () => {
  it.each([
    [0, 48, 18, 59],
    [64 / 255, 40, 188, 235],
    [128 / 255, 164, 252, 60],
    [192 / 255, 251, 126, 33],
    [1, 122, 4, 3],
  ])('is within 35 of the Turbo table (OpenCV 5) at %d', (t, ...expected) => {
    for (const [i, value] of turbo(t).entries()) expect(Math.abs(value - (expected[i] as number))).toBeLessThan(35);
  });

  it('clips outside of [0, 1]', () => {
    expect(turbo(-1)).toEqual(turbo(0));
    expect(turbo(2)).toEqual(turbo(1));
  });

  it('shows near as red, far as blue, and no depth as black', () => {
    const picture = colorizeDepth({ width: 5, height: 1, values: Float32Array.of(1, 10, 100, 0, Number.NaN) });
    expect(pixel(picture, 0)).toEqual([...turbo(1)]);
    expect(pixel(picture, 1)).toEqual([...turbo(0.5)]);
    expect(pixel(picture, 2)).toEqual([...turbo(0)]);
    expect(pixel(picture, 3)).toEqual([0, 0, 0]);
    expect(pixel(picture, 4)).toEqual([0, 0, 0]);
  });

  it('gives several depth maps the same colours', () => {
    const map = (...values: number[]) => ({ width: values.length, height: 1, values: Float32Array.from(values) });
    const [near, far] = colorizeDepths([map(1, 10), map(10, 100)]);
    expect([near && pixel(near, 1), far && pixel(far, 0)]).toEqual([[...turbo(0.5)], [...turbo(0.5)]]);
    expect([near && pixel(near, 0), far && pixel(far, 1)]).toEqual([[...turbo(1)], [...turbo(0)]]);
  });

  it('does not let a few stray pixels decide the colours of confidence', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => 1 + i / 1000);
    values[999] = 1e9;
    const picture = colorizeConfidence({ width: 1000, height: 1, values });
    expect(pixel(picture, 0)).toEqual([...turbo(0)]);
    expect(pixel(picture, 985)).toEqual([...turbo(1)]);
    expect(pixel(picture, 999)).toEqual([...turbo(1)]);
  });

  it('takes maps without any depth, and of one depth', () => {
    expect(colorizeDepth({ width: 2, height: 1, values: new Float32Array(2) }).data).toEqual(new Uint8Array(6));
    expect(pixel(colorizeDepth({ width: 1, height: 1, values: Float32Array.of(3) }), 0)).toEqual([...turbo(1)]);
  });
});
