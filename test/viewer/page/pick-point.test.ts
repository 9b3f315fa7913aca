import { describe, expect, it } from '@jest/globals';
import { PerspectiveCamera } from 'three';
import type { ViewPoints } from '#viewer/page/decode-scene.ts';
import { pickPoint } from '#viewer/page/pick-point.ts';

/** The eye is at the origin and looks along −z; the middle of the 200 × 100 viewport is (100, 50). */
const eye = new PerspectiveCamera(90, 2, 0.1, 100);
const target = {
  toClip: eye.projectionMatrix.elements,
  viewportPx: [200, 100],
  cursorPx: [100, 50],
  radiusPx: 4,
  minLevel: 0,
} as const;

function cloud(...points: readonly (readonly [x: number, y: number, z: number, level?: number])[]): ViewPoints {
  return {
    positions: Float32Array.from(points.flatMap((point) => point.slice(0, 3) as number[])),
    shades: Uint8Array.from(points.flatMap(([, , , level = 255]) => [0, 0, 0, level])),
    countFromLevel: new Uint32Array(256),
  };
}

describe('viewer/page/pick-point', () => {
  it('picks the point under the cursor', () => {
    expect(pickPoint([cloud([0, 0, -5], [1, 0, -5])], { ...target, cursorPx: [110, 50] })).toEqual([1, 0, -5]);
  });

  it('picks the nearer of two surfaces, and on it the point closest to the cursor', () => {
    const far = cloud([0, 0, -8]);
    const near = cloud([0.2, 0, -5], [0.1, 0, -5.01]);
    expect(pickPoint([far, near], target)?.[2]).toBeCloseTo(-5.01, 5);
  });

  it('ignores points behind the eye, away from the cursor or below the confidence threshold', () => {
    expect(pickPoint([cloud([0, 0, 5], [3, 0, -5], [0, 0, -5, 99])], { ...target, minLevel: 100 })).toBeUndefined();
  });
});
