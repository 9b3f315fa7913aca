import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readSceneMetadata } from '#data/published/scene-metadata.ts';
import type { NpyArray } from '#formats/npy-array.ts';
import { encodeNpz } from '#formats/npy-write.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const path = () => temporary('all_metadata.npz');
const pose = [1, 0, 0, 5, 0, 1, 0, 6, 0, 0, 1, 7, 0, 0, 0, 1];

/** Two scenes of one image each, and a pair. */
const sound: Readonly<Record<string, NpyArray>> = {
  scenes: { values: ['a', 'b'], shape: [2] },
  sceneids: { values: BigInt64Array.of(0n, 1n), shape: [2] },
  images: { values: ['1.5.png', 'DSC2'], shape: [2] },
  intrinsics: { values: Float32Array.of(50, 0, 9, 0, 60, 8, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0), shape: [2, 3, 3] },
  trajectories: { values: Float64Array.from([...pose, ...pose]), shape: [2, 4, 4] },
  pairs: { values: Float64Array.of(1, 0, 0.25), shape: [1, 3] },
};

async function read(changes: Readonly<Record<string, NpyArray>> = {}) {
  await writeFile(path(), encodeNpz({ ...sound, ...changes }));
  return readSceneMetadata(path());
}

describe('data/published/scene-metadata: readSceneMetadata', () => {
  it('gives pairs by number, and images with their scene, name and camera', async () => {
    const metadata = await read();
    expect(metadata.pairCount).toBe(1);
    expect(metadata.pair(0)).toEqual([1, 0]);
    const { scene, name, camera } = metadata.image(0);
    expect([scene, name]).toEqual(['a', '1.5']);
    expect(camera).toMatchObject({ focalPx: [50, 60], principalPx: [9, 8] });
    expect(Array.from(camera.camToWorld)).toEqual(pose);
  });

  it('refuses the camera of a single image when that is asked for', async () => {
    const metadata = await read();
    expect(() => metadata.image(1)).toThrow(`${path()}: b/DSC2: expected intrinsics`);
  });

  it.each([
    ['pairs', { values: Float64Array.of(1, 2), shape: [1, 2] }, 'whole numbers from 0 to 1, found 2'],
    ['pairs', { values: Float64Array.of(0.5, 1), shape: [1, 2] }, 'whole numbers from 0 to 1, found 0.5'],
    ['pairs', { values: Float64Array.of(1, 0), shape: [2, 1] }, 'two columns or more, found 1'],
    ['sceneids', { values: Int32Array.of(0, -1), shape: [2] }, 'whole numbers from 0 to 1, found -1'],
    ['intrinsics', { values: new Float32Array(9), shape: [1, 3, 3] }, 'the shape [2, 3, 3], found [1, 3, 3]'],
    ['images', { values: Int32Array.of(1, 2), shape: [2] }, 'text, found numbers'],
  ])('names the file and the array where %s do not fit', async (name, array, message) => {
    await expect(read({ [name]: array })).rejects.toThrow(`${path()}: ${name}: expected ${message}`);
  });

  it('names an array that is missing', async () => {
    const { trajectories: _, ...rest } = sound;
    await writeFile(path(), encodeNpz(rest));
    await expect(readSceneMetadata(path())).rejects.toThrow(`${path()}: expected an array named trajectories, found`);
  });
});
