import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import type { Camera } from '#geometry/camera.ts';
import type { PairResidual, ReconstructedView, Reconstruction } from './reconstruction.ts';
import {
  type SceneJson,
  type SceneSettings,
  sceneConvention,
  sceneFileName,
  sceneFormat,
  sceneVersion,
} from './scene-file-format.ts';
import { readMaps, writeMaps } from './scene-file-maps.ts';
import { type ParsedScene, parseScene } from './scene-file-parse.ts';

export interface WriteSceneOptions {
  /**
   * Where each view's photograph lies (default: its photographPath). Kept relative to scene.json, so that both can move
   * together.
   */
  readonly photographs?: readonly (string | undefined)[];
  /** What made the scene, such as the size of the images and the graph of pairs; given back by readScene. */
  readonly settings?: SceneSettings;
  readonly signal?: AbortSignal;
}

/** A finished scene as it was saved. */
export interface SavedScene {
  readonly reconstruction: Reconstruction;
  /** Each view's photographPath, as it is from the place of scene.json; nothing was opened. */
  readonly photographs: readonly (string | undefined)[];
  readonly settings: SceneSettings;
}

const mapsFileName = 'scene.safetensors';

/**
 * Saves a finished scene, so that readScene() gives it back: `scene.json` with the cameras, and beside it
 * `scene.safetensors` with depth (float32), confidence (float16, at most 65504) and image of every view, about 9 bytes a
 * pixel. Points are not stored: they are the depths, back-projected. The folder is made where it is missing.
 * @returns the paths, in the order of writing
 * @throws RangeError for a camera or map that could not be read again, Error naming a file that could not be written
 */
export async function writeScene(
  folder: string,
  reconstruction: Reconstruction,
  options: WriteSceneOptions = {},
): Promise<string[]> {
  expectComplete(reconstruction, options);
  const scene = describeScene(folder, reconstruction, options);
  const id = createHash('sha256').update(JSON.stringify(scene)).digest('hex').slice(0, 32);
  const json: SceneJson = { ...scene, maps: { file: mapsFileName, id } };
  const text = `${JSON.stringify(json, null, 1)}\n`;
  expectReadable(text);
  const [maps, path] = [join(folder, mapsFileName), join(folder, sceneFileName)];
  await makeFolder(folder);
  await writeMaps(maps, reconstruction.views, { id, ...(options.signal ? { signal: options.signal } : {}) });
  await writeFileAtomically(path, text);
  return [maps, path];
}

function expectComplete({ views }: Reconstruction, { photographs = [] }: WriteSceneOptions): void {
  if (photographs.length > 0 && photographs.length !== views.length)
    throw new RangeError(`writeScene: expected ${views.length} photographs, one a view, got ${photographs.length}`);
  for (const { name, camera, originalCamera } of views) {
    if (originalCamera.camToWorld.some((value, i) => value !== camera.camToWorld[i]))
      throw new RangeError(`writeScene: both cameras of view "${name}" must have one pose`);
  }
}

/** What cannot be read again is not written: JSON has no NaN, and a camera may be none. */
function expectReadable(text: string): void {
  try {
    parseScene(text);
  } catch (error) {
    throw new RangeError(`writeScene: ${(error as Error).message}`, { cause: error });
  }
}

function describeScene(
  folder: string,
  reconstruction: Reconstruction,
  { photographs = [], settings }: WriteSceneOptions,
): Omit<SceneJson, 'maps'> {
  const { reference, poseFound, minConfidence, loss, views, pairs } = reconstruction;
  return {
    format: sceneFormat,
    version: sceneVersion,
    convention: sceneConvention,
    reference,
    poseFound,
    minConfidence,
    ...(loss === undefined ? {} : { loss }),
    ...(settings ? { settings } : {}),
    views: views.map((view, i) => describeView(view, relativePath(folder, photographs[i] ?? view.photographPath))),
    ...(pairs ? { pairs: pairs.map(describePair) } : {}),
  };
}

function relativePath(folder: string, photograph: string | undefined): string | undefined {
  return photograph === undefined ? undefined : relative(resolve(folder), resolve(photograph)).split(sep).join('/');
}

function describeView({ name, camera, originalCamera }: ReconstructedView, photograph: string | undefined) {
  const { camToWorld } = camera;
  return {
    name,
    ...(photograph === undefined ? {} : { photograph }),
    original: describeLens(originalCamera),
    network: describeLens(camera),
    camToWorld: [0, 4, 8, 12].map((start) => [...camToWorld.subarray(start, start + 4)]),
  };
}

function describeLens({ width, height, focalPx, principalPx }: Camera) {
  return { width, height, focalPx, principalPx };
}

function describePair({ first, second, residual, relativeResidual, scale }: PairResidual): PairResidual {
  return {
    ...{ first, second, residual },
    ...(relativeResidual === undefined ? {} : { relativeResidual }),
    ...(scale === undefined ? {} : { scale }),
  };
}

const maxSceneBytes = 64 * 2 ** 20;

/**
 * Reads a scene that writeScene() wrote.
 * @param path scene.json, or the folder that holds it
 * @throws Error, one line that names the file, if it is missing, no scene, of another version or damaged, or if its maps
 *   are missing, of another scene or of other sizes
 */
export async function readScene(path: string, options: { readonly signal?: AbortSignal } = {}): Promise<SavedScene> {
  const file = await findSceneFile(path);
  const scene = await readSceneJson(file);
  const folder = dirname(file);
  const maps = await readMaps(join(folder, scene.maps.file), scene, options);
  const photographs = scene.views.map(({ photograph }) => photograph && resolve(folder, photograph));
  const views = maps.map((view, i) => {
    const photographPath = photographs[i];
    return photographPath === undefined ? view : { ...view, photographPath };
  });
  const { reference, poseFound, minConfidence, loss, pairs, settings } = scene;
  return {
    reconstruction: {
      views,
      reference,
      poseFound,
      minConfidence,
      ...(loss === undefined ? {} : { loss }),
      ...(pairs ? { pairs } : {}),
    },
    photographs,
    settings,
  };
}

async function findSceneFile(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  const file = found?.isDirectory() ? join(path, sceneFileName) : path;
  const info = await stat(file).catch(() => undefined);
  if (!info) throw new Error(`${file}: there is no such scene; dust3r infer and reconstruct write one`);
  if (!info.isFile()) throw new Error(`${file}: expected a scene, found something that is no regular file`);
  if (info.size > maxSceneBytes)
    throw new Error(`${file}: the file has ${info.size} bytes; scenes of at most ${maxSceneBytes} are read`);
  return file;
}

async function readSceneJson(file: string): Promise<ParsedScene> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file}: cannot be read (${error.code ?? error.message})`, { cause: error });
  });
  try {
    return parseScene(text);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
