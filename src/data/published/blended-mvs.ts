import { join } from 'node:path';
import type { DatasetType } from '#data/dataset-type.ts';
import type { PairDataset } from '#data/pair-dataset.ts';
import { readNpy } from '#formats/npy.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { rootArgument, splitArgument } from './arguments.ts';
import { readIndex } from './dataset-folder.ts';
import { readExrView } from './exr-frame.ts';
import { listedPairs, selectRows } from './listed-pairs.ts';
import { PairTable } from './pair-table.ts';
import { type StoredCamera, storedCamera } from './stored-camera.ts';
import { readNpzNumbers } from './stored-numbers.ts';

/**
 * Prepared BlendedMVS: photographs of buildings, statues and the like, blended with renders of the reconstruction whose
 * depth they have. Lengths have no unit.
 *
 *     blendedmvs_pairs.npy          records of a sequence's number (its high word, its lower 64 bits), two images, a score
 *     <sequence>/<image>.jpg        the sequence's number in 24 hexadecimal digits, the image's in 8 decimal ones
 *     <sequence>/<image>.exr        depth
 *     <sequence>/<image>.npz        intrinsics, R_cam2world, t_cam2world
 *
 * The sequences whose number ends with a 0 (in decimal, of the lower 64 bits) are for tests.
 *
 * In expressions: `BlendedMVS(split='train', ROOT='data/blendedmvs_processed', aug_crop=16, resolution=224)`.
 */
export const blendedMvsDataset: DatasetType = {
  name: 'BlendedMVS',
  arguments: { split: splitArgument('train', 'val'), ROOT: rootArgument('data/blendedmvs_processed') },
  open: (values) => openBlendedMvs(values as { readonly split: 'train' | 'val'; readonly ROOT: string }),
};

/** Columns of the list. */
const [highWord, lowWord, firstImage, secondImage, columns] = [0, 1, 2, 3, 5];

async function openBlendedMvs({ split, ROOT }: { split: 'train' | 'val'; ROOT: string }): Promise<PairDataset> {
  const index = { dataset: 'BlendedMVS', root: ROOT, file: 'blendedmvs_pairs.npy' };
  const { pairs, rows } = await readIndex(index, async (path) => {
    const pairs = new PairTable(await readNpy(path), path, columns);
    const isForTests = (row: number) => pairs.bits(row, lowWord) % 10n === 0n;
    return { pairs, rows: selectRows(pairs.length, (row) => isForTests(row) === (split === 'val')) };
  });
  const read = (row: number, column: number) => {
    const label = hexadecimal(pairs.bits(row, highWord), 8) + hexadecimal(pairs.bits(row, lowWord), 16);
    const name = String(pairs.whole(row, column)).padStart(8, '0');
    const frame = { stem: join(ROOT, label, name), dataset: 'BlendedMVS', label, instance: `${label}/${name}` };
    return readExrView(frame, readCamera);
  };
  return listedPairs({
    dataset: 'BlendedMVS',
    length: rows.length,
    read: async (index) => {
      const row = rows[index] as number;
      return [await read(row, firstImage), await read(row, secondImage)];
    },
  });
}

function hexadecimal(bits: bigint, digits: number): string {
  return bits.toString(16).padStart(digits, '0');
}

async function readCamera(path: string): Promise<StoredCamera> {
  const shapes = { intrinsics: [3, 3], R_cam2world: [3, 3], t_cam2world: [3] };
  const { intrinsics, R_cam2world, t_cam2world } = await readNpzNumbers(path, shapes);
  return storedCamera(intrinsics, rigidTransform(R_cam2world, t_cam2world), path);
}
