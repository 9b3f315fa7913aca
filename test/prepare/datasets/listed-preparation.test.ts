import { describe, expect, it } from '@jest/globals';
import { eachImage, listedPreparation } from '#prepare/datasets/listed-preparation.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();
const options = { pairs: undefined, asOriginal: false };

function preparationOf(sources: ReadonlyMap<string, string>) {
  return listedPreparation({
    ...{ name: 'example', version: 1, expected: '<scene>/images' },
    pairs: {
      ...{ file: 'pairs.npy', index: 'pairs.npy', take: async () => new Uint8Array() },
      read: async () => ({ length: 2, image: (row, side) => ({ item: `scene${row}`, name: `${side}` }) }),
    },
    findSources: async () => sources,
    prepareImages: async ({ images }) => images.filter((image) => image === '1'),
  });
}

async function plan(sources: ReadonlyMap<string, string>) {
  const { writeFile } = await import('node:fs/promises');
  await writeFile(place('pairs.npy'), '');
  const skipped: string[] = [];
  const skip = (item: string, _: string, error: unknown) => void skipped.push(`${item}: ${(error as Error).message}`);
  const items = await preparationOf(sources).plan({ input: place(''), skip, onStep: () => undefined }, options);
  return { items, skipped };
}

describe('prepare/datasets/listed-preparation: listedPreparation', () => {
  it('plans the listed scenes that are there, with their images, and skips the others', async () => {
    expect(await plan(new Map([['scene1', '/raw/1']]))).toEqual({
      items: [{ key: 'scene1', frames: 2, source: '/raw/1', images: ['0', '1'] }],
      skipped: ['scene0: the list of pairs names it, the input does not hold it'],
    });
  });

  it('says what was expected where none is there', async () => {
    await expect(plan(new Map())).rejects.toThrow(
      /^prepare example: \S+: expected <scene>\/images of the 2 scenes that pairs\.npy names, found pairs\.npy$/,
    );
  });

  it('remembers the images that could be prepared; a scene with none is an error', async () => {
    const frame = <Result>(_: string, prepare: () => Promise<Result>) => prepare();
    const context = { input: '', write: async () => undefined, frame };
    const item = (images: readonly string[]) => ({ key: 'a', frames: 2, source: '', images });
    const { prepareItem } = preparationOf(new Map());
    expect(await prepareItem(item(['0', '1']), context, options)).toEqual({ images: ['1'] });
    await expect(prepareItem(item(['0']), context, options)).rejects.toThrow('no image could be prepared');
  });
});

describe('prepare/datasets/listed-preparation: eachImage', () => {
  it('gives the names of those that did not fail', async () => {
    const frame = async <Result>(_: string, prepare: () => Promise<Result>) => prepare().catch(() => undefined);
    const context = { input: '', write: async () => undefined, frame };
    const item = { key: 'a', frames: 3, source: '', images: ['x', 'y', 'z'] };
    const prepare = async (image: string) => {
      if (image === 'y') throw new Error('broken');
    };
    expect(await eachImage(item, context, prepare)).toEqual(['x', 'z']);
  });
});
