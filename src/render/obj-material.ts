import { basename, dirname, join } from 'node:path';
import { decodeImage } from '#image/decode.ts';
import type { Material } from './mesh.ts';
import type { ModelFiles } from './model-files.ts';
import { createTexture, linearOf, type Texture } from './texture.ts';
import type { Vector } from './vector.ts';

const maxMaterials = 256;
const maxTexturePixels = 16e6;
/** Textures are halved until no side is longer: they never fill more than an image of the training. */
const maxTextureSide = 512;

/** A material that lets most light through; its triangles are left out, since it has no depth of its own. */
export const seeThrough = Symbol('see-through');
export type ObjMaterial = Material | typeof seeThrough;

interface Description {
  color: Vector;
  opacity: number;
  gloss: number;
  emission: number;
  map?: string;
}

/** The materials of an MTL file and their textures. A texture that is missing leaves the plain colour. */
export async function readObjMaterials(files: ModelFiles, path: string): Promise<ReadonlyMap<string, ObjMaterial>> {
  const described = parseMtl(new TextDecoder('latin1').decode(await files.read(path)));
  const materials = new Map<string, ObjMaterial>();
  for (const [name, description] of described) {
    const map = description.map && textureFile(files, dirname(path), description.map);
    const texture = map ? await readTexture(files, map) : undefined;
    materials.set(name, toMaterial(description, texture));
  }
  return materials;
}

function toMaterial({ color, opacity, gloss, emission }: Description, texture: Texture | undefined): ObjMaterial {
  if (opacity < 0.5) return seeThrough;
  return texture
    ? { color: [0.95, 0.95, 0.95], texture, tileSize: 1, gloss, emission }
    : { color, tileSize: 1, gloss, emission };
}

function parseMtl(text: string): ReadonlyMap<string, Description> {
  const materials = new Map<string, Description>();
  let current: Description | undefined;
  for (const line of text.split(/\r?\n/)) {
    const [key = '', ...values] = line.trim().split(/\s+/);
    if (key === 'newmtl' && materials.size < maxMaterials) {
      current = { color: [0.6, 0.6, 0.6], opacity: 1, gloss: 0, emission: 0 };
      materials.set(values.join(' '), current);
    } else if (current) readProperty(current, key, values);
  }
  return materials;
}

function readProperty(material: Description, key: string, values: readonly string[]): void {
  const [x = 0, y = x, z = x] = values.map((value) => clamp(Number(value)));
  if (key === 'Kd') material.color = [linearOf(x), linearOf(y), linearOf(z)];
  else if (key === 'Ks') material.gloss = 0.4 * Math.min(linearOf((x + y + z) / 3), 1);
  else if (key === 'd') material.opacity = x;
  else if (key === 'Ke') material.emission = Math.max(x, y, z);
  else if (key === 'map_Kd') material.map = values.join(' ');
}

function clamp(value: number): number {
  return Number.isFinite(value) ? Math.min(Math.max(value, 0), 1) : 0;
}

/** Exporters write paths of their own disk; the file of that name beside the model is meant. */
function textureFile(files: ModelFiles, folder: string, map: string): string | undefined {
  const names = [join(folder, map), join(folder, basename(map.replaceAll('\\', '/')))];
  return names.find((name) => files.has(name));
}

/** undefined for an image that cannot be used: damaged, of a strange kind, or with holes (see-through texels). */
export async function readTexture(files: ModelFiles, name: string): Promise<Texture | undefined> {
  const bytes = await files.read(name);
  const isPngWithAlpha = bytes[1] === 0x50 && (bytes[25] === 4 || bytes[25] === 6);
  if (isPngWithAlpha) return undefined;
  try {
    const image = await decodeImage(bytes, { name, maxPixels: maxTexturePixels });
    const { levels } = createTexture(image);
    const kept = levels.filter(({ width, height }) => Math.max(width, height) <= maxTextureSide);
    return { levels: kept };
  } catch {
    return undefined;
  }
}
