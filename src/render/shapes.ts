import { facetedMesh, type Material, type Mesh, mergeMeshes } from './mesh.ts';
import { cross, normalize, subtract, type Vector } from './vector.ts';

/** A surface over the unit square. */
export interface SurfaceOptions {
  readonly columns: number;
  readonly rows: number;
  readonly material: Material;
  /** Metres along u and v, which become the texture's coordinates. */
  readonly extent: readonly [u: number, v: number];
  /** Smooth surfaces take their normals from the function, others from each triangle. */
  readonly isSmooth?: boolean;
}

/** The mesh of a function from (u, v) in [0, 1]² to space. Surfaces have two sides: normals are turned to the eye. */
export function surface(at: (u: number, v: number) => Vector, options: SurfaceOptions): Mesh {
  const { columns, rows, material, extent } = options;
  const mesh = emptyMesh(2 * columns * rows, material);
  const points = Array.from({ length: (rows + 1) * (columns + 1) }, (_, i) =>
    at((i % (columns + 1)) / columns, Math.floor(i / (columns + 1)) / rows),
  );
  const normals = options.isSmooth
    ? points.map((_, i) => slopeNormal(at, (i % (columns + 1)) / columns, Math.floor(i / (columns + 1)) / rows))
    : [];
  let corner = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (const [dx, dy] of quadCorners) {
        const x = column + dx;
        const y = row + dy;
        mesh.positions.set(points[y * (columns + 1) + x] as Vector, 3 * corner);
        mesh.uvs.set([(x / columns) * extent[0], (y / rows) * extent[1]], 2 * corner);
        if (options.isSmooth) mesh.normals.set(normals[y * (columns + 1) + x] as Vector, 3 * corner);
        corner++;
      }
    }
  }
  return options.isSmooth ? mesh : facetedMesh(mesh);
}

const quadCorners = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 0],
  [1, 1],
  [0, 1],
] as const;

function emptyMesh(triangles: number, material: Material): Mesh {
  return {
    positions: new Float32Array(9 * triangles),
    normals: new Float32Array(9 * triangles),
    uvs: new Float32Array(6 * triangles),
    materialOf: new Uint16Array(triangles),
    materials: [material],
  };
}

/** ∂u × ∂v by differences; towards the inside of the square at poles, where ∂u vanishes. */
function slopeNormal(at: (u: number, v: number) => Vector, u: number, v: number): Vector {
  const step = 1e-3;
  const inner = Math.min(Math.max(v, step), 1 - step);
  const alongU = subtract(at(u + step, inner), at(u - step, inner));
  const alongV = subtract(at(u, inner + step), at(u, inner - step));
  return normalize(cross(alongU, alongV));
}

/** A flat four-cornered face; its first edge is the texture's bottom. */
export function quad(corners: readonly [Vector, Vector, Vector, Vector], material: Material): Mesh {
  const [a, b, c, d] = corners;
  const extent = [distance(a, b), distance(a, d)] as const;
  const at = (u: number, v: number): Vector => [
    bilinear([a[0], b[0], c[0], d[0]], u, 1 - v),
    bilinear([a[1], b[1], c[1], d[1]], u, 1 - v),
    bilinear([a[2], b[2], c[2], d[2]], u, 1 - v),
  ];
  return surface(at, { columns: 1, rows: 1, material, extent });
}

function triangle(corners: readonly [Vector, Vector, Vector], material: Material): Mesh {
  const mesh = emptyMesh(1, material);
  corners.forEach((corner, k) => {
    mesh.positions.set(corner, 3 * k);
    mesh.uvs.set([corner[2], corner[1]], 2 * k);
  });
  return facetedMesh(mesh);
}

function bilinear([a, b, c, d]: readonly [number, number, number, number], u: number, v: number): number {
  return (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * d + u * c);
}

function distance(a: Vector, b: Vector): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** A box on the ground: x and z about 0, y from 0 to its height. */
export function box([width, height, depth]: Vector, material: Material): Mesh {
  return boxBetween([-width / 2, 0, -depth / 2], [width / 2, height, depth / 2], material);
}

