import { readFile, stat } from 'node:fs/promises';
import { expectMatrix, expectSide } from '#formats/json-numbers.ts';
import { nerfstudioPhotograph } from '#formats/nerfstudio.ts';
import type { KnownCamera } from './known-cameras.ts';
import { colmapCameras } from './known-colmap.ts';

/**
 * Known cameras from a file: JSON like our own cameras.json, nerfstudio's transforms.json, or a folder with a
 * COLMAP model (text or binary). In cameras.json only an entry's name is needed: with `camToWorld` its pose is known, with
 * `width`, `height` and `intrinsics` its focal lengths and principal point.
 * @throws Error naming the file and the entry
 */
export async function readKnownCameras(path: string): Promise<KnownCamera[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return colmapCameras(path);
  const content = parseJson(await readText(path), path);
  if (Array.isArray(content['frames'])) return nerfstudioCameras(content, path);
  const entries = content['cameras'];
  if (!Array.isArray(entries) || entries.length === 0)
    throw new Error(
      `${path}: expected "cameras", as in our cameras.json, or "frames", as in nerfstudio's transforms.json`,
    );
  return entries.map((entry, i) => parseEntry(entry, `${path}: camera ${i}`));
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
    const { filePath, camToWorld, lens } = nerfstudioPhotograph(content, frame, path);
    return { name: filePath, camToWorld, ...(lens ? { intrinsics: lens } : {}) };
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
  const [focalPx, principalPx] = [[at(0), at(4)] as const, [at(2), at(5)] as const];
  const size = { width: expectSide(width, `${named}, width`), height: expectSide(height, `${named}, height`) };
  return { name, ...pose, intrinsics: { ...size, focalPx, principalPx } };
}
