import { describe, expect, it } from '@jest/globals';
import { encodeScene, toBase64 } from '#viewer/encode-scene.ts';
import { decodeView } from '#viewer/page/decode-scene.ts';
import { maxLevel } from '#viewer/scene-format.ts';
import type { ViewerScene } from '#viewer/viewer-scene.ts';
import { cameraAt, type Point, sceneOf, viewOf } from './small-scene.ts';

function decode(scene: ViewerScene, index = 0) {
  const { header, blocks } = encodeScene(scene);
  const view = header.views[index];
  const block = blocks[index];
  if (!view || !block) throw new Error(`the scene has no view ${index}`);
  return { view, ...decodeView(view, toBase64(block)) };
}

describe('viewer/encode-scene', () => {
  it('gives the page positions within a few ten-thousandths of their distance, and colours exactly', () => {
    const point = (p: number): Point => [p - 8, Math.sin(p), 2 + p / 3];
    const { positions, shades, view } = decode(
      sceneOf(viewOf({ name: 'a', size: 1, point: () => point(5), color: [1, 2, 255], eye: [3, 1, -1] })),
    );
    expect(view.pointCount).toBe(1);
    point(5).forEach((coordinate, axis) => {
      expect(positions[axis]).toBeCloseTo(coordinate, 2.5);
    });
    expect([...shades.subarray(0, 3)]).toEqual([1, 2, 255]);
  });

  it('keeps near points sharp beside one that is very far', () => {
    const point = (p: number): Point => (p === 15 ? [1e7, 0, 1e7] : [0.1 * p, 0.05, 2]);
    const { positions } = decode(sceneOf(viewOf({ name: 'a', size: 4, point })));
    const xs = Array.from({ length: 16 }, (_, p) => positions[3 * p] ?? 0).sort((a, b) => a - b);
    for (let p = 0; p < 15; p++) expect(Math.abs((xs[p] ?? 0) - 0.1 * p)).toBeLessThan(1.5e-3);
  });

  it('drops points whose position or confidence is not finite', () => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const view = viewOf({
      name: 'a',
      size: 3,
      point: (p) => [p < 3 ? (bad[p] ?? 0) : p, 0, 1],
      confidence: (p) => (p >= 3 && p < 6 ? (bad[p - 3] ?? 0) : 2),
    });
    const { view: header, positions } = decode(sceneOf(view));
    expect(header.pointCount).toBe(3);
    expect([...positions].every(Number.isFinite)).toBe(true);
  });

  it('orders points from coarse to fine, so that any beginning of a block is an even sample', () => {
    const { positions } = decode(sceneOf(viewOf({ name: 'a', size: 8, point: (p) => [p, 0, 1] })));
    const pixels = Array.from({ length: 64 }, (_, i) => Math.round(positions[3 * i] ?? 0));
    expect(pixels.slice(0, 4)).toEqual([0, 4, 32, 36]);
    expect(pixels.slice(0, 16).every((p) => (p % 8) % 2 === 0 && Math.floor(p / 8) % 2 === 0)).toBe(true);
    expect([...pixels].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, p) => p));
  });

  it('levels confidence over all views together and counts points from each level', () => {
    const point = (): Point => [0, 0, 1];
    const scene = sceneOf(
      viewOf({ name: 'low', size: 2, point, confidence: (p) => (p === 0 ? -1 : 1) }),
      viewOf({ name: 'high', size: 2, point, confidence: () => 9 }),
    );
    const low = decode(scene, 0);
    const high = decode(scene, 1);
    expect(encodeScene(scene).header.confidence).toEqual({ min: 1, max: 9 });
    expect([low.countFromLevel[0], low.countFromLevel[1]]).toEqual([4, 0]);
    expect(high.countFromLevel[maxLevel]).toBe(4);
  });

  it('encodes a view without any finite point', () => {
    const { view, positions } = decode(sceneOf(viewOf({ name: 'a', size: 2, point: () => [Number.NaN, 0, 0] })));
    expect([view.pointCount, positions.length]).toEqual([0, 0]);
  });

  it('carries thumbnails as data URLs', () => {
    const view = viewOf({ name: 'a', size: 1, point: () => [0, 0, 1] });
    const thumbnail = { mime: 'image/png', bytes: Uint8Array.from([1, 2, 3]) } as const;
    const { header } = encodeScene(sceneOf({ ...view, thumbnail }));
    expect(header.views[0]?.thumbnail).toBe('data:image/png;base64,AQID');
  });

  it('refuses views that do not fit, by name', () => {
    const view = viewOf({ name: 'left', size: 2, point: () => [0, 0, 1] });
    const nowhere = { ...view.camera, camToWorld: new Float64Array(16).fill(Number.NaN) };
    const drawing = { mime: 'image/svg+xml' as 'image/png', bytes: new Uint8Array() };
    expect(() => encodeScene(sceneOf())).toThrow('at least one view');
    expect(() => encodeScene(sceneOf({ ...view, colors: new Uint8Array(5) }))).toThrow(
      'colors of view "left" must have 12 entries (2 × 2 pixels), got 5',
    );
    expect(() => encodeScene(sceneOf({ ...view, camera: cameraAt([0, 0, 0], 4) }))).toThrow('rescale its intrinsics');
    expect(() => encodeScene(sceneOf({ ...view, camera: nowhere }))).toThrow('finite 4 × 4 camToWorld');
    expect(() => encodeScene(sceneOf({ ...view, thumbnail: drawing }))).toThrow('got image/svg+xml');
  });
});
