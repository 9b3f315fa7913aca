import { spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { rawFixture } from '#test/prepare/datasets/raw-fixture.ts';
import { useTemporaryFolder } from '../weights/temporary-folder.ts';
import { complaints, dust3r } from './command-line.ts';

const place = useTemporaryFolder();
const prepare = (name: string, input: string, ...args: readonly string[]) =>
  dust3r('prepare', name, '--input', rawFixture(input), ...args);

describe('cli/prepare-dataset', () => {
  it("prepares in worker threads; options may be spelled as the original's scripts have them", async () => {
    const args = ['--output', place('co3d'), '--img_size=64', '--num_sequences_per_object', '1', '--workers', '2'];
    const done = await prepare('co3d', 'co3d', ...args, '--json');
    expect(complaints(done)).toEqual([]);
    expect(done.stderr).toBe('');
    expect(JSON.parse(done.stdout)).toMatchObject({ output: place('co3d'), prepared: 2, kept: 0, skippedItems: 0 });
    const again = await prepare('co3d', 'co3d', ...args);
    expect(again.stdout).toMatch(/co3d: 0 of co3d prepared in \d+ s, 2 were there\n$/);
    expect(again.stderr).toBe('reading the lists of apple\nreading the lists of bench\nprepare co3d\n');
  });

  it.each([
    [['co3d', 'wildrgbd'], /^dust3r: prepare co3d: \S+: expected CO3D v2 with <category>\/frame_annotations\.jgz/],
    [['wildrgbd', 'wildrgbd', '--img-size', '5000'], /--img-size: expected a whole number from 16 to 4096, got 5000/],
    [['wildrgbd', 'wildrgbd', '--quality', '3'], /Unknown argument: quality/],
  ] as const)('refuses %j in one line', async ([name, input, ...args], message) => {
    const { code, ...outcome } = await prepare(name, input, '--output', place('refused'), ...args);
    expect(code).toBe(1);
    expect(complaints({ code, ...outcome })).toEqual([expect.stringMatching(message)]);
    expect(await readdir(place(''))).not.toContain('refused');
  });

  it('stops at Ctrl-C, says how to go on, and goes on', async () => {
    const args = ['--output', place('stopped'), '--img-size', '64', '--workers', '1'];
    const command = ['--import', 'tsx', resolve('src/cli/main.ts'), 'prepare', 'co3d', '-i', rawFixture('co3d')];
    const { NODE_OPTIONS: _, ...env } = process.env;
    const run = spawn(process.execPath, [...command, ...args], { env });
    let said = '';
    run.stderr.on('data', (text: Buffer) => {
      said += text;
      if (text.includes('prepare co3d\n')) run.kill('SIGINT'); // the thread has just been started
    });
    const code = await new Promise((done) => run.on('close', done));
    expect(code).toBe(1);
    expect(said).toMatch(/dust3r: stopped; to go on, start it again: \S+ keeps what is whole\n$/);
    expect((await readdir(place('stopped'))).filter((name) => name.startsWith('.'))).toEqual([]);
    const { stdout } = await prepare('co3d', 'co3d', ...args, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ skippedItems: 0, skippedFrames: 0 });
  });
});
