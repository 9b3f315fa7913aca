import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { decodeImage } from '#image/decode.ts';
import { type PrepareOptions, prepareSynthetic } from '#prepare/synthetic.ts';
import { mountSmallDisk } from '#test/support/small-disk.ts';
import { useTemporaryFolder } from '../weights/temporary-folder.ts';

const place = useTemporaryFolder();

function options(name: string, changes: Partial<PrepareOptions> = {}): PrepareOptions {
  return {
    output: place(name),
    scenes: 2,
    views: 2,
    width: 48,
    height: 32,
    split: 'train',
    seed: 5,
    overlap: [0.2, 0.95],
    imageFormat: 'png',
    kind: 'tabletop',
    workers: 0,
    ...changes,
  };
}

async function contents(folder: string): Promise<Record<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const texts = files.map(async ({ parentPath, name }) => {
    const path = join(parentPath, name);
    return [path.slice(folder.length), (await readFile(path)).toString('base64')] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}

describe('prepare/synthetic: prepareSynthetic', () => {
  it('writes images, depth, K.txt, poses.txt and scene.json, goes on where it was, and repeats itself', async () => {
    const progress: number[] = [];
    const report = await prepareSynthetic(options('whole', { onProgress: ({ done }) => progress.push(done) }));
    expect(report).toMatchObject({ written: 2, kept: 0 });
    expect(progress).toEqual([0, 1, 2]);
    const folder = join(place('whole'), 'scene-00000');
    expect((await readdir(folder)).sort()).toEqual(['K.txt', 'depth', 'images', 'poses.txt', 'scene.json']);
    expect(await readdir(join(folder, 'images'))).toEqual(['000000.png', '000001.png']);
    expect(await readdir(join(folder, 'depth'))).toEqual(['000000.png', '000001.png']);
    expect(await decodeImage(join(folder, 'images/000000.png'))).toMatchObject({ width: 48, height: 32 });
    const poses = (await readFile(join(folder, 'poses.txt'), 'utf8')).trim().split('\n');
    expect(poses.map((line) => line.split(' ').length)).toEqual([16, 16]);
    const { pairs, version } = JSON.parse(await readFile(join(folder, 'scene.json'), 'utf8'));
    expect(version).toBe(1);
    expect(pairs[0].overlap).toBeGreaterThanOrEqual(0.2);

    const before = await contents(place('whole'));
    await rm(join(place('whole'), 'scene-00001'), { recursive: true });
    await mkdir(join(place('whole'), '.scene-00001.999999999.abc.tmp'));
    expect(await prepareSynthetic(options('whole'))).toMatchObject({ written: 1, kept: 1 });
    expect(await contents(place('whole'))).toEqual(before);
  });

  it('refuses a folder with scenes of other settings, and changes nothing in it', async () => {
    await prepareSynthetic(options('other', { scenes: 1 }));
    const before = await contents(place('other'));
    await expect(prepareSynthetic(options('other', { seed: 6 }))).rejects.toThrow(/made with other settings/);
    expect(await contents(place('other'))).toEqual(before);
  });

  it('stops between scenes when told, leaving whole scenes only', async () => {
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 1 && stop.abort(new Error('enough'));
    await expect(prepareSynthetic(options('stopped', { onProgress, signal: stop.signal }))).rejects.toThrow('enough');
    expect(await readdir(place('stopped'))).toEqual(['scene-00000']);
  });

  it('tells before any work that the models or the place for the output are missing', async () => {
    await expect(prepareSynthetic(options('models', { meshes: place('none') }))).rejects.toThrow(
      /expected a folder of models/,
    );
    expect(await readdir(place(''))).not.toContain('models');
    await writeFile(place('file'), '');
    await expect(prepareSynthetic(options('file'))).rejects.toThrow(/is a file/);
  });
});

describe('prepare/synthetic, on a disk that is full', () => {
  const disk = mountSmallDisk(64);
  afterAll(() => disk?.unmount());
  const onDisk = disk ? it : it.skip; // needs the right to mount

  onDisk.each([0, 1])('names the file, with %s workers, keeps whole scenes and leaves no other', async (workers) => {
    const output = join(disk?.path ?? '', String(workers));
    await expect(prepareSynthetic(options('', { output, workers, scenes: 9 }))).rejects.toThrow(
      /scene-0000\d\/(images\/|depth\/)?[\w.]+: cannot be written: the disk is full; free some space or write elsewhere \(ENOSPC\)$/,
    );
    const scenes = await readdir(output);
    expect(scenes.filter((name) => !/^scene-\d+$/.test(name))).toEqual([]);
    expect(await readdir(join(output, 'scene-00000'))).toContain('scene.json');
    await rm(output, { recursive: true });
  });
});
