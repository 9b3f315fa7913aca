import { mkdir, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { frameNumber, readFrames, readGoodSequences, readSetLists } from '#prepare/datasets/co3d-annotations.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();

async function write(name: string, content: unknown): Promise<string> {
  const path = place(name);
  const text = JSON.stringify(content);
  await writeFile(path, name.endsWith('jgz') ? gzipSync(text) : text);
  return path;
}

const frame = {
  image: { path: 'a/1/images/frame000001.jpg', size: [60, 100] },
  depth: { path: 'a/1/depths/frame000001.jpg.geometric.png', scale_adjustment: 2 },
  mask: { path: 'a/1/masks/frame000001.png' },
  viewpoint: { T: [1, 2, 3] },
};

describe('prepare/datasets/co3d-annotations: readFrames', () => {
  it('reads the frames that are wanted; depth without a scale has that of 1', async () => {
    const other = { ...frame, image: { ...frame.image, path: 'other' }, depth: { path: 'd' } };
    const path = await write('frames.jgz', [frame, other, { image: null }, { image: { path: 3 } }]);
    const frames = await readFrames(path, () => true);
    expect([...frames.keys()]).toEqual([frame.image.path, 'other']);
    expect(frames.get(frame.image.path)).toEqual({
      ...{ imagePath: frame.image.path, depthPath: frame.depth.path, maskPath: frame.mask.path },
      ...{ width: 100, height: 60, depthScale: 2, viewpoint: frame.viewpoint },
    });
    expect(frames.get('other')?.depthScale).toBe(1);
    expect(await readFrames(path, () => false)).toEqual(new Map());
  });

  it.each([
    { mask: null },
    { depth: { path: 5 } },
    { depth: { path: 'd', scale_adjustment: 'much' } },
    { depth: { path: 'd', scale_adjustment: -1 } },
    { image: { path: 'i', size: 5 } },
    { image: { path: 'i', size: [60, 0] } },
  ])('leaves out a frame with %j', async (changes) => {
    const path = await write('incomplete.jgz', [{ ...frame, ...changes }]);
    expect((await readFrames(path, () => true)).size).toBe(0);
  });
});

describe('prepare/datasets/co3d-annotations: readGoodSequences', () => {
  it('takes those whose score is higher', async () => {
    const scores = { a: 0.6, b: 0.5, c: null, d: undefined, e: 7 };
    const records = Object.entries(scores).map(([name, score]) => ({
      sequence_name: name,
      viewpoint_quality_score: score,
    }));
    expect(await readGoodSequences(await write('sequences.jgz', records), 0.5)).toEqual(new Set(['a', 'e']));
  });
});

describe('prepare/datasets/co3d-annotations: readSetLists', () => {
  const list = (name: string, content: unknown) => write(`set_lists/set_lists_${name}.json`, content);

  it('reads the list for few views, or for the subset all of many views', async () => {
    await mkdir(place('set_lists'), { recursive: true });
    await list('fewview_train', { train: [['1', 0, 'p']], val: [['2', 0, 'q']] });
    await list('manyview_dev_0', { train: [['3', 0, 'r']], test: [['3', 1, 's']] });
    await list('manyview_dev_1', { train: [['4', 0, 't']] });
    await list('manyview_test_0', { train: [['5', 0, 'u']] });
    expect(await readSetLists(place(''), false)).toEqual([['train', '1', 'p']]);
    expect(await readSetLists(place(''), true)).toEqual([
      ['train', '3', 'r'],
      ['test', '3', 's'],
      ['train', '4', 't'],
    ]);
  });

  it('names a list that is missing or no list', async () => {
    await list('fewview_train', { train: [['1', 0]] });
    await expect(readSetLists(place(''), false)).rejects.toThrow(
      /expected frames as \[sequence, number, path\], found/,
    );
    await list('fewview_train', { train: 'all' });
    await expect(readSetLists(place(''), false)).rejects.toThrow(/expected train to be a list of frames$/);
    await rm(place('set_lists'), { recursive: true });
    await expect(readSetLists(place(''), false)).rejects.toThrow(
      /set_lists_fewview_train\.json: no such file; the single-sequence subset needs --single-sequence-subset$/,
    );
    await expect(readSetLists(place(''), true)).rejects.toThrow(/set_lists_manyview_dev_0\.json: no such file$/);
  });
});

describe('prepare/datasets/co3d-annotations: frameNumber', () => {
  it('is the number in the name of the file', () => {
    expect(frameNumber('apple/110/images/frame000012.jpg')).toBe(12);
    expect(() => frameNumber('apple/110/images/12.jpg')).toThrow(/expected a photograph named as frame000012\.jpg$/);
  });
});
