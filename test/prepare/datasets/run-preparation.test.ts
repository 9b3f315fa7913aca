import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Flags, Preparation, PreparationItem } from '#prepare/datasets/preparation.ts';
import { type PreparationRun, runPreparation } from '#prepare/datasets/run-preparation.ts';
import { mountSmallDisk } from '#test/support/small-disk.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { rawFixture } from './raw-fixture.ts';

const place = useTemporaryFolder();

const flags = {
  size: { type: 'number', default: 3, range: [1, 9], describe: 'of everything' },
  only: { type: 'string', isSelection: true, describe: 'of the items' },
} as const satisfies Flags;

/** Items a/0 to a/3 of two frames each. The second frame of a/1 is broken, and so is the whole of a/2. */
function example(changes: Partial<Preparation> = {}): Preparation {
  return {
    name: 'example',
    version: 1,
    flags,
    plan: async () => Array.from({ length: 4 }, (_, i) => ({ key: `a/${i}`, frames: 2 })),
    prepareItem: async ({ key }, { input, frame, write }) => {
      if (key === 'a/2') throw new Error(`${join(input, 'a/2.bin')}: is broken`);
      for (const name of ['0', '1']) {
        await frame(`${key}-${name}.bin`, async () => {
          if (key === 'a/1' && name === '1') throw new Error('is broken\nall over');
          await write(`frames/${name}.txt`, key);
        });
      }
      return { key };
    },
    finish: async ({ items, writeIndex }) => writeIndex('lists/index.json', JSON.stringify(items)),
    ...changes,
  };
}

function run(output: string, changes: Partial<PreparationRun> = {}): PreparationRun {
  return { input: rawFixture('co3d'), output: place(output), workers: 0, ...changes };
}

