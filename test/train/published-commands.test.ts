import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseMix } from '#data/expression.ts';
import { datasetsOf } from '#data/mix.ts';
import { datasetTypes } from '#data/registry.ts';
import { parseTestSets } from '#data/test-sets.ts';
import { complaints, type Outcome, runNode } from '#test/cli/command-line.ts';
import { weightsOf } from '#test/infer/hub-folder.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { modelConfig } from '#train/initial-model.ts';
import { recipes } from '#train/recipes/recipes.ts';
import { writeSafetensors } from '#weights/safetensors-write.ts';
import { publishedCommand, type Stage } from './published-commands.ts';

useBackend();
const temporary = useTemporaryFolder();

const unpublished = / \+ \d+_000 @ InternalUnreleasedDataset\([^+]*ColorJitter\)/;

/** To the size of the fixtures: one pair of each dataset, images of up to 32 × 32 pixels, a network of a few numbers. */
const reductions: readonly (readonly [RegExp, string])[] = [
  [unpublished, ''],
  [/\b1\d*_000 @/g, '1 @'],
  [/=224/g, '=32'],
  [/\(224, 224\)/, '(32, 32)'],
  [/\b(512|384)\b/g, '32'],
  [/\b(336|288|256|160)\)/g, '16)'],
  [/_embed_dim=\d+/g, '_embed_dim=8'],
  [/enc_depth=\d+/, 'enc_depth=1'],
  [/_num_heads=\d+/g, '_num_heads=1'],
  [/^--epochs=.*/, '--epochs=1'],
  [/^--warmup_epochs=.*/, '--warmup_epochs=0'],
  [/^--batch_size=.*/, '--batch_size=2'],
];
const reduced = (argument: string) => reductions.reduce((text, [from, to]) => text.replace(from, to), argument);

/** Runs `dust3r` in a folder with data/ and checkpoints/, as the commands expect them. */
function train(stage: Stage, evalFreq: number): Promise<Outcome> {
  const loader = pathToFileURL(resolve('node_modules/tsx/dist/loader.mjs')).href;
  const flags = publishedCommand(stage).map((flag) => reduced(flag).replace(/^(--eval_freq)=1/, `$1=${evalFreq}`));
  const args = [resolve('src/cli/main.ts'), 'train', ...flags, '--num_workers=0'];
  return runNode(['--import', loader, ...args], temporary('.'));
}

beforeAll(async () => {
  const fixtures = resolve('test/fixtures/published');
  await mkdir(temporary('data'));
  await mkdir(temporary('checkpoints'));
  const entries = await readdir(fixtures, { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isDirectory()))
    await symlink(`${fixtures}/${name}`, temporary(`data/${name}_processed`));
  await writeCroco(temporary('checkpoints/CroCo_V2_ViTLarge_BaseDecoder.pth'));
});

/** A checkpoint as CroCo has it, with one decoder and another head. */
async function writeCroco(path: string): Promise<void> {
  const call = publishedCommand('dust3r_224').find((argument) => argument.startsWith('--model='));
  const model = randomModel(modelConfig(reduced(call as string).replace('--model=', '')));
  const backbone = [...weightsOf(model)].filter(([name]) => !/^(dec_blocks2|downstream_head)/.test(name));
  model.dispose();
  const head = ['prediction_head.weight', { shape: [2], data: Float32Array.of(1, 2) }] as const;
  const tensors = [...backbone, head].map(([name, { shape, data }]) => ({ name, shape, data: () => data }));
  await writeSafetensors(path, tensors);
}

async function logOf(stage: Stage): Promise<Record<string, unknown>[]> {
  const text = await readFile(temporary(`checkpoints/${stage}/log.jsonl`), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('train: the published commands, on prepared data in data/', () => {
  it.each([
    ['dust3r_224', 3, 1],
    ['dust3r_512', 1, 1],
    // Without tests: after each, the head is saved, which has 38 million weights in the smallest network.
    ['dust3r_512dpt', 1, 0],
  ] as const)(
    '%s starts from the stage before, trains and is tested',
    async (stage, updates, evalFreq) => {
      const outcome = await train(stage, evalFreq);
      expect([complaints(outcome), outcome.code]).toEqual([[], 0]);
      expect(outcome.stdout).toBe(`the weights are in checkpoints/${stage}/checkpoint-final\n`);
      const log = await logOf(stage);
      const [{ loss } = {}] = log.filter(({ kind }) => kind === 'step');
      expect(loss).toBeGreaterThan(0);
      expect(loss).toBeLessThan(100);
      const tested = log.filter(({ kind }) => kind === 'evaluation').map((event) => event['test_set']);
      expect(tested).toEqual(evalFreq ? ['Habitat', '1 @ BlendedMVS', '1 @ MegaDepth', '1 @ Co3d'] : []);
      expect(log.at(-1)).toMatchObject({ kind: 'end', reason: 'finished', step: updates });
      expect(log.some(({ kind }) => kind === 'broken')).toBe(false);
    },
    120_000,
  );

  it('names the dataset that was never published', () => {
    const [argument] = publishedCommand('dust3r_224') as [string];
    const mix = argument.replace('--train_dataset=', '');
    expect(() => parseMix(mix, datasetTypes)).toThrow('InternalUnreleasedDataset was never published; leave it out');
    expect(datasetsOf(parseMix(mix.replace(unpublished, ''), datasetTypes))).toHaveLength(7);
  });
});

describe('train/recipes: the published stages', () => {
  it.each([
    ['dust3r-224-linear', 'dust3r_224'],
    ['dust3r-512-linear', 'dust3r_512'],
    ['dust3r-512-dpt', 'dust3r_512dpt'],
  ] as const)('%s trains and tests on what the published command names', (name, stage) => {
    const [train, test] = publishedCommand(stage).map((argument) => argument.replace(/^--\w+=/, '')) as [
      string,
      string,
    ];
    const recipe = recipes[name];
    const whole = parseMix(train.replace(unpublished, ''), datasetTypes);
    expect(parseMix(recipe.trainDataset as string, datasetTypes)).toEqual(whole);
    const sets = (text: string) =>
      parseTestSets(text, datasetTypes).map((set) => [set.name, parseMix(set.expression, datasetTypes)]);
    expect(sets(recipe.testDataset as string)).toEqual(sets(test));
  });
});
