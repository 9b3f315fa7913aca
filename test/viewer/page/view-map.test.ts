import { describe, expect, it } from '@jest/globals';
import { coarseToFine, countAtDetail, isShown, pointInCamera, unpackMap } from '#viewer/page/view-map.ts';
import { loadMaps } from '../loaded-scene.ts';
import { sceneOf, viewOf } from '../small-scene.ts';

async function mapOf(...options: Parameters<typeof viewOf>) {
  const [map] = await loadMaps(sceneOf(viewOf(...options)));
  if (!map) throw new Error('the scene has no view');
  return map;
}

describe('viewer/page/view-map', () => {
  it('puts a pixel where its ray and its depth say', async () => {
    const map = await mapOf({ name: 'a', size: 4, depth: () => 2 });
    const [x, y, z] = pointInCamera(map, 7);
    expect([x, y, z].map((coordinate) => Number(coordinate.toFixed(6)))).toEqual([0.75, -0.25, 2]);
  });

  it('shows a pixel that has a point and is sure enough', async () => {
    const map = await mapOf({
      name: 'a',
      size: 2,
      depth: (x) => (x === 0 ? Number.NaN : 1),
      confidence: (_, y) => 1 + y,
    });
    expect([0, 1, 3].map((pixel) => isShown(map, pixel, 0))).toEqual([false, true, true]);
    expect([1, 3].map((pixel) => isShown(map, pixel, 255))).toEqual([false, true]);
  });

  it('orders pixels from coarse to fine, each once', () => {
    const order = [...coarseToFine(20, 9)];
    expect(order.slice(0, 6)).toEqual([0, 8, 16, 160, 168, 176]);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 180 }, (_, pixel) => pixel));
    const second = order.slice(0, countAtDetail({ width: 20, height: 9 }, 1));
    expect(second.every((pixel) => (pixel % 20) % 2 === 0 && Math.floor(pixel / 20) % 2 === 0)).toBe(true);
    expect(second).toHaveLength(50);
  });

  it('refuses data of another size, naming the view', async () => {
    const map = await mapOf({ name: 'a', size: 2, depth: () => 1 });
    const empty = Uint8Array.from([3, 0]); // an empty deflate stream
    await expect(unpackMap({ ...map.view, name: 'left' }, empty)).rejects.toThrow('view "left" is damaged');
  });
});
