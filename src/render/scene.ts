import { type Bvh, buildBvh } from './bvh.ts';
import type { Material, Mesh } from './mesh.ts';
import type { Texture } from './texture.ts';
import type { Vector } from './vector.ts';

/** A lamp at a place, or the sun. Colours are linear and say how bright as well. */
export type Light =
  | { readonly kind: 'lamp'; readonly position: Vector; readonly color: Vector; readonly radius: number }
  /** `direction` leads to the sun; `radius` is the sine of half its apparent size. */
  | { readonly kind: 'sun'; readonly direction: Vector; readonly color: Vector; readonly radius: number };

/** Light from everywhere, and what is seen where there is nothing. */
export interface Surroundings {
  readonly zenith: Vector;
  readonly horizon: Vector;
  /** Light thrown back from below. */
  readonly ground: Vector;
  /** 0: clear, 1: covered. */
  readonly clouds: number;
  readonly seed: number;
}

/** What is rendered: y points up, lengths in metres (or the scene's own unit). */
export interface SceneContents {
  readonly mesh: Mesh;
  readonly lights: readonly Light[];
  readonly surroundings: Surroundings;
  /** How far a surface can be that keeps ambient light away. */
  readonly occlusionReach: number;
}

/** Contents made ready for rays. */
export interface Scene extends SceneContents {
  readonly bvh: Bvh;
  /** [T]: texels of the full size per unit of length. */
  readonly texelDensity: Float32Array;
}

export function prepareScene(contents: SceneContents): Scene {
  return { ...contents, bvh: buildBvh(contents.mesh), texelDensity: texelDensities(contents.mesh) };
}

function texelDensities({ positions, uvs, materialOf, materials }: Mesh): Float32Array {
  const squaredTexels = materials.map(squaredTexelsPerUv);
  return Float32Array.from(materialOf, (material, triangle) => {
    const uvArea = twiceUvArea(uvs, 6 * triangle);
    const area = Math.max(twiceArea(positions, 9 * triangle), 1e-12);
    return Math.sqrt((uvArea / area) * (squaredTexels[material] as number));
  });
}

function squaredTexelsPerUv({ texture, tileSize }: Material): number {
  const image = (texture as Texture | undefined)?.levels[0];
  return image ? (image.width * image.height) / tileSize ** 2 : 0;
}

function twiceUvArea(uvs: Float32Array, at: number): number {
  const [u0, v0, u1, v1, u2, v2] = uvs.subarray(at, at + 6) as unknown as Six;
  return Math.abs((u1 - u0) * (v2 - v0) - (u2 - u0) * (v1 - v0));
}

type Six = [number, number, number, number, number, number];

function twiceArea(positions: Float32Array, at: number): number {
  const edge = (from: number, axis: number) =>
    (positions[at + from + axis] as number) - (positions[at + axis] as number);
  const x = edge(3, 1) * edge(6, 2) - edge(3, 2) * edge(6, 1);
  const y = edge(3, 2) * edge(6, 0) - edge(3, 0) * edge(6, 2);
  const z = edge(3, 0) * edge(6, 1) - edge(3, 1) * edge(6, 0);
  return Math.sqrt(x * x + y * y + z * z);
}
