import { readdir } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { useTemporaryFolder } from '../weights/temporary-folder.ts';
import { complaints, dust3r } from './command-line.ts';

const place = useTemporaryFolder();

describe('cli/prepare', () => {
  it('renders scenes in worker threads and says how many', async () => {
    const size = ['--scenes', '2', '--views', '2', '--size', '32x24', '--workers', '2', '--kind', 'tabletop'];
    const done = await dust3r('prepare', 'synthetic', '--output', place('two'), ...size, '--json');
    expect(complaints(done)).toEqual([]);
    expect(JSON.parse(done.stdout)).toMatchObject({ written: 2, kept: 0 });
    expect(done.stderr).toMatch(/no --meshes: scenes are of primitives/);
    expect((await readdir(place('two'))).sort()).toEqual(['scene-00000', 'scene-00001']);
  });

  it.each([
    [['--size', '320'], /--size: expected WIDTHxHEIGHT/],
    [['--scenes', '0'], /--scenes: expected a whole number from 1/],
    [['--min-overlap', '0.9'], /--min-overlap, --max-overlap: expected/],
    [['--meshes', '/nowhere'], /\/nowhere: expected a folder of models/],
  ] as const)('refuses %s in one line', async (args, message) => {
    const { code, ...outcome } = await dust3r('prepare', 'synthetic', '--output', place('none'), ...args);
    expect(code).toBe(1);
    expect(complaints({ code, ...outcome })).toEqual([expect.stringMatching(message)]);
  });
});
