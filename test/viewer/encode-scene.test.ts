import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { encodeScene } from '#viewer/encode-scene.ts';
import { codeToDepth, maxLevel, noPoint } from '#viewer/scene-format.ts';
import { loadMaps } from './loaded-scene.ts';
import { cameraAt, sceneOf, viewOf } from './small-scene.ts';

describe('viewer/encode-scene', () => {
  it('gives the page every depth within a hundredth of a percent, and the photograph as a JPEG', async () => {
    const depth = (x: number, y: number) => 2 + x / 3 + Math.sin(y);
    const scene = sceneOf(viewOf({ name: 'a', size: 8, height: 6, color: () => [200, 40, 90], depth }));
    const [map] = await loadMaps(scene);
    if (!map) throw new Error('the scene has no view');
    for (let pixel = 0; pixel < 48; pixel++) {
      const expected = depth(pixel % 8, Math.floor(pixel / 8));
      expect(Math.abs(codeToDepth(map.codes[2 * pixel] ?? 0, map.view.depth) / expected - 1)).toBeLessThan(1e-4);
    }
    const { views } = await encodeScene(scene);
    const { data, info } = await sharp(views[0]?.photograph).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([8, 6]);
    [200, 40, 90].forEach((channel, c) => {
      expect(Math.abs((data[c] ?? 0) - channel)).toBeLessThan(4);
    });
  });

  it('drops pixels whose depth is not positive and finite, or whose confidence is not finite', async () => {
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, 0, -1];
    const view = viewOf({
      name: 'a',
      size: 4,
      depth: (x, y) => (y === 0 ? (bad[x] ?? 0) : 1),
      confidence: (x, y) => (y === 1 && x < 2 ? (bad[x] ?? 0) : 2),
    });
    const [map] = await loadMaps(sceneOf(view));
    expect(map?.view.pointCount).toBe(10);
    expect([...(map?.codes ?? [])].filter((code, i) => i % 2 === 0 && code === noPoint)).toHaveLength(6);
  });

  it('levels confidence over all views together and counts points from each level', async () => {
    const scene = sceneOf(
      viewOf({ name: 'low', size: 2, depth: () => 1, confidence: (x, y) => (x + y === 0 ? -1 : 1) }),
      viewOf({ name: 'high', size: 2, depth: () => 1, confidence: () => 9 }),
    );
    const [low, high] = await loadMaps(scene);
    expect((await encodeScene(scene)).header.confidence).toEqual({ min: 1, max: 9 });
    expect([low?.countFromLevel[0], low?.countFromLevel[1]]).toEqual([4, 0]);
    expect(high?.countFromLevel[maxLevel]).toBe(4);
  });

  it('encodes a view without any point', async () => {
    const [map] = await loadMaps(sceneOf(viewOf({ name: 'a', size: 2, depth: () => Number.NaN })));
    expect(map?.view.pointCount).toBe(0);
  });

  it('needs less than a byte and a half for a pixel of a smooth surface', async () => {
    const depth = (x: number, y: number) => 3 + Math.sin(x / 40) + y / 100;
    const { views } = await encodeScene(
      sceneOf(viewOf({ name: 'a', size: 128, depth, confidence: (x) => 1 + x / 20 })),
    );
    expect((views[0]?.map.length ?? 0) / 128 ** 2).toBeLessThan(1.5);
  });

  it('refuses views that do not fit, by name', async () => {
    const view = viewOf({ name: 'left', size: 2, depth: () => 1 });
    const nowhere = { ...view.camera, camToWorld: new Float64Array(16).fill(Number.NaN) };
    const refusals = [
      [sceneOf(), 'at least one view'],
      [{ ...sceneOf(view), minConfidence: Number.NaN }, 'minConfidence must be a finite number'],
      [
        sceneOf({ ...view, depth: new Float32Array(5) }),
        'depth of view "left" must have 4 entries, as its camera has 2 × 2 pixels, got 5',
      ],
      [
        sceneOf({ ...view, image: { width: 1, height: 4, data: new Uint8Array(12) } }),
        'its image has 1 × 4; rescale its intrinsics',
      ],
      [sceneOf({ ...view, camera: { ...cameraAt([0, 0, 0], 2), focalPx: [0, 1] } }), 'positive focal lengths'],
      [sceneOf({ ...view, camera: nowhere }), 'finite 4 × 4 camToWorld'],
    ] as const;
    for (const [scene, message] of refusals) await expect(encodeScene(scene)).rejects.toThrow(message);
  });
});
