import { readdir } from 'node:fs/promises';
import type { DatasetType } from '#data/dataset-type.ts';
import { rootArgument, splitArgument } from './arguments.ts';
import { openImagePairs } from './image-pairs.ts';

/**
 * Prepared MegaDepth: tourists' photographs of sights, with depth from reconstructions. Lengths have no unit.
 *
 *     all_metadata.npz                    scenes ("scene reconstruction"), images, pairs (scene, image, image, score);
 *                                         may be called megadepth_pairs.npz, as it is downloaded
 *     <scene>/<reconstruction>/<image>.jpg
 *     <scene>/<reconstruction>/<image>.exr    depth
 *     <scene>/<reconstruction>/<image>.npz    intrinsics, cam2world
 *
 * The scenes 0015 and 0022 are for tests.
 *
 * In expressions: `MegaDepth(split='train', ROOT='data/megadepth_processed', aug_crop=16, resolution=224)`.
 */
export const megaDepthDataset: DatasetType = {
  name: 'MegaDepth',
  arguments: { split: splitArgument('train', 'val'), ROOT: rootArgument('data/megadepth_processed') },
  open: async (values) => {
    const { split, ROOT } = values as { readonly split: 'train' | 'val'; readonly ROOT: string };
    return openImagePairs({
      dataset: 'MegaDepth',
      root: ROOT,
      file: await findIndex(ROOT),
      images: 'images',
      folderOf,
      isWanted: (scene) => /^(0015|0022)/.test(scene) === (split === 'val'),
    });
  },
};

async function findIndex(root: string): Promise<string> {
  const entries = await readdir(root).catch((): string[] => []);
  const asDownloaded = 'megadepth_pairs.npz';
  return entries.includes('all_metadata.npz') || !entries.includes(asDownloaded) ? 'all_metadata.npz' : asDownloaded;
}

function folderOf(scene: string): string {
  const [name, reconstruction, ...more] = scene.split(' ');
  if (name && reconstruction && more.length === 0) return `${name}/${reconstruction}`;
  throw new Error(`expected "scene reconstruction" as in "0015 0", found "${scene}"`);
}
