import { BufferAttribute, BufferGeometry } from 'three';
import { MeshBVH, SAH } from 'three-mesh-bvh';
import type { Mesh } from './mesh.ts';

/**
 * A bounding volume hierarchy in flat arrays, built by three-mesh-bvh; `Tracer` walks it. Nodes are eight 32-bit words in
 * depth-first order: the bounds (min x, y, z, max x, y, z), then for an inner node how many nodes to the right child and
 * the axis of the split (the left child follows), for a leaf its first triangle and 0xffff0000 | count.
 */
export interface Bvh {
  readonly floats: Float32Array;
  readonly words: Uint32Array;
  /** [T, 9]: first corner and the two edges from it, in the order of the leaves. */
  readonly triangles: Float32Array;
  /** [T]: position in the leaves → triangle of the mesh. */
  readonly triangleOf: Uint32Array;
}

export const nodeWords = 8;
export const leafFlag = 0xffff_0000;

/** @throws RangeError for a mesh without triangles */
export function buildBvh(mesh: Mesh): Bvh {
  if (mesh.materialOf.length === 0) throw new RangeError('buildBvh: expected a mesh with triangles, got an empty one');
  const tree = meshBvhOf(mesh);
  const { roots, indirectBuffer } = MeshBVH.serialize(tree, { cloneBuffers: false });
  const [root] = roots;
  if (roots.length !== 1 || !root || !indirectBuffer) {
    throw new Error('buildBvh: expected one root and an order of triangles from three-mesh-bvh; is its version 0.9?');
  }
  const triangleOf = Uint32Array.from(indirectBuffer);
  return {
    floats: new Float32Array(root),
    words: new Uint32Array(root),
    triangles: cornersAndEdges(mesh.positions, triangleOf),
    triangleOf,
  };
}

/** three-mesh-bvh's own tree, whose `raycastFirst` is the plain form of `Tracer`. */
export function meshBvhOf({ positions }: Mesh): MeshBVH {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new BufferAttribute(positions, 3));
  return new MeshBVH(geometry, { strategy: SAH, targetLeafSize: 4, indirect: true, setBoundingBox: false });
}

function cornersAndEdges(positions: Float32Array, order: Uint32Array): Float32Array {
  const triangles = new Float32Array(order.length * 9);
  for (let i = 0; i < order.length; i++) {
    const from = 9 * (order[i] as number);
    for (let k = 0; k < 3; k++) {
      const corner = positions[from + k] as number;
      triangles[9 * i + k] = corner;
      triangles[9 * i + 3 + k] = (positions[from + 3 + k] as number) - corner;
      triangles[9 * i + 6 + k] = (positions[from + 6 + k] as number) - corner;
    }
  }
  return triangles;
}
