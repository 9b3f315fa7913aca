import { describe, expect, it } from '@jest/globals';
import { type Distortion, distort } from '#geometry/distortion.ts';
import { StraightRays } from '#prepare/datasets/straight-rays.ts';

const lens = { width: 320, height: 200, focalPx: [300, 305], principalPx: [158, 103] } as const;
const distortion: Distortion = { model: 'brown', coefficients: [-0.3, 0.1, 0.001, 0.002, 0] };

describe('prepare/datasets/straight-rays: StraightRays', () => {
  it('gives the ray that the lens sees at a pixel, to about a hundredth of a pixel', () => {
    const rays = new StraightRays(lens, distortion);
    const [ray, seen] = [new Float64Array(2), new Float64Array(2)];
    for (let i = 0; i < 200; i++) {
      const [u, v] = [(i * 37.3) % 320, (i * 23.9) % 200];
      rays.at(u, v, ray);
      distort(distortion, ray[0] as number, ray[1] as number, seen);
      const miss = [(seen[0] as number) * 300 + 158 - u, (seen[1] as number) * 305 + 103 - v];
      expect(Math.hypot(...miss)).toBeLessThan(0.015);
    }
  });

  it('gives none beyond the image, and none where the lens sees none', () => {
    const ray = new Float64Array(2);
    const rays = new StraightRays(lens, distortion);
    for (const [u, v] of [
      [-1, 5],
      [321, 5],
      [5, 201],
      [Number.NaN, 5],
    ] as const) {
      rays.at(u, v, ray);
      expect([...ray]).toEqual([Number.NaN, Number.NaN]);
    }
    new StraightRays(lens, { model: 'brown', coefficients: [-2] }).at(1, 1, ray);
    expect(ray[0]).toBeNaN();
  });
});
