import { readdir } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { writeScene } from '#reconstruct/scene-file.ts';
import { exportFormats } from '#reconstruct/scene-file-format.ts';
import { smallReconstruction } from '#test/reconstruct/small-reconstruction.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { complaints, dust3r, inPairs, type Outcome } from './command-line.ts';

const temporary = useTemporaryFolder();
let whole: Outcome;
let refused: Outcome[];
beforeAll(async () => {
  const photographs = [temporary('left.jpg'), temporary('right.png')];
  const sizes = [
    [24, 16],
    [16, 24],
  ] as const;
  for (const [i, [width, height]] of sizes.entries()) {
    await sharp({ create: { width, height, channels: 3, background: 'teal' } }).toFile(photographs[i] as string);
  }
  await writeScene(temporary('scene'), smallReconstruction(), { photographs });
  await writeScene(temporary('lost'), smallReconstruction(), { photographs: [temporary('left.jpg'), undefined] });
  const to = ['-o', temporary('refused')];
  const outcomes = await inPairs(
    [
      ['export', temporary('scene'), '--format', exportFormats.join(), '-o', temporary('whole'), '--json'],
      ['export', temporary('lost'), '-f', 'colmap', ...to],
      ['export', temporary('scene'), '-f', 'ply,obj', ...to],
      ['export', temporary('scene'), '-f', 'ply', '--max-points', '0.5', ...to],
      ['export', temporary('nowhere'), '-f', 'ply', ...to],
    ],
    (args) => dust3r(...args),
  );
  [whole, ...refused] = outcomes as [Outcome, ...Outcome[]];
});

describe('cli/export: dust3r export', () => {
  it('writes several formats at once, and prints one JSON value', async () => {
    expect([whole.code, whole.stderr]).toEqual([0, '']);
    const { formats, files } = JSON.parse(whole.stdout);
    expect(formats).toEqual([...exportFormats]);
    expect(files).toHaveLength(27);
    expect((await readdir(temporary('whole'))).sort()).toEqual([
      ...['colmap', 'colmap-text', 'depth', 'mesh.glb', 'nerfstudio', 'scene.glb', 'scene.ply', 'trajectory.txt'],
    ]);
    expect(await readdir(temporary('whole/colmap/images'))).toEqual(['left.jpg', 'right.png']);
  });

  it('says in one line what is wrong, and writes nothing', async () => {
    expect(refused.map(complaints)).toEqual([
      [
        'dust3r: export: the scene does not say where right.png lies; put the photographs back, or leave them out by --no-images',
      ],
      [`dust3r: --format: expected ${exportFormats.join(', ')}, got "obj"`],
      ['dust3r: --max-points: expected a whole number from 1, got 0.5'],
      [`dust3r: ${temporary('nowhere')}: there is no such scene; dust3r reconstruct writes one`],
    ]);
    expect(refused.every(({ code }) => code === 1)).toBe(true);
    expect(await readdir(temporary('refused')).catch(() => 'nothing')).toBe('nothing');
  });

  it('leaves the photographs out if told to', async () => {
    const to = temporary('bare');
    const { code } = await dust3r('export', temporary('lost'), '-f', 'colmap,nerfstudio', '-o', to, '--no-images');
    expect(code).toBe(0);
    expect([await readdir(`${to}/colmap`), (await readdir(`${to}/nerfstudio`)).sort()]).toEqual([
      ['sparse'],
      ['sparse_pc.ply', 'transforms.json'],
    ]);
  });
});
