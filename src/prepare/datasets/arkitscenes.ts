import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import { type QuarterTurns, turnCamera } from '#geometry/quarter-turn.ts';
import { decodeImage } from '#image/decode.ts';
import { turnImage, turnMap } from '#image/quarter-turn.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { findNear, imagePose, readLens, readTrajectory, skyDirection, turnsOf } from './arkitscenes-camera.ts';
import { encodeGreyPng, encodePhotograph } from './encode-frame.ts';
import type {
  FinishContext,
  Flags,
  ItemContext,
  OptionsOf,
  PlanContext,
  Preparation,
  PreparationItem,
} from './preparation.ts';
import {
  encodeAllMetadata,
  encodeSceneMetadata,
  type PreparedImage,
  type SceneFacts,
  sceneFacts,
} from './scene-metadata.ts';
import { pairsFlag, readSelectedPairs, scenesWithPairs, selectedPairsFile } from './selected-pairs.ts';

const flags = { pairs: pairsFlag } as const satisfies Flags;

/** The prepared splits, and what the download calls them. */
const splits = { Training: ['Training'], Test: ['Test', 'Validation'] } as const;
type Split = keyof typeof splits;

/** A film. */
interface ArkitScene extends PreparationItem {
  /** Folder of the download. */
  readonly scene: string;
  /** Folder of its published pairs. */
  readonly pairs: string;
}

/** The raw films of ARKitScenes as `ARKitScenes(ROOT=…)` reads them (spec 4.4). */
export const arkitScenesPreparation: Preparation<typeof flags, ArkitScene, SceneFacts> = {
  name: 'arkitscenes',
  version: 1,
  flags,
  plan,
  prepareItem,
  finish,
};

async function plan(context: PlanContext, options: OptionsOf<typeof flags>): Promise<ArkitScene[]> {
  const { input } = context;
  const pairsRoot = options.pairs === undefined ? input : resolve(options.pairs);
  const items: ArkitScene[] = [];
  let found = 0;
  for (const split of Object.keys(splits) as Split[]) {
    const names = await scenesWithPairs(join(pairsRoot, split));
    found += names.length;
    for (const name of names) {
      const key = `${split}/${name}`;
      context.onStep(`reading pairs of ${key}`);
      const pairs = join(pairsRoot, split, name);
      try {
        const { images } = await readSelectedPairs(pairs);
        items.push({ key, frames: images.length, scene: await findScene(input, split, name), pairs });
      } catch (error) {
        context.skip(key, join(pairs, selectedPairsFile), error);
      }
    }
  }
  if (found > 0) return items;
  throw new Error(
    `prepare arkitscenes: ${pairsRoot}: expected the published pairs, Training/<scene>/${selectedPairsFile}; give their folder with --pairs (see datasets/arkitscenes/README.md)`,
  );
}

async function findScene(input: string, split: Split, name: string): Promise<string> {
  const folders = splits[split].flatMap((each) => [join(input, each, name), join(input, 'raw', each, name)]);
  for (const folder of folders) if (await stat(join(folder, 'vga_wide')).catch(() => undefined)) return folder;
  throw new Error(`${join(folders[0] as string, 'vga_wide')}: no such folder`);
}

async function prepareItem({ scene, pairs }: ArkitScene, context: ItemContext): Promise<SceneFacts> {
  const selected = await readSelectedPairs(pairs);
  const trajectory = await readTrajectory(join(scene, 'lowres_wide.traj'));
  const poses = new Map<string, Matrix4>();
  for (const name of selected.images) {
    const pose = posedOrNot(() => imagePose(trajectory, name));
    if (pose) poses.set(name, pose);
  }
  const turns = turnsOf[skyDirection([...poses.values()])];
  const prepared: (PreparedImage | undefined)[] = [];
  for (const name of selected.images) {
    const image = await context.frame(join('vga_wide', `${name}.png`), () => {
      const camToWorld = poses.get(name) ?? imagePose(trajectory, name);
      return prepareImage({ scene, name, camToWorld, turns }, context);
    });
    prepared.push(image);
  }
  const facts = sceneFacts(selected, prepared);
  await context.write('scene_metadata.npz', encodeSceneMetadata(facts));
  return facts;
}

/** The error comes again, and is told, when the image is prepared. */
function posedOrNot(pose: () => Matrix4): Matrix4 | undefined {
  try {
    return pose();
  } catch {
    return undefined;
  }
}

interface FilmImage {
  readonly scene: string;
  readonly name: string;
  readonly camToWorld: Matrix4;
  readonly turns: QuarterTurns;
}

/** Depth becomes as large as the image, and both are turned until the sky is up. */
async function prepareImage(
  { scene, name, camToWorld, turns }: FilmImage,
  { write }: ItemContext,
): Promise<PreparedImage> {
  const image = await decodeImage(join(scene, 'vga_wide', `${name}.png`));
  const depthPath = await findNear(join(scene, 'lowres_depth'), name, '.png');
  const stored = await readDepthPng(depthPath);
  const { width, height } = image;
  if (Math.abs(stored.width * height - stored.height * width) > Math.max(width, height))
    throw new Error(`${depthPath}: its ${stored.width} × ${stored.height} pixels are no scaled ${width} × ${height}`);
  const camera = { width, height, ...(await readLens(scene, name, image)), camToWorld };
  const depth = resizeNearest(stored, width, height, 'centre');
  await write(`vga_wide/${name}.jpg`, await encodePhotograph(turnImage(image, turns)));
  await write(`lowres_depth/${name}.png`, encodeGreyPng(turnMap(depth, turns)));
  // Listed as the raw image is called, and as the original lists it.
  return { name: `${name}.png`, camera: turnCamera(camera, turns) };
}

async function finish({ items, writeIndex }: FinishContext<SceneFacts>): Promise<void> {
  for (const split of Object.keys(splits)) {
    const own = items.filter(({ key }) => key.startsWith(`${split}/`));
    const scenes = own.map(({ key, facts }) => ({ name: key.slice(split.length + 1), facts }));
    if (scenes.length > 0) await writeIndex(`${split}/all_metadata.npz`, encodeAllMetadata(scenes));
  }
}
