import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { encodeNpz } from '#formats/npy-write.ts';
import { readNpz } from '#formats/npz.ts';
import { imagePairs } from '#prepare/datasets/image-pairs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();
const list = imagePairs({
  ...{ file: 'pairs.npz', index: 'index.npz', images: 'frames' },
  folderOf: (scene) => scene.replace(' ', '/'),
});

function write(name: string, pairs: Int32Array): Promise<void> {
  const scenes = { values: ['0001 0', '0002 1'], shape: [2] };
  const frames = { values: ['a.jpg', 'b.JPG', 'c'], shape: [3] };
  return writeFile(place(name), encodeNpz({ scenes, frames, pairs: { values: pairs, shape: [pairs.length / 3, 3] } }));
}

describe('prepare/datasets/image-pairs: imagePairs', () => {
  beforeAll(() => write('pairs.npz', Int32Array.of(0, 0, 1, 1, 2, 0)));

  it('names scenes by their folders and images without endings', async () => {
    const { length, image } = await list.read(place('pairs.npz'));
    expect(length).toBe(2);
    expect(image(0, 1)).toEqual({ item: '0001/0', name: 'b' });
    expect(image(1, 0)).toEqual({ item: '0002/1', name: 'c' });
  });

  it('takes rows as they are', async () => {
    await writeFile(place('taken.npz'), await list.take(place('pairs.npz'), Uint32Array.of(1)));
    const arrays = await readNpz(place('taken.npz'));
    expect(arrays.get('pairs')).toEqual({ values: Int32Array.of(1, 2, 0), shape: [1, 3] });
    expect([...arrays.keys()].sort()).toEqual(['frames', 'pairs', 'scenes']);
  });

  it('names the row that points at no image', async () => {
    await write('beyond.npz', Int32Array.of(0, 0, 3));
    const { image } = await list.read(place('beyond.npz'));
    expect(() => image(0, 1)).toThrow('pairs: row 0, column 2: expected a whole number from 0 to 2, found 3');
  });
});