export function boxBetween([x0, y0, z0]: Vector, [x1, y1, z1]: Vector, material: Material): Mesh {
  const face = (a: Vector, b: Vector, c: Vector, d: Vector) => quad([a, b, c, d], material);
  return mergeMeshes([
    face([x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]),
    face([x1, y0, z0], [x0, y0, z0], [x0, y1, z0], [x1, y1, z0]),
    face([x1, y0, z1], [x1, y0, z0], [x1, y1, z0], [x1, y1, z1]),
    face([x0, y0, z0], [x0, y0, z1], [x0, y1, z1], [x0, y1, z0]),
    face([x0, y1, z1], [x1, y1, z1], [x1, y1, z0], [x0, y1, z0]),
    face([x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1]),
  ]);
}

/** A wedge on the ground that rises towards −z. */
export function ramp([width, height, depth]: Vector, material: Material): Mesh {
  const x = width / 2;
  const z = depth / 2;
  const low: readonly [Vector, Vector] = [
    [-x, 0, z],
    [x, 0, z],
  ];
  const high: readonly [Vector, Vector] = [
    [x, height, -z],
    [-x, height, -z],
  ];
  const right: Vector = [x, 0, -z];
  const left: Vector = [-x, 0, -z];
  return mergeMeshes([
    quad([...low, ...high], material),
    quad([right, left, high[1], high[0]], material),
    triangle([low[1], right, high[0]], material),
    triangle([left, low[0], high[1]], material),
  ]);
}

/** A body turned about the vertical axis: the outline's (radius, height) from the bottom to the top. */
export function lathe(outline: readonly (readonly [number, number])[], material: Material, segments = 24): Mesh {
  const largest = Math.max(...outline.map(([radius]) => radius));
  const steps = outline.slice(1).map(([r, y], i) => {
    const [r0, y0] = outline[i] as readonly [number, number];
    const at = (u: number, v: number): Vector => {
      const radius = r0 + (r - r0) * v;
      return [radius * Math.cos(u * 2 * Math.PI), y0 + (y - y0) * v, -radius * Math.sin(u * 2 * Math.PI)];
    };
    const extent = [2 * Math.PI * largest, Math.hypot(r - r0, y - y0)] as const;
    return surface(at, { columns: segments, rows: 1, material, extent, isSmooth: true });
  });
  return mergeMeshes(steps);
}

export function cylinder(radius: number, height: number, material: Material): Mesh {
  return lathe(
    [
      [0, 0],
      [radius, 0],
      [radius, height],
      [0, height],
    ],
    material,
  );
}

export function cone(radius: number, height: number, material: Material): Mesh {
  return lathe(
    [
      [0, 0],
      [radius, 0],
      [0, height],
    ],
    material,
  );
}

/** A ball that lies on the ground. */
export function sphere(radius: number, material: Material): Mesh {
  const at = (u: number, v: number): Vector => {
    const ring = radius * Math.sin(v * Math.PI);
    return [
      ring * Math.cos(u * 2 * Math.PI),
      radius - radius * Math.cos(v * Math.PI),
      -ring * Math.sin(u * 2 * Math.PI),
    ];
  };
  const extent = [2 * Math.PI * radius, Math.PI * radius] as const;
  return surface(at, { columns: 28, rows: 16, material, extent, isSmooth: true });
}

/** A ring that lies on the ground. */
export function torus(radius: number, thickness: number, material: Material): Mesh {
  const at = (u: number, v: number): Vector => {
    const out = radius + thickness * Math.cos(v * 2 * Math.PI);
    const y = thickness + thickness * Math.sin(v * 2 * Math.PI);
    return [out * Math.cos(u * 2 * Math.PI), y, -out * Math.sin(u * 2 * Math.PI)];
  };
  const extent = [2 * Math.PI * radius, 2 * Math.PI * thickness] as const;
  return surface(at, { columns: 32, rows: 14, material, extent, isSmooth: true });
}

/** A staircase that rises towards −z. */
export function staircase([width, height, depth]: Vector, steps: number, material: Material): Mesh {
  return mergeMeshes(
    Array.from({ length: steps }, (_, i) => {
      const top = ((i + 1) / steps) * height;
      const front = depth / 2 - (i / steps) * depth;
      return boxBetween([-width / 2, 0, -depth / 2], [width / 2, top, front], material);
    }),
  );
}
