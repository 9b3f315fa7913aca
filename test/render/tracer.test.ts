import { describe, expect, it } from '@jest/globals';
import { DoubleSide, Ray, Vector3 } from 'three';
import { buildBvh, meshBvhOf } from '#render/bvh.ts';
import { mergeMeshes, plainMaterial, transformMesh } from '#render/mesh.ts';
import { translation } from '#render/placement.ts';
import { box, quad, sphere, torus } from '#render/shapes.ts';
import { Tracer } from '#render/tracer.ts';
import { createFastRandom } from '#tensor/random.ts';

const material = plainMaterial([1, 1, 1]);

function scattered(seed: number) {
  const random = createFastRandom(seed);
  const shapes = [sphere(0.4, material), torus(0.5, 0.2, material), box([0.5, 0.7, 0.3], material)];
  return mergeMeshes(
    Array.from({ length: 25 }, (_, i) => {
      const place = [4 * random.uniform() - 2, 4 * random.uniform() - 2, 4 * random.uniform() - 2] as const;
      return transformMesh(shapes[i % 3] as (typeof shapes)[number], translation(place));
    }),
  );
}

describe('render/tracer: Tracer', () => {
  it('finds where a ray meets a square, and the weights of its corners', () => {
    const square = quad([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], material); // biome-ignore format: one line
    const tracer = new Tracer(buildBvh(square)).from(0.25, 0.5, 3).towards(0, 0, -2);
    const triangle = tracer.closest();
    expect(tracer.distance).toBeCloseTo(1.5, 6);
    const at = 9 * triangle;
    const { weight1, weight2 } = tracer;
    const corner = (from: number) => [0, 1, 2].map((k) => square.positions[at + from + k] as number);
    const [a, b, c] = [corner(0), corner(3), corner(6)];
    const point = [0, 1, 2].map(
      (k) => (1 - weight1 - weight2) * (a[k] as number) + weight1 * (b[k] as number) + weight2 * (c[k] as number),
    );
    expect(point[0]).toBeCloseTo(0.25, 6);
    expect(point[1]).toBeCloseTo(0.5, 6);
  });

  it('meets nothing beyond the limit, behind the origin, or beside the mesh', () => {
    const square = quad([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], material); // biome-ignore format: one line
    const tracer = new Tracer(buildBvh(square));
    expect(tracer.from(0.5, 0.5, 3).towards(0, 0, -1).closest(2.9)).toBe(-1);
    expect(tracer.from(0.5, 0.5, 3).towards(0, 0, 1).closest()).toBe(-1);
    expect(tracer.from(1.5, 0.5, 3).towards(0, 0, -1).closest()).toBe(-1);
    expect(tracer.from(0.5, 0.5, 3).towards(0, 0, -1).isBlocked(3.1)).toBe(true);
    expect(tracer.isBlocked(2.9)).toBe(false);
  });

  it("agrees with three-mesh-bvh's own raycast on thousands of rays", () => {
    const mesh = scattered(5);
    const plain = meshBvhOf(mesh);
    const tracer = new Tracer(buildBvh(mesh));
    const random = createFastRandom(6);
    let hits = 0;
    for (let i = 0; i < 4000; i++) {
      const origin = [6 * random.uniform() - 3, 6 * random.uniform() - 3, 6 * random.uniform() - 3] as const;
      const direction = new Vector3(random.normal(), random.normal(), random.normal()).normalize();
      const expected = plain.raycastFirst(new Ray(new Vector3(...origin), direction), DoubleSide);
      const triangle = tracer
        .from(...origin)
        .towards(direction.x, direction.y, direction.z)
        .closest();
      expect(triangle >= 0).toBe(expected !== null);
      if (!expected) continue;
      hits++;
      expect(tracer.distance).toBeCloseTo(expected.distance, 4);
      expect(tracer.isBlocked(expected.distance * 1.001)).toBe(true);
    }
    expect(hits).toBeGreaterThan(400);
  });

  it('goes along an axis, where a direction has zeros, without missing', () => {
    const tracer = new Tracer(buildBvh(box([1, 1, 1], material)));
    expect(tracer.from(0, 5, 0).towards(0, -1, 0).closest()).toBeGreaterThanOrEqual(0);
    expect(tracer.distance).toBeCloseTo(4, 6);
  });
});

describe('render/bvh: buildBvh', () => {
  it('names every triangle of the mesh once', () => {
    const mesh = scattered(7);
    const { triangleOf } = buildBvh(mesh);
    expect([...triangleOf].sort((a, b) => a - b)).toEqual([...mesh.materialOf.keys()]);
  });

  it('refuses an empty mesh', () => {
    expect(() => buildBvh(mergeMeshes([]))).toThrow(/expected a mesh with triangles/);
  });
});
