import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
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
  await mkdir(temporary('mine'));
  await writeFile(temporary('mine/scene.ply'), 'mine');
  const outcomes = await inPairs(
    [
      ['export', temporary('scene'), '--format', exportFormats.join(), '-o', temporary('whole'), '--json'],
      ['export', temporary('lost'), '-f', 'colmap', ...to],
      ['export', temporary('scene'), '-f', 'ply,obj', ...to],
      ['export', temporary('scene'), '-f', 'ply', '--max-points', '0.5', ...to],
      ['export', temporary('nowhere'), '-f', 'ply', ...to],
      ['export', temporary('scene'), '-f', 'tum,ply', '-o', temporary('mine')],
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
      ...[
        '.dust3r-files.json',
        'colmap',
        'colmap-text',
        'depth',
        'mesh.glb',
        'nerfstudio',
        'scene.glb',
        'scene.ply',
        'trajectory.txt',
      ],
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
      [`dust3r: ${temporary('nowhere')}: there is no such scene; dust3r infer and reconstruct write one`],
      [`dust3r: ${temporary('mine')}: scene.ply is there already; name another folder, or give --overwrite`],
    ]);
    expect(refused.every(({ code }) => code === 1)).toBe(true);
    expect(await readdir(temporary('mine'))).toEqual(['scene.ply']);
    expect(await readdir(temporary('refused')).catch(() => 'nothing')).toBe('nothing');
  });

  it('takes the place of its own files, and of others if told to', async () => {
    const mine = ['export', temporary('scene'), '-f', 'ply,tum', '-o', temporary('mine'), '--overwrite'];
    expect((await dust3r(...mine)).code).toBe(0);
    expect(await readFile(temporary('mine/scene.ply'), 'latin1')).toMatch(/^ply\n/);
    const again = await dust3r(...mine.slice(0, -1), '--min-confidence', '1000');
    expect([again.code, again.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^no pixel is above confidence 1000 \(highest 96\): the threshold is set to \S+\n\d+ points/,
      ),
    ]);
  });

  it('leaves the photographs out if told to', async () => {
    const to = temporary('bare');
    const args = ['export', temporary('lost'), '-f', 'colmap,nerfstudio', '-o', to, '--no-images'];
    const { code, stdout } = await dust3r(...args);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^192 points above confidence 1\n\d+ files in /)]);
    expect([await readdir(`${to}/colmap`), (await readdir(`${to}/nerfstudio`)).sort()]).toEqual([
      ['sparse'],
      ['sparse_pc.ply', 'transforms.json'],
    ]);
  });
});
