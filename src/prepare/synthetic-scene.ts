import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeDepthPng, encodeRgbPng } from '#export/png.ts';
import { makeFolder } from '#files/folder.ts';
import { writeFailure } from '#files/write-failure.ts';
import { type Camera, intrinsicsOf } from '#geometry/camera.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import {
  drawViews,
  type GeneratedScene,
  generateScene,
  generatorVersion,
  type SceneKind,
  type SceneView,
  takeView,
} from '#render/generate-scene.ts';
import type { Split } from '#render/model-library.ts';
import type { Glimpse } from '#render/overlap.ts';
import type { SceneSupplies } from '#render/scene-kit.ts';
import { mutualOverlap } from '#render/viewpoints.ts';

/** What decides the contents of every scene's folder. */
export interface SceneSettings {
  readonly split: Split;
  readonly seed: number;
  readonly views: number;
  readonly width: number;
  readonly height: number;
  /** Of each view with an earlier one. */
  readonly overlap: readonly [low: number, high: number];
  readonly imageFormat: 'jpg' | 'png';
  /** Otherwise drawn for each scene. */
  readonly kind?: SceneKind;
  /** Folder of models and textures; without it scenes are of primitives. */
  readonly meshes?: string;
}

/** What a 16-bit image of millimetres holds. */
const farthest = 65.535;
/** Pairs that share less are not listed. */
const leastListed = 0.1;
/** A scene without enough good views gives way to another. */
const attempts = 5;

export function sceneName(number: number): string {
  return `scene-${String(number).padStart(5, '0')}`;
}

/** What `scene.json` records of the settings: a folder whose record differs was made otherwise. */
export function sceneRecord(settings: SceneSettings, number: number) {
  const { split, seed, views, width, height, overlap, imageFormat, kind, meshes } = settings;
  return {
    generator: 'dust3r prepare synthetic',
    version: generatorVersion,
    settings: {
      split,
      seed,
      scene: number,
      views,
      width,
      height,
      overlap,
      imageFormat,
      kind,
      hasMeshes: Boolean(meshes),
    },
  };
}

/** A folder that is being written; the process is named so that leftovers can be told from work in progress. */
function temporaryName(number: number): string {
  return `.${sceneName(number)}.${process.pid}.${randomUUID()}.tmp`;
}

/**
 * Renders scene number `number` into `output/scene-NNNNN`: images/, depth/ (16-bit millimetres, z, 0 = none), K.txt,
 * poses.txt (camera to world, one line a frame) and scene.json. The folder appears when it is complete.
 */
export async function writeSyntheticScene(
  output: string,
  number: number,
  settings: SceneSettings,
  supplies: SceneSupplies,
): Promise<void> {
  const { scene, views } = await viewableScene(supplies, settings, number);
  const folder = join(output, temporaryName(number));
  const complete = join(output, sceneName(number));
  const write: WriteFile = async (name, content) => {
    await writeFile(join(folder, name), content).catch((error: unknown) => {
      throw writeFailure(join(complete, name), error);
    });
  };
  try {
    await makeFolder(join(folder, 'images'));
    await makeFolder(join(folder, 'depth'));
    for (const [at, { camera }] of views.entries()) {
      const name = String(at).padStart(6, '0');
      await writeFrame(write, name, takeView(scene, camera, `${scene.seed}/${at}`), settings.imageFormat);
    }
    await write('K.txt', matrixText(intrinsicsOf((views[0] as Glimpse).camera), 3));
    await write('poses.txt', views.map(({ camera }) => poseLine(camera)).join(''));
    await write('scene.json', `${JSON.stringify(description(scene, views, sceneRecord(settings, number)))}\n`);
    await rename(folder, complete);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function viewableScene(supplies: SceneSupplies, settings: SceneSettings, number: number) {
  const { split, width, height, overlap, views: count, kind } = settings;
  let failure: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const seed = `${settings.seed}/${number}${attempt === 0 ? '' : `/${attempt}`}`;
    const scene = await generateScene(supplies, { seed, split, ...(kind ? { kind } : {}) });
    try {
      return { scene, views: drawViews(scene, { width, height, overlap, count, seed }) };
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`${sceneName(number)}: ${(failure as Error).message}`, { cause: failure });
}

/** Of the scene's folder. */
type WriteFile = (name: string, content: string | Uint8Array) => Promise<void>;

async function writeFrame(
  write: WriteFile,
  name: string,
  { image, depth }: SceneView,
  format: SceneSettings['imageFormat'],
): Promise<void> {
  const { width, height } = image;
  const encoded =
    format === 'png'
      ? encodeRgbPng(image)
      : await encodeJpeg(image, { quality: 92, longSide: Math.max(width, height) });
  const values = depth.map((z) => (z < farthest ? z : 0));
  await write(`images/${name}.${format}`, encoded);
  await write(`depth/${name}.png`, encodeDepthPng({ width, height, values }, { scale: 0.001 }).png);
}

function matrixText(values: Float64Array, columns: number): string {
  const rows = Array.from({ length: values.length / columns }, (_, i) =>
    values.subarray(i * columns, (i + 1) * columns),
  );
  return rows.map((row) => `${numbers(row)}\n`).join('');
}

function poseLine({ camToWorld }: Camera): string {
  return `${numbers(camToWorld)}\n`;
}

function numbers(values: Float64Array): string {
  return Array.from(values, (value) => value.toFixed(9)).join(' ');
}

function description({ scene, kind, models }: GeneratedScene, views: readonly Glimpse[], record: object): object {
  const pairs = views.flatMap((first, i) =>
    views.slice(i + 1).map((second, k) => ({ i, j: i + 1 + k, overlap: mutualOverlap(scene, first, second) })),
  );
  return {
    ...record,
    kind,
    models: models.map(({ name, creator, licence }) => ({ name, creator, licence })),
    pairs: pairs
      .filter(({ overlap }) => overlap >= leastListed)
      .map((pair) => ({ ...pair, overlap: Number(pair.overlap.toFixed(3)) })),
  };
}
