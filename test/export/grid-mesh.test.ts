import { describe, expect, it } from '@jest/globals';
import { type GridMeshOptions, gridMesh } from '#export/grid-mesh.ts';

/** Triangles as triples of pixels. */
function triangles(width: number, depths: readonly number[], options: GridMeshOptions = {}, confidence?: number[]) {
  const map = { width, height: depths.length / width, values: Float32Array.from(depths) };
  const mesh = gridMesh(map, Float32Array.from(confidence ?? depths.map(() => 1)), options);
  const corners = Array.from(mesh.triangles, (vertex) => mesh.pixels[vertex] as number);
  expect(new Set(mesh.triangles).size).toBe(mesh.pixels.length);
  return Array.from({ length: corners.length / 3 }, (_, t) => corners.slice(3 * t, 3 * t + 3));
}

describe('export/grid-mesh: gridMesh', () => {
  it('joins four neighbours to two triangles, counter-clockwise as the camera sees them', () => {
    expect(triangles(2, [1, 1, 1, 1])).toEqual([
      [0, 2, 1],
      [1, 2, 3],
    ]);
    expect(triangles(3, [1, 1, 1, 1, 1, 1])).toHaveLength(4);
  });

  it('takes the diagonal whose depths differ less', () => {
    const falling = [
      [0, 2, 3],
      [0, 3, 1],
    ];
    expect(triangles(2, [1, 1.01, 1.03, 1])).toEqual(falling);
  });

  it('cuts where the depth jumps, along a diagonal if that saves a triangle', () => {
    expect(triangles(2, [1, 1, 1, 2])).toEqual([[0, 2, 1]]);
    expect(triangles(2, [2, 1, 1, 1])).toEqual([[1, 2, 3]]);
    expect(triangles(2, [1, 1, 2, 1])).toEqual([[0, 3, 1]]);
    expect(triangles(2, [1, 2, 1, 2])).toEqual([]);
    expect(triangles(2, [1, 2, 1, 2], { maxDepthStep: 1 })).toHaveLength(2);
  });

  it('leaves out pixels without depth and unsure ones', () => {
    for (const none of [0, -1, Number.NaN, Infinity]) {
      expect(triangles(2, [none, 1, 1, 1])).toEqual([[1, 2, 3]]);
      expect(triangles(2, [1, none, 1, 1])).toEqual([[0, 2, 3]]);
    }
    expect(triangles(2, [1, 1, 1, 1], { minConfidence: 3 }, [3, 3, 3, 2])).toEqual([[0, 2, 1]]);
    expect(triangles(2, [Infinity, Infinity, Infinity, Infinity])).toEqual([]);
  });

  it('takes every n-th pixel, with room for what the depth may change between', () => {
    const slope = Array.from({ length: 25 }, (_, i) => 1 + 0.03 * (i % 5));
    expect(triangles(5, slope, { step: 2 })).toHaveLength(8);
    expect(
      triangles(5, slope, { step: 2 })
        .flat()
        .every((pixel) => pixel % 2 === 0),
    ).toBe(true);
    expect(triangles(5, slope, { step: 5 })).toEqual([]);
  });

  it('makes nothing of a single row, and refuses maps that do not fit', () => {
    expect(triangles(4, [1, 1, 1, 1])).toEqual([]);
    const map = { width: 2, height: 2, values: new Float32Array(4) };
    expect(() => gridMesh(map, new Float32Array(3))).toThrow('gridMesh: confidence: expected 2 × 2 values, got 3');
    expect(() => gridMesh(map, map.values, { step: 0 })).toThrow('expected a step of at least 1 pixel');
  });
});
