import { PairTable } from '#data/published/pair-table.ts';
import { imageStem } from '#data/published/scene-metadata.ts';
import { npyTexts } from '#formats/npy-array.ts';
import { takeNpzRows } from '#formats/npy-rows.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import type { PairList, ReleasedPairs } from './released-pairs.ts';

/** A released `.npz` list: `scenes`, the images' names, and `pairs` (the numbers of a scene and two images, and more). */
export interface ImagePairsFile extends Pick<ReleasedPairs, 'file' | 'index'> {
  /** What it calls the names of the images. */
  readonly images: string;
  /** The folder of a scene of that name. */
  folderOf(scene: string): string;
}

export function imagePairs({ file, index, images, folderOf }: ImagePairsFile): ReleasedPairs {
  return {
    file,
    index,
    read: async (path): Promise<PairList> => {
      const arrays = await readNpz(path, { names: ['scenes', images, 'pairs'] });
      const texts = (name: string) => npyTexts(npzArray(path, arrays, name), `${path}: ${name}`, [-1]).values;
      const [folders, names] = [texts('scenes').map(folderOf), texts(images).map(imageStem)];
      const table = new PairTable(npzArray(path, arrays, 'pairs'), `${path}: pairs`, 3);
      return {
        length: table.length,
        image: (row, side) => ({
          item: folders[table.whole(row, 0, folders.length)] as string,
          name: names[table.whole(row, 1 + side, names.length)] as string,
        }),
      };
    },
    take: (path, rows) => takeNpzRows(path, 'pairs', rows),
  };
}
