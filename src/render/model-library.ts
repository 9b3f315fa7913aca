import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CatalogEntry, parseFurnitureCatalog } from './furniture-catalog.ts';
import { boundsOf, type Mesh, transformMesh } from './mesh.ts';
import { folderFiles, type ModelFiles, zipFiles } from './model-files.ts';
import { readObj } from './obj.ts';
import { readTexture } from './obj-material.ts';
import { inOrder, scaling, translation } from './placement.ts';
import { Recent } from './recent.ts';
import type { Texture } from './texture.ts';

export type Split = 'train' | 'val';

/** Models and textures that do not come from this program. Of each only the split's part is listed. */
export interface ModelLibrary {
  readonly models: readonly LibraryModel[];
  /** Pictures for surfaces, by name. */
  readonly textureNames: readonly string[];
  /**
   * The model at its size in metres: standing at y = 0, about x = z = 0, its front towards +z. undefined for one that
   * cannot be used: damaged, too many triangles, or nothing but glass.
   */
  mesh(model: LibraryModel): Promise<Mesh | undefined>;
  texture(name: string): Promise<Texture | undefined>;
}

export interface LibraryModel extends CatalogEntry {
  readonly licence: string;
}

/** No models and no textures: scenes then are made of primitives and procedural textures alone. */
export const emptyLibrary: ModelLibrary = {
  models: [],
  textureNames: [],
  mesh: async () => undefined,
  texture: async () => undefined,
};

const maxFiles = 20_000;
const keptModels = 96;
const keptTextures = 96;

/**
 * Lists a folder's Sweet Home 3D libraries (`.sh3f`), its OBJ files (metres, y up), and the images in folders named
 * `textures`. Reads catalogues only; meshes and pictures when asked for, the last ones are kept.
 * @throws Error naming the folder if it is missing or has none of these
 */
export async function openModelLibrary(folder: string, split: Split): Promise<ModelLibrary> {
  const names = await listFiles(folder);
  const files = folderFiles(folder, new Set(names));
  const sources = new Map<LibraryModel, ModelFiles>();
  for (const name of names.filter((file) => file.endsWith('.sh3f'))) await addArchive(sources, join(folder, name));
  for (const name of names.filter((file) => file.endsWith('.obj'))) sources.set(looseModel(name), files);
  const textures = names.filter((name) => /(^|\/)textures\/.*\.(jpe?g|png)$/i.test(name));
  if (sources.size + textures.length === 0) {
    throw new Error(`${folder}: expected .sh3f libraries, .obj files or textures/*.jpg, found none below this folder`);
  }
  const models = [...sources.keys()].filter(({ name }) => splitOf(name) === split);
  const meshes = new Recent(keptModels, (model: LibraryModel) => loadMesh(sources.get(model) as ModelFiles, model));
  const pictures = new Recent(keptTextures, (name: string) => readTexture(files, name));
  return {
    models,
    textureNames: textures.filter((name) => splitOf(name) === split),
    mesh: (model) => meshes.get(model),
    texture: (name) => pictures.get(name),
  };
}

/** One model in five is for validation: the same ones always, whatever else a folder holds. */
export function splitOf(name: string): Split {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x0100_0193);
  return (hash >>> 8) % 5 === 0 ? 'val' : 'train';
}

async function listFiles(folder: string): Promise<string[]> {
  const info = await stat(folder).catch(() => undefined);
  if (!info?.isDirectory()) {
    throw new Error(`${folder}: expected a folder of models; sweethome3d-furniture of Debian has one, or leave it out`);
  }
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile()).slice(0, maxFiles);
  return files.map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length)).sort();
}

async function addArchive(sources: Map<LibraryModel, ModelFiles>, path: string): Promise<void> {
  const files = await zipFiles(path);
  const text = new TextDecoder('latin1').decode(await files.read('PluginFurnitureCatalog.properties'));
  const { licence, entries } = parseFurnitureCatalog(text);
  for (const entry of entries) sources.set({ ...entry, licence }, files);
}

function looseModel(name: string): LibraryModel {
  return {
    name,
    title: name,
    category: 'Miscellaneous',
    model: name,
    size: [0, 0, 0],
    rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    elevation: 0,
    isDoorOrWindow: false,
    creator: 'unknown',
    licence: 'unknown',
  };
}

async function loadMesh(files: ModelFiles, entry: CatalogEntry): Promise<Mesh | undefined> {
  try {
    return stand(await readObj(files, entry.model), entry);
  } catch {
    return undefined;
  }
}

/** Turned upright, scaled to the catalogue's size (if it has one), and put on the floor. */
function stand(mesh: Mesh, { rotation, size }: CatalogEntry): Mesh {
  const [a, b, c, d, e, f, g, h, i] = rotation as number[] as Nine;
  const turned = transformMesh(mesh, Float64Array.of(a, b, c, 0, d, e, f, 0, g, h, i, 0, 0, 0, 0, 1));
  const { min, max } = boundsOf(turned);
  const factor = (axis: 0 | 1 | 2) => (size[axis] === 0 ? 1 : size[axis] / Math.max(max[axis] - min[axis], 1e-6));
  const toFloor = translation([-(min[0] + max[0]) / 2, -min[1], -(min[2] + max[2]) / 2]);
  return transformMesh(turned, inOrder(toFloor, scaling([factor(0), factor(1), factor(2)])));
}

type Nine = [number, number, number, number, number, number, number, number, number];
