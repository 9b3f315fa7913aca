import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readPlyMesh } from '#formats/ply-mesh.ts';
import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { remapImage } from '#image/remap.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { Bvh } from '#render/bvh.ts';
import type { DistortedLens } from './colmap-lens.ts';
import { coverImage, coverMap, expectSizeOf, planCover } from './cover.ts';
import { encodeGreyPng, encodePhotograph, millimetres } from './encode-frame.ts';
import type {
  FinishContext,
  Flags,
  ItemContext,
  OptionsOf,
  PlanContext,
  Preparation,
  PreparationItem,
} from './preparation.ts';
import { bvhOfPly, meshDepth } from './scannetpp-mesh.ts';
import { openShots, type Shot, type Straightening, straighten } from './scannetpp-shots.ts';
import {
  encodeAllMetadata,
  encodeSceneMetadata,
  type PreparedImage,
  type SceneFacts,
  sceneFacts,
} from './scene-metadata.ts';
import { pairsFlag, readSelectedPairs, scenesWithPairs, selectedPairsFile } from './selected-pairs.ts';

const flags = {
  pairs: pairsFlag,
  imageSize: {
    type: 'number',
    default: 920,
    isWhole: true,
    range: [16, 4096],
    describe: 'images are resized to cover this by 3/4 of it',
  },
} as const satisfies Flags;

type Options = OptionsOf<typeof flags>;

/** Metres from the camera between which the mesh counts. */
const depthRange = { near: 0.05, far: 20 } as const;

interface ScannetScene extends PreparationItem {
  /** Folder of the download. */
  readonly scene: string;
  /** Folder of its published pairs. */
  readonly pairs: string;
}

/** ScanNet++ as `ScanNetpp(ROOT=…)` reads it: straightened photographs, depth of the laser scan's mesh (spec 4.4). */
export const scannetppPreparation: Preparation<typeof flags, ScannetScene, SceneFacts> = {
  name: 'scannetpp',
  version: 1,
  flags,
  plan,
  prepareItem,
  finish,
};

async function plan(context: PlanContext, options: Options): Promise<ScannetScene[]> {
  const { input } = context;
  const pairsRoot = options.pairs === undefined ? input : resolve(options.pairs);
  const names = await scenesWithPairs(pairsRoot);
  if (names.length === 0)
    throw new Error(
      `prepare scannetpp: ${pairsRoot}: expected the published pairs, <scene>/${selectedPairsFile}; give their folder with --pairs (see datasets/scannetpp/README.md)`,
    );
  const items: ScannetScene[] = [];
  for (const key of names) {
    context.onStep(`reading pairs of ${key}`);
    const pairs = join(pairsRoot, key);
    try {
      const { images } = await readSelectedPairs(pairs);
      items.push({ key, frames: images.length, scene: await findScene(input, key), pairs });
    } catch (error) {
      context.skip(key, join(pairs, selectedPairsFile), error);
    }
  }
  return items;
}

async function findScene(input: string, name: string): Promise<string> {
  for (const folder of [join(input, 'data', name), join(input, name)]) {
    if (await stat(join(folder, 'scans')).catch(() => undefined)) return folder;
  }
  throw new Error(`${join(input, 'data', name, 'scans')}: no such folder`);
}

async function prepareItem(
  { scene, pairs }: ScannetScene,
  context: ItemContext,
  options: Options,
): Promise<SceneFacts> {
  const selected = await readSelectedPairs(pairs);
  const bvh = bvhOfPly(await readPlyMesh(join(scene, 'scans', 'mesh_aligned_0.05.ply')));
  const findShot = openShots(scene);
  const straighteningOf = rememberLast(straighten);
  const prepared: (PreparedImage | undefined)[] = [];
  for (const name of selected.images) {
    const image = await context.frame(name, async () => {
      const shot = await findShot(name);
      return prepareShot({ name, shot, straightening: straighteningOf(shot.lens), bvh }, context, options);
    });
    prepared.push(image);
  }
  const facts = sceneFacts(selected, prepared);
  await context.write('scene_metadata.npz', encodeSceneMetadata(facts));
  return facts;
}

/** Neighbours share a lens; a map takes as much memory as a photograph. */
function rememberLast<Result>(compute: (lens: DistortedLens) => Result): (lens: DistortedLens) => Result {
  let last: { readonly lens: DistortedLens; readonly result: Result } | undefined;
  return (lens) => {
    if (last?.lens !== lens) last = { lens, result: compute(lens) };
    return last.result;
  };
}

interface ShotTask {
  readonly name: string;
  readonly shot: Shot;
  readonly straightening: Straightening;
  readonly bvh: Bvh;
}

async function prepareShot(
  { name, shot, straightening: { pinhole, map }, bvh }: ShotTask,
  { write }: ItemContext,
  { imageSize }: Options,
): Promise<PreparedImage> {
  const { imagePath, maskPath, camToWorld, lens } = shot;
  const photograph = await decodeImage(imagePath);
  expectSizeOf(lens.lens, "COLMAP's camera", photograph, imagePath);
  const mask = await decodeImage(maskPath);
  expectSizeOf(photograph, imagePath, mask, maskPath);
  const plan = planCover({ ...pinhole, camToWorld }, { width: imageSize, height: Math.floor((imageSize * 3) / 4) });
  const depth = meshDepth(bvh, plan.camera, depthRange);
  hide(depth, coverMap(firstChannel(remapImage(mask, map)), plan, 'centre'));
  await write(`images/${name}.jpg`, await encodePhotograph(coverImage(remapImage(photograph, map), plan)));
  await write(`depth/${name}.png`, encodeGreyPng(millimetres(depth)));
  const [cx, cy] = plan.camera.principalPx;
  // As COLMAP counts pixels, and the original stores them; the loader takes the half off.
  return { name, camera: { ...plan.camera, principalPx: [cx + 0.5, cy + 0.5] } };
}

function firstChannel({ width, height, data }: RgbImage): PixelMap<Uint8Array> {
  return { width, height, values: Uint8Array.from({ length: width * height }, (_, i) => data[3 * i] as number) };
}

/** No depth where faces or texts were made unreadable, nor beyond the photograph. */
function hide(depth: PixelMap, mask: PixelMap<Uint8Array>): void {
  for (let i = 0; i < depth.values.length; i++) if ((mask.values[i] as number) < 255) depth.values[i] = 0;
}

async function finish({ items, writeIndex }: FinishContext<SceneFacts>): Promise<void> {
  const scenes = items.map(({ key, facts }) => ({ name: key, facts }));
  await writeIndex('all_metadata.npz', encodeAllMetadata(scenes));
}
