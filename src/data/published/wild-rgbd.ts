import { join } from 'node:path';
import type { DatasetType } from '#data/dataset-type.ts';
import type { Sequence } from './sequence-index.ts';
import { openSequences, type SequenceFrame, sequenceArguments } from './sequence-pairs.ts';
import { storedCamera } from './stored-camera.ts';
import { readNpzNumbers } from './stored-numbers.ts';

/**
 * Prepared WildRGB-D: Co3d's index and pairs, depth in metres. A frame is
 *
 *     <category>/<sequence>/rgb/00012.jpg
 *     <category>/<sequence>/depth/00012.png       16 bit, millimetres
 *     <category>/<sequence>/masks/00012.png       the object
 *     <category>/<sequence>/metadata/00012.npz    camera_intrinsics, camera_pose
 *
 * In expressions: `WildRGBD(split='train', ROOT='data/wildrgbd_processed', aug_crop=16, mask_bg='rand', resolution=224)`.
 */
export const wildRgbdDataset: DatasetType = {
  name: 'WildRGBD',
  positional: ['mask_bg'],
  arguments: sequenceArguments('data/wildrgbd_processed'),
  open: (values) => openSequences({ dataset: 'WildRGBD', imageFolder: 'rgb', findFrame }, values),
};

async function findFrame({ folder }: Sequence, id: number): Promise<SequenceFrame> {
  const name = String(id).padStart(5, '0');
  const cameraPath = join(folder, 'metadata', `${name}.npz`);
  const shapes = { camera_intrinsics: [3, 3], camera_pose: [4, 4] };
  const { camera_intrinsics, camera_pose } = await readNpzNumbers(cameraPath, shapes);
  return {
    name,
    imagePath: join(folder, 'rgb', `${name}.jpg`),
    depthPath: join(folder, 'depth', `${name}.png`),
    depthStep: 0.001,
    maskPath: join(folder, 'masks', `${name}.png`),
    camera: storedCamera(camera_intrinsics, camera_pose, cameraPath),
  };
}
