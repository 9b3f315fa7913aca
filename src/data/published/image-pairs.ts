import { join } from 'node:path';
import type { PairDataset } from '#data/pair-dataset.ts';
import { npyTexts } from '#formats/npy-array.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import { type IndexFile, readIndex } from './dataset-folder.ts';
import { readExrView } from './exr-frame.ts';
import { listedPairs, selectRows } from './listed-pairs.ts';
import { PairTable } from './pair-table.ts';
import { imageStem } from './scene-metadata.ts';

/** A dataset of scenes whose pairs an `.npz` file lists, with the names of scenes and images that they are made of. */
export interface ImagePairsLayout extends IndexFile {
  /** What the file calls the names of the images. */
  readonly images: string;
  /** The folder of a scene of that name, within the root. @throws Error that says what is wrong with the name */
  folderOf(scene: string): string;
  /** Whether its pairs are in the split. */
  isWanted(scene: string): boolean;
}

/**
 * Opens the pairs of the wanted scenes, in their order; nothing is drawn. The file holds `scenes`, the images' names, and
 * `pairs`: the numbers of a scene and of two images, and more that is not used.
 */
export async function openImagePairs(layout: ImagePairsLayout): Promise<PairDataset> {
  const { dataset, root } = layout;
  const { folders, images, pairs } = await readIndex(layout, (path) => readImagePairs(path, layout));
  const read = (scene: number, image: number) => {
    const [label, name] = [folders[scene] as string, images[image] as string];
    return readExrView({ stem: join(root, label, name), dataset, label, instance: `${label}/${name}` });
  };
  return listedPairs({
    dataset,
    length: pairs.length / 3,
    read: async (index) => {
      const [scene, first, second] = pairs.subarray(3 * index, 3 * index + 3) as unknown as [number, number, number];
      return [await read(scene, first), await read(scene, second)];
    },
  });
}

interface ImagePairs {
  /** The scenes' folders, within the root. */
  readonly folders: readonly string[];
  /** The images' names, without endings. */
  readonly images: readonly string[];
  /** [P, 3]: numbers of the scene and the two images, of the wanted pairs alone; every worker keeps them. */
  readonly pairs: Uint32Array;
}

async function readImagePairs(path: string, layout: ImagePairsLayout): Promise<ImagePairs> {
  const arrays = await readNpz(path, { names: ['scenes', layout.images, 'pairs'] });
  const texts = (name: string) => npyTexts(npzArray(path, arrays, name), `${path}: ${name}`, [-1]).values;
  const [scenes, images] = [texts('scenes'), texts(layout.images).map(imageStem)];
  const table = new PairTable(npzArray(path, arrays, 'pairs'), `${path}: pairs`, 3);
  const folders = scenes.map((scene) => folderOf(layout, scene, path));
  const isWanted = scenes.map((scene) => layout.isWanted(scene));
  const rows = selectRows(table.length, (row) => isWanted[table.whole(row, 0, scenes.length)] === true);
  const pairs = new Uint32Array(3 * rows.length);
  rows.forEach((row, i) => {
    pairs[3 * i] = table.whole(row, 0);
    pairs[3 * i + 1] = table.whole(row, 1, images.length);
    pairs[3 * i + 2] = table.whole(row, 2, images.length);
  });
  return { folders, images, pairs };
}

function folderOf(layout: ImagePairsLayout, scene: string, path: string): string {
  try {
    return layout.folderOf(scene);
  } catch (error) {
    throw new Error(`${path}: scenes: ${(error as Error).message}`, { cause: error });
  }
}
