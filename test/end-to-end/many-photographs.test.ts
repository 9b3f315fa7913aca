import { mkdir, readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type Outcome, runNode } from '#test/cli/command-line.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
let outcome: Outcome;
beforeAll(async () => {
  await mkdir(temporary('photos'));
  for (const left of [0, 50, 100]) {
    const part = sharp('examples/images/office-1.jpg').extract({ left, top: 0, width: 300, height: 300 });
    await part.toFile(temporary(`photos/${left}.jpg`));
  }
  const example = ['--import', 'tsx', 'examples/05-many-photographs.ts'];
  outcome = await runNode([...example, temporary('photos'), temporary('scene'), '--micro']);
});

describe('examples/05-many-photographs', () => {
  it('tells its plan, its stages, and every camera', () => {
    const lines = outcome.stdout.trimEnd().split('\n');
    expect([outcome.code, outcome.stderr]).toEqual([0, '']);
    expect(lines.slice(0, 2)).toEqual(['load 3/3', expect.stringMatching(/^3 photographs, 6 pairs, \d+ MB$/)]);
    for (const name of ['0.jpg', '50.jpg', '100.jpg'])
      expect(lines).toContainEqual(expect.stringMatching(`^${name}: focal length \\d+\\.\\d px$`));
  });

  it('writes the scene, to look at and to go on from', async () => {
    const written = ['cameras.json', 'index.html', 'scene.glb', 'scene.json', 'scene.ply', 'scene.safetensors'];
    expect((await readdir(temporary('scene'))).sort()).toEqual([...written, 'view-0', 'view-1', 'view-2']);
  });
});
