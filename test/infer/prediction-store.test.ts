import { readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { PairwisePrediction, Pointmap } from '#geometry/pointmap.ts';
import { folderStore, memoryStore } from '#infer/prediction-store.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

function pointmap(width: number, height: number, first: number): Pointmap {
  return {
    width,
    height,
    points: Float32Array.from({ length: 3 * width * height }, (_, i) => first + i),
    confidence: Float32Array.from({ length: width * height }, (_, i) => 1 + i / 8),
  };
}

const pair = (first: number, second: number): PairwisePrediction => ({
  first,
  second,
  view1: pointmap(4, 3, first),
  view2: pointmap(3, 4, second),
});
const contents = ({ first, second, view1, view2 }: PairwisePrediction) => ({ first, second, view1, view2 });

describe.each([
  ['memoryStore', async () => memoryStore()],
  ['memoryStore in half precision', async () => memoryStore('float16')],
  ['folderStore', async () => folderStore(temporary('scene'))],
] as const)('infer/prediction-store: %s', (_, open) => {
  it('gives back what was added, sorted by images', async () => {
    const store = await open();
    for (const [first, second] of [
      [2, 0],
      [0, 2],
      [0, 1],
    ] as const)
      await store.add(pair(first, second));
    expect(store.pairs().map(contents)).toEqual([pair(0, 1), pair(0, 2), pair(2, 0)]);
    await store.dispose();
    expect(store.pairs()).toEqual([]);
  });
});

describe('infer/prediction-store: half precision', () => {
  it('is the same in memory as on disk, and rounds to 11 bits', async () => {
    const exact = { ...pair(0, 1), view1: { ...pointmap(2, 1, 0), points: Float32Array.of(0.1, -3e-7, 7e4, 1, 2, 3) } };
    const stores = [memoryStore('float16'), await folderStore(temporary('half'))];
    for (const store of stores) await store.add(exact);
    const [inMemory, onDisk] = stores.map((store) => store.pairs().map(contents));
    expect(inMemory).toEqual(onDisk);
    expect(Math.abs(((inMemory as PairwisePrediction[])[0]?.view1.points[0] as number) / 0.1 - 1)).toBeLessThan(5e-4);
    for (const store of stores) await store.dispose();
  });
});

describe('infer/prediction-store: folderStore, its files', () => {
  it('hold two bytes a number, and go with the store while what else is in the folder stays', async () => {
    await writeFile(join(temporary(''), 'mine.txt'), 'mine');
    const store = await folderStore(temporary(''));
    await store.add(pair(0, 1));
    const [folder] = (await readdir(temporary(''))).filter((name) => name.startsWith('.pairs-'));
    expect(await readdir(temporary(folder as string))).toEqual(['0-1.float16']);
    await store.dispose();
    await store.dispose();
    expect(await readdir(temporary(''))).toContain('mine.txt');
    expect((await readdir(temporary(''))).filter((name) => name.startsWith('.pairs-'))).toEqual([]);
  });

  it('hold what exceeds half precision as its largest number, and keep what is no number', async () => {
    const store = await folderStore(temporary('large'));
    const view1 = { ...pointmap(1, 1, 0), points: Float32Array.of(1e9, Number.NEGATIVE_INFINITY, Number.NaN) };
    await store.add({ ...pair(0, 1), view1 });
    expect([...(store.pairs()[0] as PairwisePrediction).view1.points]).toEqual([65504, -65504, Number.NaN]);
    await store.dispose();
  });

  it('are named when something cut them short', async () => {
    const store = await folderStore(temporary('cut'));
    await store.add(pair(0, 1));
    const [folder] = await readdir(temporary('cut'));
    const file = join(temporary('cut'), folder as string, '0-1.float16');
    await truncate(file, 100);
    expect(() => store.pairs()[0]?.view2).toThrow(`${file}: the file ends too early`);
    await store.dispose();
  });
});
