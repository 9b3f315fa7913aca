import { join } from 'node:path';
import type { DatasetType } from '#data/dataset-type.ts';
import type { Sequence } from './sequence-index.ts';
import { openSequences, type SequenceFrame, sequenceArguments } from './sequence-pairs.ts';
import { storedCamera } from './stored-camera.ts';
import { readNpzNumbers } from './stored-numbers.ts';

/**
 * Prepared CO3D v2: films that walk round an object. `selected_seqs_<split>.json` holds
 * `{category: {sequence: [frame numbers]}}`; a frame is
 *
 *     <category>/<sequence>/images/frame000012.jpg
 *     <category>/<sequence>/images/frame000012.npz                  camera_intrinsics, camera_pose, maximum_depth
 *     <category>/<sequence>/depths/frame000012.jpg.geometric.png    16 bit; 65535 stands for maximum_depth
 *     <category>/<sequence>/masks/frame000012.png                   the object
 *
 * In expressions: `Co3d(split='train', ROOT='data/co3d_subset_processed', aug_crop=16, mask_bg='rand', resolution=224)`.
 */
export const co3dDataset: DatasetType = {
  name: 'Co3d',
  positional: ['mask_bg'],
  arguments: sequenceArguments('data/co3d_processed'),
  open: (values) => openSequences({ dataset: 'Co3d', imageFolder: 'images', findFrame }, values),
};

async function findFrame({ folder }: Sequence, id: number): Promise<SequenceFrame> {
  const name = `frame${String(id).padStart(6, '0')}`;
  const cameraPath = join(folder, 'images', `${name}.npz`);
  const { camera_intrinsics, camera_pose, maximum_depth } = await readNpzNumbers(cameraPath, {
    camera_intrinsics: [3, 3],
    camera_pose: [4, 4],
    maximum_depth: [],
  });
  return {
    name,
    imagePath: join(folder, 'images', `${name}.jpg`),
    depthPath: join(folder, 'depths', `${name}.jpg.geometric.png`),
    depthStep: (maximum_depth[0] as number) / 65_535,
    maskPath: join(folder, 'masks', `${name}.png`),
    camera: storedCamera(camera_intrinsics, camera_pose, cameraPath),
  };
}
