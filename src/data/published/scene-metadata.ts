import { npyNumbers, npyTexts } from '#formats/npy-array.ts';
import { npzArray, readNpz } from '#formats/npz.ts';
import { type StoredCamera, storedCamera } from './stored-camera.ts';

/** Images of many scenes and pairs of them, as `all_metadata.npz` lists them. */
export interface SceneMetadata {
  readonly pairCount: number;
  /** Numbers of the two images of a pair. */
  pair(index: number): readonly [first: number, second: number];
  /** @throws Error, one line that names the file and the image, if its camera is none */
  image(number: number): SceneImage;
}

export interface SceneImage {
  readonly scene: string;
  /** Without the ending. */
  readonly name: string;
  readonly camera: StoredCamera;
}

const names = ['scenes', 'sceneids', 'images', 'intrinsics', 'trajectories', 'pairs'] as const;

/**
 * Reads `scenes`, and for each image `images` (its name), `sceneids`, `intrinsics` [3, 3] and `trajectories` [4, 4]
 * (camera to world); then `pairs`, whose first two columns are numbers of images.
 * @throws Error, one line that names the file, if an array is missing, misshapen, or points at what is not there
 */
export async function readSceneMetadata(path: string): Promise<SceneMetadata> {
  const arrays = await readNpz(path, { names });
  const array = (name: (typeof names)[number]) => [npzArray(path, arrays, name), `${path}: ${name}`] as const;
  const scenes = npyTexts(...array('scenes'), [-1]).values;
  const images = npyTexts(...array('images'), [-1]).values;
  const count = images.length;
  const sceneIds = npyNumbers(...array('sceneids'), [count]).values;
  const intrinsics = npyNumbers(...array('intrinsics'), [count, 3, 3]).values;
  const poses = npyNumbers(...array('trajectories'), [count, 4, 4]).values;
  const { values: pairs, shape } = npyNumbers(...array('pairs'), [-1, -1]);
  const [pairCount, columns] = shape as [number, number];
  if (columns < 2) throw new Error(`${path}: pairs: expected two columns or more, found ${columns}`);
  expectIndices(sceneIds, { name: `${path}: sceneids`, below: scenes.length });
  expectIndices(pairs, { name: `${path}: pairs`, below: count, columns });
  return {
    pairCount,
    pair: (index) => [pairs[index * columns] as number, pairs[index * columns + 1] as number],
    image: (number) => {
      const name = images[number] as string;
      const K = intrinsics.subarray(9 * number, 9 * number + 9);
      const camToWorld = poses.subarray(16 * number, 16 * number + 16);
      const scene = scenes[sceneIds[number] as number] as string;
      const camera = storedCamera(K, camToWorld, `${path}: ${scene}/${name}`);
      return { scene, name: imageStem(name), camera };
    },
  };
}

/** A photograph's name without its ending: lists have it with or without. */
export function imageStem(name: string): string {
  return name.replace(/\.(jpe?g|png)$/i, '');
}

interface IndexRange {
  readonly name: string;
  readonly below: number;
  /** Of each row only the first two of so many are indices; without it all values are. */
  readonly columns?: number;
}

function expectIndices(values: ArrayLike<number>, { name, below, columns = 1 }: IndexRange): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (i % columns > 1 || (value >= 0 && value < below && Number.isInteger(value))) continue;
    throw new Error(`${name}: expected whole numbers from 0 to ${below - 1}, found ${value}`);
  }
}