describe('prepare/datasets/run-preparation: runPreparation', () => {
  it('counts frames, lists what is skipped, and leaves nothing else behind', async () => {
    const progress: string[] = [];
    const onProgress = ({ done, total }: { done: number; total: number }) => progress.push(`${done}/${total}`);
    const report = await runPreparation(example(), run('whole', { onProgress }));
    expect(report).toMatchObject({ prepared: 3, kept: 0, skippedItems: 1, skippedFrames: 1 });
    expect([...new Set(progress)]).toEqual(['0/8', '1/8', '2/8', '3/8', '4/8', '6/8', '7/8', '8/8']);
    expect(await readFile(place('whole/skipped.txt'), 'utf8')).toBe(
      'a/1\ta/1-1.bin\tis broken all over\na/2\ta/2.bin\tis broken\n',
    );
    expect((await readdir(place('whole'))).sort()).toEqual(['a', 'lists', 'preparation.json', 'skipped.txt']);
    expect(await readdir(place('whole/a/1/frames'))).toEqual(['0.txt']);
    const items = ['a/0', 'a/1', 'a/3'].map((key) => ({ key, facts: { key } }));
    expect(JSON.parse(await readFile(place('whole/lists/index.json'), 'utf8'))).toEqual(items);
  });

  it('keeps what is there, and tries again what was skipped', async () => {
    await runPreparation(example(), run('again'));
    const prepareItem: Preparation['prepareItem'] = async ({ key }) => ({ key });
    const report = await runPreparation(example({ prepareItem }), run('again'));
    expect(report).toMatchObject({ prepared: 1, kept: 3, skippedItems: 0, skippedFrames: 1 });
    expect(await readFile(place('again/skipped.txt'), 'utf8')).toBe('a/1\ta/1-1.bin\tis broken all over\n');
  });

  it('fails when nothing could be prepared, and says why', async () => {
    const prepareItem: Preparation['prepareItem'] = ({ key }) => Promise.reject(new Error(`${key} is empty`));
    await expect(runPreparation(example({ prepareItem }), run('nothing'))).rejects.toThrow(
      /^prepare example: \S+co3d: nothing could be prepared: a\/0: a\/0 is empty, and 3 more like this$/,
    );
    expect((await readFile(place('nothing/skipped.txt'), 'utf8')).split('\n')).toHaveLength(5);
    const plan = async (): Promise<PreparationItem[]> => [];
    await expect(runPreparation(example({ plan }), run('empty'))).rejects.toThrow(/co3d: found nothing to prepare$/);
    expect(await readdir(place(''))).not.toContain('empty');
  });

  it.each([
    [{ options: { size: 4 } }, {}, '--size was 3 when it was prepared, now 4; name another output folder'],
    [{}, { name: 'other' }, 'this folder was prepared from example, not other; name another output folder'],
    [{}, { version: 2 }, 'this folder was prepared by another version of dust3r; name another output folder'],
  ])('refuses %j %j of a folder that was prepared otherwise', async (changes, preparation, message) => {
    await runPreparation(example(), run('settings'));
    await expect(runPreparation(example(preparation), run('settings', changes))).rejects.toThrow(message);
    await runPreparation(example(), run('settings', { options: { size: 3, only: 'a/1' } }));
  });

  it.each([
    ['preparation.json', /preparation\.json: damaged; name another output folder$/],
    ['a/0/prepared.json', /a\/0\/prepared\.json: damaged; remove this folder and start again/],
  ])('names a damaged %s', async (file, message) => {
    const output = `damaged ${file.length}`;
    await runPreparation(example(), run(output));
    await writeFile(place(`${output}/${file}`), '{"facts"');
    await expect(runPreparation(example(), run(output))).rejects.toThrow(message);
  });

  it('removes what killed runs left, but not what another run is writing', async () => {
    await runPreparation(example(), run('busy'));
    await mkdir(place('busy/.preparing.999999999.ab.tmp'));
    await runPreparation(example(), run('busy'));
    expect(await readdir(place('busy'))).not.toContain('.preparing.999999999.ab.tmp');
    await mkdir(place('busy/.preparing.1.ab.tmp'));
    await expect(runPreparation(example(), run('busy'))).rejects.toThrow(
      /busy: process 1 is preparing data into this folder; stop it first, or remove \S+\.preparing\.1\.ab\.tmp$/,
    );
  });

  it('refuses folders of the output that it has not made', async () => {
    await runPreparation(example(), run('foreign'));
    await mkdir(place('foreign/a/2/mine'), { recursive: true });
    const prepareItem: Preparation['prepareItem'] = async () => 1;
    await expect(runPreparation(example({ prepareItem }), run('foreign'))).rejects.toThrow(
      /foreign\/a\/2: this folder is no result of an earlier run; move it away$/,
    );
    await writeFile(place('file'), '');
    await expect(runPreparation(example(), run('file'))).rejects.toThrow(/is a file/);
  });

  it('stops between frames when told, leaving whole items only', async () => {
    const stop = new AbortController();
    const onProgress = ({ done }: { done: number }) => done === 3 && stop.abort(new Error('enough'));
    const stopped = runPreparation(example(), run('stopped', { onProgress, signal: stop.signal }));
    await expect(stopped).rejects.toThrow('enough');
    expect((await readdir(place('stopped'))).sort()).toEqual(['a', 'preparation.json']);
    expect(await readdir(place('stopped/a'))).toEqual(['0']);
  });
});

describe('prepare/datasets/run-preparation, on a disk that is full', () => {
  const disk = mountSmallDisk(64);
  afterAll(() => disk?.unmount());
  const onDisk = disk ? it : it.skip; // needs the right to mount

  onDisk('names the file and leaves whole items only', async () => {
    const output = join(disk?.path ?? '', 'out');
    const prepareItem: Preparation['prepareItem'] = async ({ key }, { write }) => {
      await write('large.bin', new Uint8Array(30_000));
      return key;
    };
    await expect(runPreparation(example({ prepareItem }), run('', { output }))).rejects.toThrow(
      /a\/\d\/large\.bin: cannot be written: the disk is full; free some space or write elsewhere \(ENOSPC\)$/,
    );
    expect((await readdir(output)).sort()).toEqual(['a', 'preparation.json']);
  });
});
