import { describe, expect, it } from '@jest/globals';
import type { Camera } from '#geometry/camera.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { bvhOfPly, meshDepth } from '#prepare/datasets/scannetpp-mesh.ts';

/** Squares across the axis at these depths, each half as wide as the one before. */
function squares(...depths: number[]) {
  const positions = depths.flatMap((z, i) => {
    const side = 0.5 ** i * 100;
    return [-side, -side, z, side, -side, z, side, side, z, -side, side, z];
  });
  const triangles = depths.flatMap((_, i) => [0, 1, 2, 0, 2, 3].map((corner) => 4 * i + corner));
  return bvhOfPly({ positions: Float32Array.from(positions), triangles: Uint32Array.from(triangles) });
}

const camera: Camera = { width: 3, height: 3, focalPx: [1, 1], principalPx: [1, 1], camToWorld: identityTransform() };
const range = { near: 0.05, far: 20 };

describe('prepare/datasets/scannetpp-mesh: meshDepth', () => {
  it('is the depth of the nearest surface, not its distance', () => {
    const { values } = meshDepth(squares(3, 5), camera, range);
    for (const z of values) expect(z).toBeCloseTo(3, 5);
  });

  it('sees through what is nearer than the near plane, and nothing beyond the far one', () => {
    expect(meshDepth(squares(0.04, 7), camera, range).values[4]).toBeCloseTo(7, 5);
    expect([...meshDepth(squares(20.1), camera, range).values]).toEqual(new Array(9).fill(0));
    expect(meshDepth(squares(19.9), camera, range).values[0]).toBeCloseTo(19.9, 4);
  });

  it('sees nothing behind it', () => {
    expect([...meshDepth(squares(-3), camera, range).values]).toEqual(new Array(9).fill(0));
  });
});
