import { dirname, join } from 'node:path';
import { facetedMesh, type Material, type Mesh } from './mesh.ts';
import type { ModelFiles } from './model-files.ts';
import { type ObjMaterial, readObjMaterials, seeThrough } from './obj-material.ts';

export interface ObjOptions {
  /** Models with more triangles are refused (default 20,000): they are small in an image and slow. */
  readonly maxTriangles?: number;
}

const maxObjBytes = 32 * 2 ** 20;
const plain: Material = { color: [0.6, 0.6, 0.6], tileSize: 1, gloss: 0, emission: 0 };

/**
 * Reads a Wavefront OBJ file and its materials; polygons become fans of triangles. What is mostly transparent is left
 * out.
 * @throws Error naming the file if it is missing, damaged, empty or too large
 */
export async function readObj(files: ModelFiles, path: string, options: ObjOptions = {}): Promise<Mesh> {
  const { maxTriangles = 20_000 } = options;
  const text = new TextDecoder('latin1').decode(await files.read(path, maxObjBytes));
  const name = `${files.path}: ${path}`;
  const libraries = [...text.matchAll(/^mtllib\s+(.+?)\s*$/gm)].slice(0, 8).map((match) => match[1] as string);
  const materials = new Map<string, ObjMaterial>();
  for (const library of libraries) {
    const file = join(dirname(path), library);
    if (!files.has(file)) continue;
    for (const [key, material] of await readObjMaterials(files, file)) materials.set(key, material);
  }
  const reader = new ObjReader(materials, { name, maxTriangles });
  for (const line of text.split('\n')) reader.readLine(line.trim());
  return reader.mesh();
}

/** Collects corners: numbers of position, texture place and normal, of which only the first is always there. */
class ObjReader {
  private readonly positions: number[] = [];
  private readonly places: number[] = [];
  private readonly normals: number[] = [];
  /** [triangle, corner, (position, place, normal)]; −1 for what is missing. */
  private readonly corners: number[] = [];
  private readonly materialOf: number[] = [];
  private readonly numbers = new Map<Material, number>();
  private readonly known: ReadonlyMap<string, ObjMaterial>;
  private readonly limits: { readonly name: string; readonly maxTriangles: number };
  private current: ObjMaterial = plain;

  constructor(known: ReadonlyMap<string, ObjMaterial>, limits: { name: string; maxTriangles: number }) {
    this.known = known;
    this.limits = limits;
  }

  readLine(line: string): void {
    const [key, ...values] = line.split(/\s+/);
    if (key === 'v') pushNumbers(this.positions, values, 3);
    else if (key === 'vt') pushNumbers(this.places, values, 2);
    else if (key === 'vn') pushNumbers(this.normals, values, 3);
    else if (key === 'usemtl') this.current = this.known.get(values.join(' ')) ?? plain;
    else if (key === 'f') this.readFace(values);
  }

  mesh(): Mesh {
    const { corners, limits } = this;
    if (corners.length === 0) throw new Error(`${limits.name}: no visible triangles`);
    const mesh: Mesh = {
      positions: new Float32Array(corners.length),
      normals: new Float32Array(corners.length),
      uvs: new Float32Array((corners.length / 3) * 2),
      materialOf: Uint16Array.from(this.materialOf),
      materials: [...this.numbers.keys()],
    };
    let hasNormals = true;
    for (let corner = 0, from = 0; from < corners.length; corner++, from += 3) {
      const place = 2 * (corners[from + 1] as number);
      const normal = 3 * (corners[from + 2] as number);
      for (let k = 0; k < 3; k++) {
        mesh.positions[3 * corner + k] = this.positions[3 * (corners[from] as number) + k] ?? Number.NaN;
        mesh.normals[3 * corner + k] = this.normals[normal + k] ?? 0;
      }
      mesh.uvs[2 * corner] = this.places[place] ?? 0;
      mesh.uvs[2 * corner + 1] = 1 - (this.places[place + 1] ?? 0);
      hasNormals &&= normal >= 0 && normal < this.normals.length;
    }
    if (!mesh.positions.every(Number.isFinite))
      throw new Error(`${limits.name}: a face names a vertex that is missing`);
    return hasNormals ? mesh : facetedMesh(mesh);
  }

  private readFace(values: readonly string[]): void {
    const material = this.current;
    if (material === seeThrough || values.length < 3) return;
    const { name, maxTriangles } = this.limits;
    if (this.materialOf.length + values.length - 2 > maxTriangles) {
      throw new RangeError(`${name}: more than ${maxTriangles} triangles`);
    }
    const polygon = values.map((value) => this.readCorner(value));
    if (!this.numbers.has(material)) this.numbers.set(material, this.numbers.size);
    for (let i = 1; i + 1 < polygon.length; i++) {
      this.materialOf.push(this.numbers.get(material) as number);
      for (const corner of [polygon[0], polygon[i], polygon[i + 1]]) this.corners.push(...(corner as number[]));
    }
  }

  /** "7/3/5": numbers count from 1, or back from the end if negative. */
  private readCorner(text: string): number[] {
    const parts = text.split('/').map(Number);
    const counts = [this.positions.length / 3, this.places.length / 2, this.normals.length / 3];
    return counts.map((count, k) => {
      const number = parts[k];
      if (!number) return -1;
      return number > 0 ? number - 1 : count + number;
    });
  }
}

function pushNumbers(list: number[], values: readonly string[], count: number): void {
  for (let k = 0; k < count; k++) list.push(Number(values[k] ?? 0));
}
