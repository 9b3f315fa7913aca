import { join } from 'node:path';
import type { DatasetType } from '#data/dataset-type.ts';
import type { PairDataset } from '#data/pair-dataset.ts';
import { readNpy } from '#formats/npy.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { choiceArgument, rootArgument } from './arguments.ts';
import { readIndex } from './dataset-folder.ts';
import { readExrView } from './exr-frame.ts';
import { listedPairs } from './listed-pairs.ts';
import { PairTable } from './pair-table.ts';
import { drawsMask, type MaskBackground, maskBackgroundArgument, tossCoin } from './random-choices.ts';

/** What is deeper is the painted wall behind the things. */
const backgroundDepth = 200;

/**
 * Prepared StaticThings3D: rendered things that hang in the air, from cameras in stereo pairs that fly among them.
 *
 *     staticthings_pairs.npy                                  records of scene, sequence, camera (l, r), image, camera, image
 *     TRAIN/<scene>/<sequence>/<left, right>/<image>_clean.jpg    rendered without blur
 *     TRAIN/<scene>/<sequence>/<left, right>/<image>_final.jpg    and with it; which is read, is drawn for each view
 *     TRAIN/<scene>/<sequence>/<left, right>/<image>.exr          depth
 *     TRAIN/<scene>/<sequence>/<left, right>/<image>.npz          intrinsics, cam2world
 *
 * Sequences and images are numbers of 4 digits, scenes are A, B and C.
 *
 * In expressions: `StaticThings3D(ROOT='data/staticthings3d_processed', aug_crop=256, mask_bg='rand', resolution=224)`.
 */
export const staticThings3dDataset: DatasetType = {
  name: 'StaticThings3D',
  positional: ['mask_bg'],
  arguments: {
    split: choiceArgument('it has no splits: None', [null], null),
    ROOT: rootArgument('data/staticthings3d_processed'),
    mask_bg: maskBackgroundArgument('rand'),
  },
  open: (values) => openStaticThings(values as { readonly ROOT: string; readonly mask_bg: MaskBackground }),
};

/** Columns of the list. */
const [scene, sequence, firstCamera, secondCamera, columns] = [0, 1, 2, 4, 6];

async function openStaticThings({ ROOT, mask_bg }: { ROOT: string; mask_bg: MaskBackground }): Promise<PairDataset> {
  const index = { dataset: 'StaticThings3D', root: ROOT, file: 'staticthings_pairs.npy' };
  const pairs = await readIndex(index, async (path) => new PairTable(await readNpy(path), path, columns));
  const read = (row: number, camera: number, { isMasked, random }: { isMasked: boolean; random: NumpyRandom }) => {
    const label = `${pairs.text(row, scene)}/${digits(pairs.whole(row, sequence))}`;
    const name = `${label}/${sideOf(pairs.text(row, camera))}/${digits(pairs.whole(row, camera + 1))}`;
    const stem = join(ROOT, 'TRAIN', name);
    const pass = tossCoin(random) ? 'final' : 'clean';
    return readExrView({
      ...{ stem, imagePath: `${stem}_${pass}.jpg` },
      ...{ dataset: 'StaticThings3D', label, instance: `${name}_${pass}` },
      ...(isMasked ? { maxDepth: backgroundDepth } : {}),
    });
  };
  return listedPairs({
    dataset: 'StaticThings3D',
    length: pairs.length,
    read: async (row, random) => {
      const draw = { isMasked: drawsMask(mask_bg, random), random };
      return [await read(row, firstCamera, draw), await read(row, secondCamera, draw)];
    },
  });
}

function digits(value: number): string {
  return String(value).padStart(4, '0');
}

function sideOf(letter: string): string {
  if (letter === 'l') return 'left';
  if (letter === 'r') return 'right';
  throw new Error(`StaticThings3D: expected the camera l or r in the list of pairs, found "${letter}"`);
}
