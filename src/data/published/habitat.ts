import { join } from 'node:path';
import type { DatasetType } from '#data/dataset-type.ts';
import { BrokenSampleError, type PairDataset } from '#data/pair-dataset.ts';
import type { RawView } from '#data/view.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { countArgument, rootArgument, splitArgument } from './arguments.ts';
import { readIndex } from './dataset-folder.ts';
import { listedPairs } from './listed-pairs.ts';
import { type StoredCamera, storedCamera } from './stored-camera.ts';
import { readJsonNumbers } from './stored-numbers.ts';
import { readStoredView } from './stored-view.ts';
import { readLines } from './text-lines.ts';

/** Of each place. */
const viewCount = 5;

/**
 * Prepared Habitat: five views of each of many places in scanned rooms, rendered, in metres. The first view is paired with
 * one of the others, which is drawn.
 *
 *     Habitat_<size>_scenes_<split>.txt          `<folder>/<place>`, one a line
 *     <folder>/<place>_<1…5>.jpeg
 *     <folder>/<place>_<1…5>_depth.exr           of half floats
 *     <folder>/<place>_<1…5>_camera_params.json  camera_intrinsics, R_cam2world, t_cam2world
 *
 * In expressions: `Habitat(1_000_000, split='train', ROOT='data/habitat_processed', aug_crop=16, resolution=224)`.
 */
export const habitatDataset: DatasetType = {
  name: 'Habitat',
  positional: ['size'],
  arguments: {
    size: countArgument('number of places: which of the lists'),
    split: splitArgument('train', 'val'),
    ROOT: rootArgument('data/habitat_processed'),
  },
  open: (values) => openHabitat(values as { readonly size: number; readonly split: string; readonly ROOT: string }),
};

async function openHabitat({ size, split, ROOT }: { size: number; split: string; ROOT: string }): Promise<PairDataset> {
  const index = { dataset: 'Habitat', root: ROOT, file: `Habitat_${size}_scenes_${split}.txt` };
  const places = await readIndex(index, readLines);
  return listedPairs({
    dataset: 'Habitat',
    length: places.length,
    read: async (number, random) => {
      const place = places.line(number);
      const other = 1 + random.integers(0, viewCount - 1);
      return [await readPosedView(ROOT, place, 0), await readPosedView(ROOT, place, other)];
    },
  });
}

/** The view, or the next one, round the end, whose pose is known: as in the original, the pair may be of one view twice. */
async function readPosedView(root: string, place: string, wanted: number): Promise<RawView> {
  for (let step = 0; step < viewCount; step++) {
    const name = `${place}_${1 + ((wanted + step) % viewCount)}`;
    const stem = join(root, name);
    const camera = await readCamera(`${stem}_camera_params.json`);
    if (!camera) continue;
    return readStoredView({
      ...{ imagePath: `${stem}.jpeg`, depthPath: `${stem}_depth.exr`, camera },
      ...{ dataset: 'Habitat', label: place, instance: name },
    });
  }
  throw new BrokenSampleError(`${join(root, place)}: none of its ${viewCount} views has a finite pose`);
}

/** Undefined where the pose is not finite. */
async function readCamera(path: string): Promise<StoredCamera | undefined> {
  const shapes = { camera_intrinsics: [3, 3], R_cam2world: [3, 3], t_cam2world: [3] };
  const { camera_intrinsics, R_cam2world, t_cam2world } = await readJsonNumbers(path, shapes);
  const camToWorld = rigidTransform(R_cam2world, t_cam2world);
  return camToWorld.every(Number.isFinite) ? storedCamera(camera_intrinsics, camToWorld, path) : undefined;
}
