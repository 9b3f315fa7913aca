import type { Matrix4 } from '#geometry/camera.ts';
import { transformPoints } from '#geometry/rigid.ts';
import type { Texture } from './texture.ts';
import { cross, normalize, subtract, type Vector } from './vector.ts';

/** How a surface looks. Colours are linear. */
export interface Material {
  /** Multiplies the texture, or is the colour where there is none. */
  readonly color: Vector;
  readonly texture?: Texture;
  /** How large one tile of the texture is, in the units of the mesh's uv; 1 for uv that are parts of the texture. */
  readonly tileSize: number;
  /** Strength of the highlight, 0 to 1. */
  readonly gloss: number;
  /** Light of its own, as a multiple of the colour. */
  readonly emission: number;
}

export function plainMaterial(color: Vector, gloss = 0): Material {
  return { color, tileSize: 1, gloss, emission: 0 };
}

/** Triangles, each with corners of its own, so that parts can be moved, deformed and put together freely. */
export interface Mesh {
  /** [T, 3 corners, 3] */
  readonly positions: Float32Array;
  /** [T, 3 corners, 3], of length 1, for shading. */
  readonly normals: Float32Array;
  /** [T, 3 corners, 2] */
  readonly uvs: Float32Array;
  /** [T]: position in `materials`. */
  readonly materialOf: Uint16Array;
  readonly materials: readonly Material[];
}

function triangleCount(mesh: Mesh): number {
  return mesh.materialOf.length;
}

/** All parts as one mesh. */
export function mergeMeshes(parts: readonly Mesh[]): Mesh {
  const total = parts.reduce((sum, part) => sum + triangleCount(part), 0);
  const merged = {
    positions: new Float32Array(9 * total),
    normals: new Float32Array(9 * total),
    uvs: new Float32Array(6 * total),
    materialOf: new Uint16Array(total),
  };
  const numbers = new Map<Material, number>();
  let at = 0;
  for (const part of parts) {
    merged.positions.set(part.positions, 9 * at);
    merged.normals.set(part.normals, 9 * at);
    merged.uvs.set(part.uvs, 6 * at);
    const renumbered = part.materials.map((material) => numberOf(numbers, material));
    for (let i = 0; i < triangleCount(part); i++) {
      merged.materialOf[at + i] = renumbered[part.materialOf[i] as number] as number;
    }
    at += triangleCount(part);
  }
  return { ...merged, materials: [...numbers.keys()] };
}

function numberOf(numbers: Map<Material, number>, material: Material): number {
  const known = numbers.get(material);
  if (known !== undefined) return known;
  numbers.set(material, numbers.size);
  return numbers.size - 1;
}

/**
 * The mesh through a 4×4 transform, which may scale, each axis by its own factor. Normals go through the inverse
 * transpose.
 */
export function transformMesh(mesh: Mesh, transform: Matrix4): Mesh {
  const normals = transformPoints(normalTransform(transform), mesh.normals);
  for (let i = 0; i < normals.length; i += 3) {
    const x = normals[i] as number;
    const y = normals[i + 1] as number;
    const z = normals[i + 2] as number;
    const inverse = 1 / Math.max(Math.sqrt(x * x + y * y + z * z), 1e-20);
    normals[i] = x * inverse;
    normals[i + 1] = y * inverse;
    normals[i + 2] = z * inverse;
  }
  return { ...mesh, positions: transformPoints(transform, mesh.positions), normals };
}

/** The cofactors of the 3×3 part: its inverse transpose up to a factor. */
function normalTransform(transform: Matrix4): Matrix4 {
  const row = (i: number): Vector => [
    transform[4 * i] as number,
    transform[4 * i + 1] as number,
    transform[4 * i + 2] as number,
  ];
  const rows = [cross(row(1), row(2)), cross(row(2), row(0)), cross(row(0), row(1))];
  return Float64Array.from([...rows.flatMap((cofactors) => [...cofactors, 0]), 0, 0, 0, 1]);
}

/** A box along the axes. */
export interface Bounds {
  readonly min: Vector;
  readonly max: Vector;
}

export function boundsOf({ positions }: Mesh): Bounds {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const axis = (i % 3) as 0 | 1 | 2;
    const value = positions[i] as number;
    if (value < min[axis]) min[axis] = value;
    if (value > max[axis]) max[axis] = value;
  }
  return { min, max };
}

/** Moves the texture, in units of uv: so that faces beside each other share one. */
export function shiftUv(mesh: Mesh, [du, dv]: readonly [number, number]): Mesh {
  return { ...mesh, uvs: mesh.uvs.map((value, i) => value + (i % 2 === 0 ? du : dv)) };
}

/** Every triangle's own normal at its corners: for faceted shapes, and after a deformation. */
export function facetedMesh(mesh: Mesh): Mesh {
  const { positions } = mesh;
  const normals = new Float32Array(positions.length);
  const corner = (at: number): Vector => [
    positions[at] as number,
    positions[at + 1] as number,
    positions[at + 2] as number,
  ];
  for (let at = 0; at < positions.length; at += 9) {
    const first = corner(at);
    const normal = normalize(cross(subtract(corner(at + 3), first), subtract(corner(at + 6), first)));
    for (let k = 0; k < 9; k += 3) normals.set(normal, at + k);
  }
  return { ...mesh, normals };
}
