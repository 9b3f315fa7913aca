import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dust3r, type Outcome, runNode } from '#test/cli/command-line.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const example = (name: string, ...args: readonly string[]) =>
  runNode(['--import', 'tsx', `examples/${name}.ts`, ...args, '--micro']);
let [trained, tuned, inferred]: Outcome[] = [];
beforeAll(async () => {
  const rendered = dust3r(
    ...['prepare', 'synthetic', '--scenes', '1', '--views', '6', '--size', '64x48', '--workers', '1'],
    ...['--output', temporary('data')],
  );
  trained = await example('02-train-tiny', temporary('tiny'));
  await rendered;
  tuned = await example('03-fine-tune', temporary('data'), temporary('tiny/checkpoint-final'), temporary('tuned'));
  inferred = await example('04-infer-from-training', temporary('tuned/checkpoint-final'), temporary('scene'));
});

const linesOf = (outcome: Outcome | undefined) => outcome?.stdout.trimEnd().split('\n');

describe('examples: training', () => {
  it('02 trains tiny on rooms and tests it', () => {
    expect([trained?.code, trained?.stderr]).toEqual([0, '']);
    expect(linesOf(trained)).toContainEqual(expect.stringMatching(/^epoch 1: mean distance \d+\.\d+ m$/));
    expect(linesOf(trained)?.at(-1)).toMatch(/^finished after 2 steps/);
  });

  it('03 fine-tunes it on a folder of our own layout', () => {
    expect([tuned?.code, tuned?.stderr]).toEqual([0, '']);
    expect(linesOf(tuned)?.at(-1)).toMatch(/^finished after 2 steps/);
  });

  it('04 reconstructs two photographs with the checkpoint', () => {
    expect([inferred?.code, inferred?.stderr]).toEqual([0, '']);
    expect(existsSync(temporary('scene/index.html'))).toBe(true);
  });
});
