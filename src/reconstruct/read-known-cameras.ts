import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expectMatrix, expectSide } from '#formats/json-numbers.ts';
import { nerfstudioPhotograph } from '#formats/nerfstudio.ts';
import type { KnownCamera } from './known-cameras.ts';
import { colmapCameras } from './known-colmap.ts';

/**
 * Known cameras from a file: JSON like our own cameras.json, nerfstudio's transforms.json, or a folder with a
 * COLMAP model (text or binary), or one that holds any of these. In cameras.json only an entry's name is needed: with `camToWorld` its pose is known, with
 * `width`, `height` and `intrinsics` its focal lengths and principal point.
 * @throws Error naming the file and the entry
 */
export async function readKnownCameras(path: string): Promise<KnownCamera[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return readFolder(path);
  const content = parseJson(await readText(path), path);
  if (Array.isArray(content['frames'])) return nerfstudioCameras(content, path);
  const entries = content['cameras'];
  if (!Array.isArray(entries) || entries.length === 0)
    throw new Error(
      `${path}: expected "cameras", as in our cameras.json, or "frames", as in nerfstudio's transforms.json`,
    );
  return entries.map((entry, i) => parseEntry(entry, `${path}: camera ${i}`));
}

/** Where programs put them in their folders, ours too. */
const usualModels = ['', 'sparse/0', 'sparse', 'colmap/sparse/0', 'colmap-text/sparse/0'];
const usualFiles = ['cameras.json', 'transforms.json', 'nerfstudio/transforms.json'];

/** A folder is a COLMAP model, or holds one, or one of the files. */
async function readFolder(folder: string): Promise<KnownCamera[]> {
  const models = await existing(
    usualModels.map((name) => join(folder, name)),
    hasColmap,
  );
  if (models[0] === folder) return colmapCameras(folder);
  const files = await existing(
    usualFiles.map((name) => join(folder, name)),
    isFile,
  );
  const found = [...models, ...files];
  const [only, ...others] = found;
  if (only === undefined)
    throw new Error(
      `${folder}: expected a COLMAP model (cameras and images, .bin or .txt), ${usualFiles.slice(0, 2).join(' or ')}, found none`,
    );
  if (others.length > 0) throw new Error(`${folder} has known cameras in ${found.join(', ')}; give one of them`);
  return readKnownCameras(only);
}

async function existing(paths: readonly string[], is: (path: string) => Promise<boolean>): Promise<string[]> {
  const are = await Promise.all(paths.map(is));
  return paths.filter((_, i) => are[i]);
}

const isFile = async (path: string) => (await stat(path).catch(() => undefined))?.isFile() ?? false;

async function hasColmap(folder: string): Promise<boolean> {
  const kinds = ['.bin', '.txt'].map((ending) => isFile(join(folder, `images${ending}`)));
  return (await Promise.all(kinds)).includes(true);
}

const maxFileBytes = 256 * 2 ** 20;

async function readText(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new Error(`${path}: no such file of known cameras`);
  if (found.size > maxFileBytes)
    throw new Error(`${path}: the file has ${found.size} bytes; known cameras of at most ${maxFileBytes} are read`);
  return readFile(path, 'utf8');
}

function parseJson(text: string, path: string): Record<string, unknown> {
  try {
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${path}: expected JSON like cameras.json (${(error as Error).message})`, { cause: error });
  }
}

function nerfstudioCameras(content: Readonly<Record<string, unknown>>, path: string): KnownCamera[] {
  return (content['frames'] as unknown[]).map((_, frame) => {
    const { filePath, camToWorld, lens, fieldOfViewX } = nerfstudioPhotograph(content, frame, path);
    const angle = fieldOfViewX === undefined ? {} : { fieldOfViewX };
    return { name: filePath, camToWorld, ...(lens ? { intrinsics: lens } : angle) };
  });
}

function parseEntry(entry: unknown, where: string): KnownCamera {
  const { name, camToWorld, intrinsics, width, height } = (entry ?? {}) as Record<string, unknown>;
  if (typeof name !== 'string' || name === '') throw new Error(`${where}: expected the photograph's name under "name"`);
  const named = `${where} (${name})`;
  const pose = camToWorld === undefined ? {} : { camToWorld: expectMatrix(camToWorld, 4, `${named}, camToWorld`) };
  if (intrinsics === undefined) return { name, ...pose };
  const K = expectMatrix(intrinsics, 3, `${named}, intrinsics`);
  const at = (i: number) => K[i] as number;
  if (at(1) !== 0)
    throw new Error(`${named}, intrinsics: expected no skew, got ${at(1)}; the alignment's cameras have none`);
  const [focalPx, principalPx] = [[at(0), at(4)] as const, [at(2), at(5)] as const];
  const size = { width: expectSide(width, `${named}, width`), height: expectSide(height, `${named}, height`) };
  return { name, ...pose, intrinsics: { ...size, focalPx, principalPx } };
}
