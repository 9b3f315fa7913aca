import { describe, expect, it } from '@jest/globals';
import { depthAtOriginalSize, networkMapping } from '#export/network-mapping.ts';
import { toOriginalCamera } from '#geometry/camera.ts';
import { sideways } from './cameras.ts';

const mapping = { scale: [3, 2.5], offset: [7, -1.25] } as const;
const view = {
  ...sideways,
  originalCamera: toOriginalCamera(sideways.camera, mapping, { width: 220, height: 121 }),
};

describe('export/network-mapping: networkMapping', () => {
  it('finds what made the original camera of the network’s', () => {
    const found = networkMapping(view);
    [...mapping.scale, ...mapping.offset].forEach((value, i) => {
      expect([...found.scale, ...found.offset][i]).toBeCloseTo(value, 10);
    });
  });
});

describe('export/network-mapping: depthAtOriginalSize', () => {
  it('gives every pixel of the photograph the nearest depth, and 0 outside the crop', () => {
    const depth = Float32Array.from({ length: 64 * 48 }, (_, i) => i + 1);
    const large = depthAtOriginalSize({ ...view, depth });
    expect(large).toHaveLength(220 * 121);
    const at = (x: number, y: number) => large[220 * y + x];
    expect(at(7 + 3 * 10, -1 + 5 * 4)).toBe(10 + 64 * 8 + 1);
    expect(at(7 + 3 * 10 + 1, -1 + 5 * 4)).toBe(10 + 64 * 8 + 1);
    expect([at(5, 50), at(6, 50), at(7 + 3 * 63 + 2, 50)]).toEqual([0, 64 * 21 + 1, 0]);
  });
});
