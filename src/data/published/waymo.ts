import type { DatasetType } from '#data/dataset-type.ts';
import { choiceArgument, rootArgument } from './arguments.ts';
import { openImagePairs } from './image-pairs.ts';

/**
 * Prepared Waymo Open: photographs from a driving car, in metres. Only the pixels that the lidar met have depth.
 *
 *     waymo_pairs.npz          scenes, frames (the images' names), pairs (scene, image, image)
 *     <scene>/<frame>.jpg
 *     <scene>/<frame>.exr      depth; 0 where there is none
 *     <scene>/<frame>.npz      intrinsics, cam2world
 *
 * In expressions: `Waymo(ROOT='data/waymo_processed', aug_crop=16, resolution=224)`. It has no splits.
 */
export const waymoDataset: DatasetType = {
  name: 'Waymo',
  arguments: {
    split: choiceArgument('it has no splits: None', [null], null),
    ROOT: rootArgument('data/waymo_processed'),
  },
  open: (values) =>
    openImagePairs({
      dataset: 'Waymo',
      root: values['ROOT'] as string,
      file: 'waymo_pairs.npz',
      images: 'frames',
      folderOf: (scene) => scene,
      isWanted: () => true,
    }),
};
