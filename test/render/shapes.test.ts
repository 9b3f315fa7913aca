import { describe, expect, it } from '@jest/globals';
import { boundsOf, type Mesh, mergeMeshes, plainMaterial, transformMesh } from '#render/mesh.ts';
import { inOrder, scaling, tilt, translation, turn } from '#render/placement.ts';
import { box, cone, cylinder, ramp, sphere, staircase, torus } from '#render/shapes.ts';

const material = plainMaterial([1, 1, 1]);
const shapes: readonly (readonly [string, Mesh, readonly [number, number, number]])[] = [
  ['box', box([1, 2, 3], material), [1, 2, 3]],
  ['sphere', sphere(0.5, material), [1, 1, 1]],
  ['cylinder', cylinder(0.5, 2, material), [1, 2, 1]],
  ['cone', cone(0.5, 2, material), [1, 2, 1]],
  ['torus', torus(1, 0.25, material), [2.5, 0.5, 2.5]],
  ['ramp', ramp([1, 2, 3], material), [1, 2, 3]],
  ['staircase', staircase([1, 2, 3], 4, material), [1, 2, 3]],
];

describe('render/shapes', () => {
  it.each(shapes)('%s stands on the ground in its size', (_, mesh, size) => {
    const { min, max } = boundsOf(mesh);
    expect(min[1]).toBeCloseTo(0, 1);
    for (const axis of [0, 1, 2] as const) expect(max[axis] - min[axis]).toBeCloseTo(size[axis], 1);
  });

  it.each(shapes)('%s has normals of length 1', (_, { normals }) => {
    for (let i = 0; i < normals.length; i += 3) {
      expect(Math.hypot(...normals.subarray(i, i + 3))).toBeCloseTo(1, 3);
    }
  });

  it('has no holes: every edge of a ball belongs to two triangles', () => {
    const { positions } = sphere(0.5, material);
    const name = (at: number) => Array.from(positions.subarray(at, at + 3), (x) => Math.round(x * 1e4) + 0).join();
    const edges = new Map<string, number>();
    for (let at = 0; at < positions.length; at += 9) {
      const corners = [name(at), name(at + 3), name(at + 6)];
      if (new Set(corners).size < 3) continue;
      corners.forEach((corner, k) => {
        const edge = [corner, corners[(k + 1) % 3]].sort().join(' ');
        edges.set(edge, (edges.get(edge) ?? 0) + 1);
      });
    }
    expect(new Set(edges.values())).toEqual(new Set([2]));
  });
});

describe('render/mesh', () => {
  it('merges meshes, each material once', () => {
    const other = plainMaterial([0, 0, 0]);
    const merged = mergeMeshes([box([1, 1, 1], material), box([1, 1, 1], other), box([1, 1, 1], material)]);
    expect(merged.materials).toEqual([material, other]);
    expect([...merged.materialOf].map((number) => merged.materials[number])).toEqual([
      ...Array(12).fill(material),
      ...Array(12).fill(other),
      ...Array(12).fill(material),
    ]);
  });

  it('keeps normals at right angles to a surface that is stretched', () => {
    const slope = transformMesh(ramp([1, 1, 1], material), scaling([1, 3, 1]));
    const [x, y, z] = Array.from(slope.normals.subarray(0, 3), Math.abs);
    expect(x).toBeCloseTo(0, 6);
    expect((y as number) / (z as number)).toBeCloseTo(1 / 3, 5);
  });
});

describe('render/placement', () => {
  it('applies its steps in order', () => {
    const moved = inOrder(translation([1, 0, 0]), turn(Math.PI / 2), tilt(0));
    const mesh = transformMesh(box([0.2, 0.2, 0.2], material), moved);
    const { min, max } = boundsOf(mesh);
    expect((min[0] + max[0]) / 2).toBeCloseTo(0, 6);
    expect((min[2] + max[2]) / 2).toBeCloseTo(-1, 6);
  });
});
