import { join } from 'node:path';
import type { DatasetType } from '#data/dataset-type.ts';
import { rootArgument, splitArgument } from './arguments.ts';
import { openScenePairs } from './scene-pairs.ts';

/** The folders' names, by what expressions call the splits. */
const folders = { train: 'Training', test: 'Test' } as const;

/**
 * Prepared ARKitScenes: indoor films of a tablet with a depth sensor, in metres.
 *
 *     Training/all_metadata.npz    scenes, sceneids, images, intrinsics, trajectories, pairs
 *     Training/<scene>/vga_wide/<image>.jpg
 *     Training/<scene>/lowres_depth/<image>.png    16 bit, millimetres, of the image's size
 *     Test/…
 *
 * In expressions: `ARKitScenes(ROOT='data/arkitscenes_processed', aug_crop=256, resolution=224)`. The original has no
 * default for split, which the published command leaves out all the same.
 */
export const arkitScenesDataset: DatasetType = {
  name: 'ARKitScenes',
  arguments: { split: splitArgument('train', 'test'), ROOT: rootArgument('data/arkitscenes_processed') },
  open: (values) => {
    const { split, ROOT } = values as { readonly split: keyof typeof folders; readonly ROOT: string };
    return openScenePairs({
      dataset: 'ARKitScenes',
      viewDataset: 'arkitscenes',
      root: ROOT,
      file: join(folders[split], 'all_metadata.npz'),
      scenes: join(ROOT, folders[split]),
      images: 'vga_wide',
      depths: 'lowres_depth',
    });
  },
};
