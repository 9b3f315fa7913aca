import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeScene } from '#reconstruct/scene-file.ts';
import { smallReconstruction } from '#test/reconstruct/small-reconstruction.ts';
import { mountSmallDisk } from '#test/support/small-disk.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { complaints, dust3r } from './command-line.ts';

const disk = mountSmallDisk(256);
afterAll(() => disk?.unmount());
const onDisk = disk ? describe : describe.skip; // needs the right to mount
const temporary = useTemporaryFolder();
const place = (name: string) => join(disk?.path ?? '', name);
const photographs = ['examples/images/office-1.jpg', 'examples/images/office-2.jpg'];
const whole = ['--random-weights', 'tiny', '--size', '64', '--backend', 'wasm', '--min-confidence', '1', '--json'];
beforeAll(async () => {
  await writeScene(temporary('scene'), smallReconstruction());
});

/** Files that a run which is over must not leave. */
function halves(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      /\.tmp$|\.pairs-/.test(name) ||
      (statSync(join(folder, name)).isFile() && statSync(join(folder, name)).size === 0),
  );
}

onDisk('cli: on a disk that becomes full', () => {
  it.each([
    ['reconstruct', ['reconstruct', ...photographs, ...whole, '-o']],
    ['reconstruct, whose predictions wait on it', ['reconstruct', ...photographs, ...whole, '--store', 'disk', '-o']],
    ['infer', ['infer', ...photographs, ...whole, '-o']],
  ])('%s names the file and the reason, exits 1 and leaves whole files and no scene.json', async (name, args) => {
    const folder = place(name);
    const release = disk?.fill(64 * 1024);
    const outcome = await dust3r(...args, folder);
    release?.();
    expect(outcome.code).toBe(1);
    expect(complaints(outcome)).toEqual([
      expect.stringMatching(
        /^dust3r: \S+.*: cannot be written: the disk is full; free some space or write elsewhere \(ENOSPC\)$/,
      ),
    ]);
    expect(outcome.stdout).toBe('');
    expect(halves(folder)).toEqual([]);
    expect(readdirSync(folder)).not.toContain('scene.json');
  });

  it('export keeps what other programs and it wrote before', async () => {
    const folder = place('exported');
    const run = () => dust3r('export', temporary('scene'), '--format', 'tum,glb-mesh', '-o', folder, '--json');
    expect((await run()).code).toBe(0);
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const before = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size]);
    const release = disk?.fill(0);
    const outcome = await run();
    release?.();
    expect([outcome.code, outcome.stdout]).toEqual([1, '']);
    expect(complaints(outcome)).toEqual([expect.stringMatching(/exported\/\S+: cannot be written: the disk is full;/)]);
    expect(readdirSync(folder).map((name) => [name, statSync(join(folder, name)).size])).toEqual(before);
    expect((await run()).code).toBe(0);
  });
});
