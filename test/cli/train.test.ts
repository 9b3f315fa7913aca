import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { microSettings } from '#test/train/micro-run.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { complaints, dust3r, type Outcome } from './command-line.ts';

const temporary = useTemporaryFolder();
const { model, datasetModule, trainDataset, testDataset, testCriterion } = microSettings as Record<string, string>;

/** As the original's commands are printed: with underscores, and with flags of its own. */
const published = [
  ...['train', '--backend=wasm', `--model=${model}`, `--train_dataset= + ${trainDataset} `],
  ...[`--test_dataset= ${testDataset} `, `--test_criterion=${testCriterion}`, `--dataset_module=${datasetModule}`],
  ...['--batch_size=2', '--warmup_epochs=1', '--lr=0.001', '--min_lr=1e-06', '--print_freq=1', '--amp=0'],
  ...['--num_workers=0', '--disable_cudnn_benchmark'],
];

/** Sends SIGINT when the process has said something. */
function interrupted(args: readonly string[], said: RegExp): Promise<Outcome> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', resolve('src/cli/main.ts'), ...args], { env });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    const before = said.test(output.stderr);
    output.stderr += chunk;
    if (!before && said.test(output.stderr)) child.kill('SIGINT');
  });
  return new Promise((done) => child.once('close', (code) => done({ code: code ?? -1, ...output })));
}

describe('cli/train: dust3r train', () => {
  it('stops at Ctrl-C with a checkpoint, and goes on from it when it is told the folder only', async () => {
    const folder = temporary('run');
    const first = await interrupted([...published, '--epochs=500', `--output_dir=${folder}`], /step 2\//);
    expect(first.code).toBe(130);
    expect(first.stderr).toContain('stopping after this step; once more leaves at once, without saving');
    expect(first.stderr).toContain(`stopped and saved; to go on: dust3r train --output-dir ${folder}`);
    expect(first.stderr).toContain('--disable-cudnn-benchmark means nothing here');
    const { step } = JSON.parse(await readFile(join(folder, 'checkpoint-last/state.json'), 'utf8'));
    expect(step).toBeGreaterThanOrEqual(2);

    const second = await dust3r('train', '--backend', 'wasm', '--output-dir', folder, '--max-steps', String(step + 2));
    expect([second.code, second.stdout]).toEqual([0, `the weights are in ${folder}/checkpoint-final\n`]);
    expect(second.stderr).toContain(`resuming from step ${step}`);
    const log = (await readFile(join(folder, 'log.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const steps = log.filter(({ kind }) => kind === 'step').map((each) => each.step);
    expect(steps).toEqual(Array.from({ length: step + 2 }, (_, i) => i));
  });

  it('takes settings from a file, and flags before them', async () => {
    await writeFile(temporary('recipe.json'), JSON.stringify({ ...microSettings, epochs: 7 }));
    const { code, stderr } = await dust3r(
      ...['train', '--config', temporary('recipe.json'), '--epochs', '1', '--backend', 'wasm'],
      ...['--output-dir', temporary('from-file')],
    );
    expect([code, complaints({ code, stderr, stdout: '' })]).toEqual([0, []]);
    const config = JSON.parse(await readFile(join(temporary('from-file'), 'config.json'), 'utf8'));
    expect(config).toMatchObject({ epochs: 1, batchSize: 2, lr: 1e-3 });
  });

  it.each([
    ['a value that is no number', ['--epochs=many'], '--epochs: expected a number'],
    ['an unknown flag', ['--learning-rate=1'], 'Unknown argument'],
    ['a flag that is neither', ['--amp=2'], '--amp: expected true or false, got "2"'],
    ['no training data', ['--model=tiny'], '--train-dataset: expected what to train on'],
  ])('refuses %s in one line', async (_, args, message) => {
    const outcome = await dust3r('train', '--output-dir', temporary('none'), ...args);
    expect(outcome.code).toBe(1);
    expect(complaints(outcome)).toEqual([expect.stringContaining(message)]);
    expect(existsSync(temporary('none'))).toBe(false);
  });
});
