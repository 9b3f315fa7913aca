import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadForInference } from '#image/fit.ts';
import { listPhotographs, loadPhotographs, type SkippedPhotograph } from '#reconstruct/photographs.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const office = ['examples/images/office-1.jpg', 'examples/images/office-2.jpg'] as const;
const size = 32;
let broken: string;
beforeAll(async () => {
  broken = temporary('broken.jpg');
  await writeFile(broken, (await readFile(office[0])).subarray(0, 2000));
});

describe('reconstruct/photographs: listPhotographs', () => {
  it('takes the pictures of a folder, numbers by value, and files as they are', async () => {
    const folder = temporary('album');
    await mkdir(folder);
    for (const name of ['shot10.JPG', 'shot9.png', '.hidden.jpg', 'notes.txt'])
      await writeFile(join(folder, name), 'a picture');
    const listed = await listPhotographs([office[1], folder]);
    expect(listed).toEqual([office[1], join(folder, 'shot9.png'), join(folder, 'shot10.JPG')]);
  });

  it('names what is missing, and a folder without pictures', async () => {
    await expect(listPhotographs(['nowhere'])).rejects.toThrow('nowhere: no such image file or folder');
    await mkdir(temporary('empty'));
    await expect(listPhotographs([temporary('empty')])).rejects.toThrow('expected pictures (.jpg, .png,');
  });
});

describe('reconstruct/photographs: loadPhotographs', () => {
  it('takes paths, pixels and photographs that are fitted already', async () => {
    const fitted = await loadForInference(office[1], { size, name: 'mine' });
    const pixels = { width: 40, height: 80, data: new Uint8Array(3 * 40 * 80).fill(7) };
    const loaded = await loadPhotographs([office[0], pixels, fitted], { size });
    expect(loaded.map(({ name }) => name)).toEqual(['office-1.jpg', 'image-1', 'mine']);
    expect(loaded[1]).toMatchObject({ original: { width: 40, height: 80 }, image: { width: 16, height: 32 } });
    expect(loaded[2]).toEqual(fitted);
  });

  it('names files by their paths where two have one name', async () => {
    const paths = [temporary('a'), temporary('b')];
    for (const [i, path] of paths.entries()) {
      await mkdir(path);
      await copyFile(office[i as 0 | 1], join(path, 'shot.jpg'));
    }
    const files = paths.map((path) => join(path, 'shot.jpg'));
    expect((await loadPhotographs(files, { size })).map(({ name }) => name)).toEqual(files);
  });

  it('tells how far it is, and stops when it is aborted', async () => {
    const seen: string[] = [];
    await loadPhotographs(office, { size, onProgress: ({ done, total }) => seen.push(`${done}/${total}`) });
    expect(seen).toEqual(['0/2', '1/2', '2/2']);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(loadPhotographs(office, { size, signal })).rejects.toThrow('enough');
  });

  it('names a broken photograph among good ones', async () => {
    await expect(loadPhotographs([office[0], broken, office[1]], { size })).rejects.toThrow(
      /broken\.jpg: damaged or unsupported JPEG image/,
    );
  });

  it('names both of two identical ones', async () => {
    await copyFile(office[0], temporary('copy.jpg'));
    const load = () => loadPhotographs([office[0], office[1], temporary('copy.jpg')], { size });
    await expect(load()).rejects.toThrow('copy.jpg is the same picture as office-1.jpg; leave one of them out');
  });

  it('leaves both kinds out and says why, when it is told to', async () => {
    const skipped: SkippedPhotograph[] = [];
    const loaded = await loadPhotographs([office[0], broken, office[0], office[1]], {
      ...{ size, skipBroken: true },
      onSkipped: (each) => skipped.push(each),
    });
    expect(loaded).toHaveLength(2);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/broken\.jpg: damaged/),
      expect.stringMatching(/ is named twice$/),
    ]);
  });
});
