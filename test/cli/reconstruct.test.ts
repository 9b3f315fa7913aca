import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { reconstructCommand } from '#cli/reconstruct.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { dust3r, type Outcome } from './command-line.ts';

type ReconstructArguments = Parameters<typeof reconstructCommand.handler>[0];

const temporary = useTemporaryFolder();
const [first, second] = ['examples/images/office-1.jpg', 'examples/images/office-2.jpg'] as const;
const small = [
  '--random-weights',
  'tiny',
  '--size',
  '32',
  '--backend',
  'wasm',
  '--niter',
  '5',
  '--min-confidence',
  '1',
];
let whole: Outcome;
let resumed: Outcome;
beforeAll(async () => {
  await mkdir(temporary('photos'));
  await sharp(first).extract({ left: 0, top: 0, width: 300, height: 300 }).toFile(temporary('photos/part10.jpg'));
  await sharp(second).toFile(temporary('photos/part9.jpg'));
  await writeFile(temporary('photos/part11.jpg'), 'broken');
  const output = ['--output', temporary('scene')];
  whole = await dust3r('reconstruct', temporary('photos'), first, ...output, ...small, '--skip-broken');
  await writeFile(temporary('pairs.txt'), 'part9.jpg office-2.jpg\n1, 3\n');
  const add = ['--add', second, '--resume', temporary('scene/scene.json'), '--output', temporary('more')];
  add.push('--pairs', temporary('pairs.txt'));
  resumed = await dust3r(
    'reconstruct',
    ...add,
    ...small,
    '--formats',
    'scene,colmap-text',
    '--store',
    'disk',
    '--json',
  );
});

const linesOf = (text: string) => text.trimEnd().split('\n');

describe('cli/reconstruct: dust3r reconstruct', () => {
  it('takes a folder and files, names what it leaves out, and tells its plan and its stages on stderr', () => {
    expect(whole.code).toBe(0);
    expect(linesOf(whole.stderr)).toEqual([
      expect.stringMatching(/^engine: wasm/),
      'reading photographs',
      expect.stringMatching(/^left out: .*part11\.jpg: not an image of a supported type/),
      expect.stringMatching(
        /^3 photographs, complete: 6 pairs in both orders; about \d+ s for the network and \d+ s for/,
      ),
      ...['running the network', 'aligning', 'writing files'],
    ]);
  });

  it('tells the cameras, the pairs that disagree most, its times and where the scene is', async () => {
    const lines = linesOf(whole.stdout);
    expect(lines.slice(0, 3).map((line) => line.split(':')[0])).toEqual(['part9.jpg', 'part10.jpg', 'office-1.jpg']);
    expect(lines[3]).toMatch(/^pairs disagree with the scene by \d+\.\d\d % of the depth \(median\); those most:$/);
    expect(lines[4]).toMatch(/^ {2}\S+ → \S+: \d+\.\d\d %$/);
    expect(lines.at(-4)).toMatch(/^\d+ points above confidence \S+$/);
    expect(lines.at(-2)).toMatch(
      /files in .*scene after \d+\.\d s \(load \d+\.\d s, predict \d+\.\d s, align \d+\.\d s\)$/,
    );
    expect(lines.at(-1)).toBe(`open ${temporary('scene')}/index.html`);
    const files = [
      '.dust3r-files.json',
      'cameras.json',
      'index.html',
      'scene.glb',
      'scene.json',
      'scene.ply',
      'scene.safetensors',
    ];
    expect((await readdir(temporary('scene'))).sort()).toEqual([...files, 'view-0', 'view-1', 'view-2']);
  });

  it('adds a photograph to that scene, whose cameras stay, and leaves no predictions', async () => {
    expect([resumed.code, resumed.stderr]).toEqual([0, '']);
    const { views, files, isRandom } = JSON.parse(resumed.stdout);
    expect([views.length, isRandom, files.length]).toEqual([4, true, 2 + 4 + 3]);
    expect((await readdir(temporary('more'))).sort()).toEqual([
      ...['.dust3r-files.json', 'colmap-text', 'scene.json', 'scene.safetensors'],
    ]);
    const [before, after] = await Promise.all(
      ['scene', 'more'].map(async (name) => JSON.parse(await readFile(temporary(`${name}/scene.json`), 'utf8')).views),
    );
    expect(after.slice(0, 3).map((view: { camToWorld: unknown }) => view.camToWorld)).toEqual(
      before.map((view: { camToWorld: unknown }) => view.camToWorld),
    );
  });
});

describe('cli/reconstruct: dust3r reconstruct, before it begins to compute', () => {
  const usual = {
    ...{ images: [first, second], add: [], overwrite: false, formats: 'ply', seed: 0, backend: 'auto', json: true },
    ...{ sceneGraph: 'complete', batchSize: 2, store: 'auto', niter: 1, lr: 0.01, schedule: 'linear' },
    ...{ sharedFocal: false, minConfidence: '3', skipBroken: false, precision: 'float32', randomWeights: 'tiny' },
  };

  it.each([
    ['no photograph', { images: [] }, 'reconstruct: expected photographs, or a folder of them, got none'],
    ['a missing one', { images: ['no.jpg'] }, 'no.jpg: no such image file or folder'],
    ['a folder without pictures', { images: ['src'] }, 'src: expected pictures (.jpg'],
    ['an unknown graph', { sceneGraph: 'web' }, "--scene-graph: unknown scene graph 'web'; expected complete, swin"],
    ['a graph of no pairs', { sceneGraph: 'swin-0' }, '--scene-graph swin-0: there are no pairs; give a wider window'],
    [
      'pairs of what may be left out',
      { skipBroken: true, pairs: 'pairs.txt' },
      '--skip-broken: photographs that --pairs',
    ],
    ['an unknown format', { formats: 'ply,obj' }, '--formats: expected cameras, ply, glb, maps, viewer, scene, colmap'],
    [
      'a folder in use',
      { output: 'examples' },
      'examples: the folder has files already, such as 01-two-views.ts; name',
    ],
    ['an output that is a file', { output: 'LICENSE' }, 'LICENSE: expected a folder, or a place for one'],
    ['no weights', { randomWeights: undefined }, 'reconstruct: expected --checkpoint <folder>, got none'],
    ['photographs to add to nothing', { add: [first] }, '--add: photographs are added to a finished scene; name it by'],
    ['a batch of none', { batchSize: 0 }, '--batch-size: expected a whole number from 1, got 0'],
    ['half an iteration', { niter: 0.5 }, '--niter: expected a whole number, got 0.5'],
    ['no learning rate', { lr: 0 }, '--lr: expected a number above 0, got 0'],
    ['a confidence that is none', { minConfidence: 'high' }, '--min-confidence: expected a number or auto, got high'],
    ['no memory', { memoryLimit: -1 }, '--memory-limit: expected gigabytes above 0, got -1'],
    ['missing known cameras', { knownCameras: 'no.json' }, 'no.json: no such file of known cameras'],
    ['masks of nothing', { masks: 'src' }, 'src: expected masks named like the photographs, for instance office-1.png'],
    ['a list of other pairs', { pairs: 'LICENSE' }, 'LICENSE, line 2: expected the name of an image'],
  ])('refuses %s and writes nothing', async (_, given, message) => {
    const args = { output: temporary('refused'), ...usual, ...given, _: ['reconstruct'], $0: 'dust3r' };
    await expect(reconstructCommand.handler(args as unknown as ReconstructArguments)).rejects.toThrow(message);
    expect(await readdir(temporary(''))).not.toContain('refused');
  });
});
