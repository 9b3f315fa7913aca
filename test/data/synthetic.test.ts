import { describe, expect, it } from '@jest/globals';
import { syntheticDataset } from '#data/synthetic.ts';
import { depthToPoints } from '#geometry/camera.ts';
import { createNumpyRandom } from '#tensor/random.ts';

const defaults = Object.fromEntries(
  Object.entries(syntheticDataset.arguments).map(([name, spec]) => [name, spec.default]),
);
const small = { ...defaults, size: 6, scenes: 2, width: 48, height: 32, kind: 'tabletop' };

describe('data/synthetic', () => {
  it('gives the same pair for an index, whatever was asked before and whatever random it is handed', async () => {
    const [one, two] = [await syntheticDataset.open(small), await syntheticDataset.open(small)];
    const first = await one.pair(4, createNumpyRandom(1));
    await two.pair(0, createNumpyRandom(2));
    expect(await two.pair(4, createNumpyRandom(3))).toEqual(first);
    expect(one.length).toBe(6);
  });

  it('gives views with image, depth and camera of the size asked for, of one scene', async () => {
    const dataset = await syntheticDataset.open(small);
    const [a, b] = await dataset.pair(1, createNumpyRandom(1));
    expect(a.label).toBe(b.label);
    expect(a.instance).not.toBe(b.instance);
    expect(a.image.data).toHaveLength(48 * 32 * 3);
    expect(a.depth.every((z) => z === -1 || z > 0)).toBe(true);
    expect(depthToPoints(b.camera, b.depth).every(Number.isFinite)).toBe(true);
    const [other] = await dataset.pair(5, createNumpyRandom(1));
    expect(other.label).not.toBe(a.label);
  });

  it('checks its arguments and says what it expected', () => {
    const read = (name: string, value: string | number | readonly number[]) =>
      syntheticDataset.arguments[name]?.read(value);
    expect(() => read('split', 'test')).toThrow(/expected 'train' or 'val', got "test"/);
    expect(() => read('size', 0)).toThrow(/whole number from 1/);
    expect(() => read('overlap', [0.9, 0.3])).toThrow(/least < largest/);
    expect(() => read('kind', 'cave')).toThrow(/expected 'room'/);
    expect(() => read('width', 8)).toThrow(/pixels from 16/);
    expect(read('overlap', [0.3, 0.9])).toEqual([0.3, 0.9]);
  });

  it('names a folder of models that is missing', async () => {
    await expect(syntheticDataset.open({ ...small, meshes: '/nowhere' })).rejects.toThrow(
      /\/nowhere: expected a folder/,
    );
  });
});
