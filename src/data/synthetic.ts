import type { PythonValue } from '#notation/python-call.ts';
import {
  drawViews,
  type GeneratedScene,
  generateScene,
  type SceneKind,
  sceneKinds,
  takeView,
} from '#render/generate-scene.ts';
import { emptyLibrary, openModelLibrary, type Split } from '#render/model-library.ts';
import { Recent } from '#render/recent.ts';
import { createSupplies, patternSizeFor } from '#render/scene-kit.ts';
import type { DatasetType } from './dataset-type.ts';
import { BrokenSampleError, type PairDataset } from './pair-dataset.ts';
import type { RawView } from './view.ts';

/** Scenes that are kept, ready to be looked at: 10 to 60 MB each. Pairs of one scene have neighbouring numbers. */
const keptScenes = 6;

/** What rendered pairs may take: a set that fits is rendered once. */
const KEPT_PAIR_BYTES = 2 ** 28;
const bytesOfPair = ({ width, height }: SyntheticValues) => 2 * 7 * width * height;

/**
 * Rooms, heaps and outdoor scenes rendered when asked for, each pair the same whenever it is, in expressions:
 * `Synthetic(split='train', size=2000, scenes=100, meshes='/usr/share/sweethome3d/furniture')`. A new scene takes about
 * as long as several pairs of it; `dust3r prepare synthetic` writes scenes to disk for longer training. Scenes are drawn
 * from their numbers, so `1000 @ Synthetic(size=1_000_000)` has other ones in every epoch.
 */
export const syntheticDataset: DatasetType = {
  name: 'Synthetic',
  positional: ['split'],
  arguments: {
    split: { describe: "'train' or 'val': other scenes, models and textures", read: readSplit, default: 'train' },
    size: { describe: 'number of pairs', read: readCount, default: 1000 },
    scenes: { describe: 'number of scenes; None: one for ten pairs', read: orNone(readCount), default: null },
    meshes: {
      describe: 'folder of .sh3f, .obj and textures/; None: primitives',
      read: orNone(readText),
      default: null,
    },
    width: { describe: 'of the rendered images', read: readSide, default: 320 },
    height: { describe: 'of the rendered images', read: readSide, default: 240 },
    overlap: { describe: '(least, largest) part that both views see', read: readRange, default: [0.3, 0.9] },
    kind: { describe: `${sceneKinds.join(', ')}; None: all`, read: orNone(readKind), default: null },
    generator_seed: { describe: 'other numbers give other scenes', read: readWhole, default: 0 },
  },
  open: (values) => openSynthetic(values as unknown as SyntheticValues),
};

interface SyntheticValues {
  readonly split: Split;
  readonly size: number;
  readonly scenes: number | null;
  readonly meshes: string | null;
  readonly width: number;
  readonly height: number;
  readonly overlap: readonly [number, number];
  readonly kind: SceneKind | null;
  readonly generator_seed: number;
}

async function openSynthetic(values: SyntheticValues): Promise<PairDataset> {
  const { split, size, meshes, kind, generator_seed } = values;
  const supplies = createSupplies(
    meshes === null ? emptyLibrary : await openModelLibrary(meshes, split),
    patternSizeFor(values.width),
  );
  const pairsPerScene = Math.ceil(size / Math.min(values.scenes ?? Math.ceil(size / 10), size));
  const scenes = new Recent(keptScenes, (number: number) =>
    generateScene(supplies, { seed: `${generator_seed}/${number}`, split, ...(kind === null ? {} : { kind }) }),
  );
  // Everything random comes from the index: a pair's views belong to its scene, not to an epoch.
  const pairs = new Recent(Math.max(1, Math.floor(KEPT_PAIR_BYTES / bytesOfPair(values))), async (index: number) =>
    renderPair(await scenes.get(Math.floor(index / pairsPerScene)), values, index),
  );
  return { name: 'Synthetic', length: size, pair: (index) => pairs.get(index) };
}

function renderPair(scene: GeneratedScene, values: SyntheticValues, index: number): readonly [RawView, RawView] {
  const { width, height, overlap } = values;
  const seed = `${scene.seed}/pair-${index}`;
  const [first, second] = viewsOf(scene, { width, height, overlap, count: 2, seed }).map(({ camera }, number) => {
    const { image, depth } = takeView(scene, camera, `${seed}/${number}`);
    const instance = `${scene.seed}/${index}/${number}`;
    return {
      image,
      depth: withSky(depth),
      camera,
      dataset: 'Synthetic',
      label: `${scene.kind}/${scene.seed}`,
      instance,
    };
  });
  return [first as RawView, second as RawView];
}

function viewsOf(...request: Parameters<typeof drawViews>): ReturnType<typeof drawViews> {
  try {
    return drawViews(...request);
  } catch (error) {
    throw new BrokenSampleError(`Synthetic: ${(error as Error).message}`, { cause: error });
  }
}

/** What a ray does not meet is sky, which a negative depth stands for. */
function withSky(depth: Float32Array): Float32Array {
  return depth.map((z) => (z === 0 ? -1 : z));
}

function orNone(read: (value: PythonValue) => unknown): (value: PythonValue) => unknown {
  return (value) => (value === null ? null : read(value));
}

function expected(what: string, value: PythonValue): TypeError {
  return new TypeError(`expected ${what}, got ${JSON.stringify(value)}`);
}

function readText(value: PythonValue): string {
  if (typeof value === 'string' && value !== '') return value;
  throw expected('a text', value);
}

function readSplit(value: PythonValue): Split {
  if (value === 'train' || value === 'val') return value;
  throw expected("'train' or 'val'", value);
}

function readKind(value: PythonValue): SceneKind {
  const kind = sceneKinds.find((name) => name === value);
  if (kind) return kind;
  throw expected(sceneKinds.map((name) => `'${name}'`).join(' or '), value);
}

function readWhole(value: PythonValue): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw expected('a whole number from 0', value);
}

function readCount(value: PythonValue): number {
  if (readWhole(value) >= 1) return value as number;
  throw expected('a whole number from 1', value);
}

function readSide(value: PythonValue): number {
  const side = readCount(value);
  if (side >= 16 && side <= 4096) return side;
  throw expected('pixels from 16 to 4096', value);
}

function readRange(value: PythonValue): readonly [number, number] {
  const [low, high, ...rest] = Array.isArray(value) ? value : [];
  const isRange = typeof low === 'number' && typeof high === 'number' && rest.length === 0;
  if (isRange && low >= 0 && low < high && high <= 1) return [low, high];
  throw expected('(least, largest) with 0 ≤ least < largest ≤ 1', value);
}
