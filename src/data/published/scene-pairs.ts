import { join } from 'node:path';
import type { PairDataset } from '#data/pair-dataset.ts';
import { type IndexFile, readIndex } from './dataset-folder.ts';
import { readSceneMetadata, type SceneImage } from './scene-metadata.ts';
import type { StoredCamera } from './stored-camera.ts';
import { readSample, readStoredView } from './stored-view.ts';

/** A dataset of scenes whose images and pairs are listed in `all_metadata.npz`. */
export interface SceneLayout extends IndexFile {
  /** What the views' names begin with. */
  readonly viewDataset: string;
  /** Holds a folder for each scene. */
  readonly scenes: string;
  /** In a scene's folder: `<images>/<name>.jpg` and `<depths>/<name>.png`, 16 bit, millimetres. */
  readonly images: string;
  readonly depths: string;
  /** Brings the stored camera to pixel centres at integers. */
  readonly adjust?: (camera: StoredCamera) => StoredCamera;
}

/** Opens the pairs as they are listed; nothing is drawn. */
export async function openScenePairs(layout: SceneLayout): Promise<PairDataset> {
  const metadata = await readIndex(layout, readSceneMetadata);
  const read = (number: number) => {
    const { scene, name, camera } = metadata.image(number);
    return readStoredView({ ...filesOf(layout, scene, name), camera: layout.adjust?.(camera) ?? camera });
  };
  return {
    name: layout.dataset,
    length: metadata.pairCount,
    pair: (index) =>
      readSample(async () => {
        const [first, second] = metadata.pair(index);
        return [await read(first), await read(second)] as const;
      }),
  };
}

function filesOf({ viewDataset, scenes, images, depths }: SceneLayout, scene: string, name: SceneImage['name']) {
  const folder = join(scenes, scene);
  return {
    imagePath: join(folder, images, `${name}.jpg`),
    depthPath: join(folder, depths, `${name}.png`),
    depthStep: 0.001,
    dataset: viewDataset,
    label: scene,
    instance: `${scene}/${name}`,
  };
}
