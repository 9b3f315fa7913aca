import { describe, expect, it } from '@jest/globals';
import { develop } from '#render/photograph.ts';
import { createFastRandom } from '#tensor/random.ts';

const size = { width: 8, height: 6 };
const plain = { key: 0.18, whiteBalance: [1, 1, 1], vignetting: 0, blur: 0, noise: 0, contrast: 1 } as const;
const half = Float32Array.from({ length: 144 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0.2 : 0.8));

function developed(settings: object = {}, light: Float32Array = half) {
  return develop(light, size, { ...plain, ...settings }, createFastRandom('x')).data;
}

describe('render/photograph: develop', () => {
  it('exposes for the mean, whatever the scene is lit with', () => {
    const brighter = developed(
      {},
      half.map((value) => 50 * value),
    );
    const apart = developed().map((value, i) => Math.abs(value - (brighter[i] as number)));
    expect(Math.max(...apart)).toBeLessThan(12);
  });

  it('keeps order: more light is brighter', () => {
    const data = developed();
    expect(data[0]).toBeLessThan(data[21] as number);
    expect(data[0]).toBeGreaterThan(0);
    expect(data[21]).toBeLessThan(255);
  });

  it('darkens the corners, blurs edges and tints as told', () => {
    const flat = new Float32Array(144).fill(0.5);
    const vignetted = developed({ vignetting: 0.5 }, flat);
    expect(vignetted[0]).toBeLessThan(vignetted[3 * (3 * 8 + 4)] as number);
    expect(developed({ blur: 0.2 })[3 * (8 + 3)]).toBeGreaterThan(developed()[3 * (8 + 3)] as number);
    const tinted = developed({ whiteBalance: [1.2, 1, 0.8] }, flat);
    expect(tinted[0]).toBeGreaterThan(tinted[2] as number);
  });

  it('adds noise that its random decides', () => {
    expect(developed({ noise: 0.05 })).toEqual(developed({ noise: 0.05 }));
    expect(developed({ noise: 0.05 })).not.toEqual(developed());
  });
});
