import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { inferCommand } from '#cli/infer.ts';
import { readScene } from '#reconstruct/scene-file.ts';
import { weightsOf, writeHubFolder } from '#test/infer/hub-folder.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyLinear } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture } from '#test/weights/torch-fixtures.ts';
import { dust3r, inPairs, type Outcome } from './command-line.ts';

type InferArguments = Parameters<typeof inferCommand.handler>[0];

useBackend();
const temporary = useTemporaryFolder();
const photographs = ['examples/images/office-1.jpg', 'examples/images/office-2.jpg'];
const sceneFiles = [
  '.dust3r-files.json',
  'cameras.json',
  'index.html',
  'scene.glb',
  'scene.json',
  'scene.ply',
  'scene.safetensors',
  'view-0',
  'view-1',
];
let untrained: Outcome;
let loaded: Outcome;
beforeAll(async () => {
  const model = randomModel(tinyLinear);
  const folder = await writeHubFolder(temporary('weights'), weightsOf(model), { config: tinyLinear });
  model.dispose();
  const small = ['--size', '48', '--backend', 'wasm'];
  [untrained, loaded] = (await inPairs(
    [
      ['infer', ...photographs, '-o', temporary('untrained'), '--random-weights', 'tiny', '--json', ...small],
      ['infer', ...photographs, '-o', temporary('loaded/deep'), '-c', folder, '--min-confidence', '1', ...small],
    ],
    (args) => dust3r(...args),
  )) as [Outcome, Outcome];
});

describe('cli/infer: dust3r infer --random-weights tiny --json', () => {
  it('prints one JSON value on stdout and nothing else', () => {
    expect([untrained.code, untrained.stderr]).toEqual([0, '']);
    const result = JSON.parse(untrained.stdout);
    expect(result).toMatchObject({ output: temporary('untrained'), backend: 'wasm', isRandom: true });
    expect([typeof result.poseFound, typeof result.minConfidence]).toEqual(['boolean', 'number']);
    expect(result.seconds).toBeGreaterThan(0);
    expect(result.views.map(({ name }: { name: string }) => name)).toEqual(['office-1.jpg', 'office-2.jpg']);
    for (const { focalPx, camToWorld } of result.views)
      expect([...focalPx, ...camToWorld].filter(Number.isFinite)).toHaveLength(18);
  });

  it('names every file that it wrote', async () => {
    const { files } = JSON.parse(untrained.stdout) as { files: string[] };
    expect(files).toHaveLength(20);
    expect((await readdir(temporary('untrained'))).sort()).toEqual(sceneFiles);
    const there = await readdir(temporary('untrained'), { recursive: true, withFileTypes: true });
    expect(there.filter((entry) => entry.isFile())).toHaveLength(20 + 1);
  });
});

describe('cli/infer: dust3r infer --checkpoint', () => {
  it('loads the weights, makes the folder and says where the scene is', async () => {
    expect(loaded.code).toBe(0);
    expect((await readdir(temporary('loaded/deep'))).sort()).toEqual(sceneFiles);
    const lines = loaded.stdout.trimEnd().split('\n');
    expect(lines.at(-2)).toMatch(/^\d+ points above confidence \S+$/);
    for (const [i, name] of photographs.entries()) expect(lines[i]).toMatch(`${basename(name)}: focal length `);
    expect(lines.at(-1)).toMatch(/^20 files in .*loaded\/deep after \d+\.\d s; open .*loaded\/deep\/index\.html$/);
    expect(loaded.stdout).not.toContain('random');
  });

  it('tells its engine and its stages on stderr, a line each', () => {
    expect(loaded.stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^engine: wasm \d+\.\d+\.\d+ \(CPU\)$/),
      ...['loading weights', 'encoding', 'decoding'],
    ]);
  });
});

describe('cli/infer: dust3r infer, before it begins to compute', () => {
  const [first, second] = photographs as [string, string];
  const tiny = { randomWeights: 'tiny' };

  it.each([
    ['one photograph', { images: [first], ...tiny }, 'infer: expected two photographs, got 1'],
    ['three', { images: [first, second, first], ...tiny }, 'infer: expected two photographs, got 3'],
    [
      'the same one twice',
      { images: [first, first], ...tiny },
      `infer: ${first} is named twice; name two different photographs`,
    ],
    ['no weights', {}, 'infer: expected --checkpoint <folder>, got none, and no trained weights are shipped yet'],
    ['a missing photograph', { images: [first, 'no.jpg'], ...tiny }, 'no.jpg: no such image file'],
    ['a text as a photograph', { images: ['LICENSE', second], ...tiny }, 'LICENSE: not an image of a supported type'],
    ['an output that is a file', { output: 'LICENSE', ...tiny }, 'LICENSE: expected a folder, or a place for one'],
    ['an unknown preset', { randomWeights: 'huge' }, '--random-weights: expected one of 224-linear, '],
    ['an impossible size', { size: 5, ...tiny }, '--size: expected a whole number of pixels from 16 to 4096, got 5'],
    ['a fraction as seed', { seed: 1.5, ...tiny }, '--seed: expected a whole number, got 1.5'],
    ['a missing checkpoint', { checkpoint: 'nowhere' }, '--checkpoint nowhere: there is no such file or folder'],
    ['a CroCo checkpoint', { checkpoint: fixture('croco.pth') }, 'make a DUSt3R of it with `dust3r convert`'],
    ['another one', { checkpoint: fixture('views.pth') }, 'is no checkpoint of DUSt3R or CroCo: its tensors are base,'],
  ])('refuses %s and writes nothing', async (_, given, message) => {
    const output = temporary('refused');
    const usual = { images: photographs, output, minConfidence: 3, seed: 0, backend: 'auto' as const, json: true };
    const run = inferCommand.handler({ ...usual, ...given, _: ['infer'], $0: 'dust3r' } as InferArguments);
    await expect(run).rejects.toThrow(message);
    expect(await readdir(temporary(''))).not.toContain('refused');
  });

  it('writes a scene that can be read again, and takes the place of its own', async () => {
    const { reconstruction, photographs: found } = await readScene(temporary('untrained'));
    expect(reconstruction.views.map(({ name }) => name)).toEqual(['office-1.jpg', 'office-2.jpg']);
    expect(found).toEqual(photographs.map((path) => resolve(path)));
    const given = { images: [first, 'LICENSE'], output: temporary('untrained'), seed: 0, json: true, ...tiny };
    const run = inferCommand.handler({ ...given, _: ['infer'], $0: 'dust3r' } as unknown as InferArguments);
    await expect(run).rejects.toThrow('LICENSE: not an image of a supported type');
  });

  it('neither replaces nor mixes its files with what another wrote', async () => {
    const output = temporary('scene-of-others');
    await mkdir(output);
    await writeFile(join(output, 'scene.json'), '{}');
    const usual = { images: photographs, output, minConfidence: 3, seed: 0, backend: 'auto' as const, json: true };
    const run = inferCommand.handler({ ...usual, ...tiny, _: ['infer'], $0: 'dust3r' } as InferArguments);
    await expect(run).rejects.toThrow('the folder has files already, such as scene.json; name another');
    expect(await readdir(output)).toEqual(['scene.json']);
  });
});
