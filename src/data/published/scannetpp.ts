import type { DatasetType } from '#data/dataset-type.ts';
import { choiceArgument, rootArgument, splitArgument } from './arguments.ts';
import { openScenePairs } from './scene-pairs.ts';
import type { StoredCamera } from './stored-camera.ts';

/**
 * Prepared ScanNet++: indoor photographs and films with depth rendered from laser scans, in metres.
 *
 *     all_metadata.npz    scenes, sceneids, images, intrinsics, trajectories, pairs
 *     <scene>/images/<image>.jpg
 *     <scene>/depth/<image>.png    16 bit, millimetres
 *
 * Its intrinsics count pixels from the corner of the first one, as COLMAP does; half a pixel is taken off. The original
 * uses them as they are stored: `pixel_origin='centre'` does so too.
 *
 * In expressions: `ScanNetpp(split='train', ROOT='data/scannetpp_processed', aug_crop=256, resolution=224)`.
 */
export const scanNetppDataset: DatasetType = {
  name: 'ScanNetpp',
  arguments: {
    split: splitArgument('train'),
    ROOT: rootArgument('data/scannetpp_processed'),
    pixel_origin: choiceArgument(
      "of the stored intrinsics: 'corner' of the first pixel, or 'centre' for the original's, half a pixel off",
      ['corner', 'centre'],
      'corner',
    ),
  },
  open: (values) => {
    const { ROOT, pixel_origin } = values as { readonly ROOT: string; readonly pixel_origin: 'corner' | 'centre' };
    return openScenePairs({
      dataset: 'ScanNetpp',
      viewDataset: 'ScanNetpp',
      root: ROOT,
      file: 'all_metadata.npz',
      scenes: ROOT,
      images: 'images',
      depths: 'depth',
      ...(pixel_origin === 'corner' ? { adjust: fromCorner } : {}),
    });
  },
};

function fromCorner({ principalPx: [x, y], ...camera }: StoredCamera): StoredCamera {
  return { ...camera, principalPx: [x - 0.5, y - 0.5] };
}
