import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { type Outcome, runNode } from '#test/cli/command-line.ts';
import { weightsOf, writeHubFolder } from '#test/infer/hub-folder.ts';
import { useBackend } from '#test/support/backend.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

useBackend();
const temporary = useTemporaryFolder();
const table = 'examples/hololens30/table';
let [shown, trained, missing]: Outcome[] = [];

beforeAll(async () => {
  await writeRandomNetwork(temporary('random'));
  await copyFrames(temporary('clip'), 3);
  const example = (name: string, ...args: readonly string[]) => [...fromSources, resolve('examples', name), ...args];
  const random = ['--checkpoint', temporary('random')];
  [shown, trained, missing] = await Promise.all([
    runNode(example('demo.ts', temporary('clip'), ...random, '--output', temporary('demo'))),
    runNode(example('demo-train.ts', '--clip', table, ...random, '--minutes', '0.03', '--output', temporary('run'))),
    runNode(example('demo.ts'), temporary('.')),
  ]);
});

/** From any folder. */
const fromSources = ['--import', resolve('node_modules/tsx/dist/loader.mjs')];

async function writeRandomNetwork(folder: string): Promise<void> {
  const config = { ...presetConfig('tiny'), imageSize: [32, 48] } as const;
  const model = new Dust3r(config, seededWeights(0));
  await writeHubFolder(folder, weightsOf(model), { config });
  model.dispose();
}

async function copyFrames(folder: string, count: number): Promise<void> {
  for (const part of ['images', 'depth']) {
    await mkdir(`${folder}/${part}`, { recursive: true });
    const files = (await readdir(`${table}/${part}`)).sort().slice(0, count);
    for (const file of files) await cp(`${table}/${part}/${file}`, `${folder}/${part}/${file}`);
  }
  const poses = (await readFile(`${table}/poses.txt`, 'utf8')).split('\n').slice(0, count);
  await writeFile(`${folder}/poses.txt`, `${poses.join('\n')}\n`);
  await cp(`${table}/K.txt`, `${folder}/K.txt`);
}

describe('examples/demo', () => {
  it('tells its engine, and prints a row of scores for the scene', () => {
    const lines = shown?.stdout.trimEnd().split('\n') ?? [];
    expect([shown?.code, lines[0]]).toEqual([0, expect.stringMatching(/^engine: /)]);
    expect(lines[2]).toMatch(/^ +views +RRA@15 +RTA@15 +mAA\(30\) +AbsRel +ATE +seconds$/);
    expect(lines[3]).toMatch(/^clip +3( +\d+\.\d){6}$/);
    expect(lines.at(-1)).toBe(`open ${temporary('demo/index.html')}`);
  });

  it('writes the scene to turn, its scores, and a page over all with pictures of every photograph', async () => {
    expect(await readdir(temporary('demo/clip'))).toEqual(
      expect.arrayContaining(['index.html', 'scene.glb', 'scores']),
    );
    const page = await readFile(temporary('demo/index.html'), 'utf8');
    for (const link of ['clip/index.html', 'clip/scores/index.html']) expect(page).toContain(`href="${link}"`);
    for (const what of ['photograph', 'depth', 'true depth', 'confidence'])
      expect(page.split(`alt="${what} 2`).length - 1).toBe(3);
  });

  it('says in one line that a clone has no trained network', () => {
    const complaint =
      'demo: checkpoints/dust3r-mini: this clone has no trained network; train one as docs/training.md says';
    expect([missing?.code, missing?.stdout]).toEqual([1, '']);
    expect(missing?.stderr).toBe(`${complaint}, or name another by --checkpoint <folder>\n`);
  });
});

describe('examples/demo-train', () => {
  it('scores the network before and after, on pairs that it was not trained on', async () => {
    const lines = trained?.stdout.trimEnd().split('\n') ?? [];
    expect([trained?.code, lines[2]]).toEqual([0, expect.stringMatching(/^8 pairs of photographs that were not/)]);
    for (const [at, name] of ['before', 'after '].entries())
      expect(lines[5 + at]).toMatch(new RegExp(`^${name}( +\\d+\\.\\d){5}$`));
    expect(await readdir(temporary('run'))).toEqual(expect.arrayContaining(['checkpoint-last', 'plot.html']));
    expect(await readFile(temporary('run/log.jsonl'), 'utf8')).toMatch(/"reason":"stopped","step":[1-9]/);
  });
});
