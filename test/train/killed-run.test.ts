import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { createFastRandom } from '#tensor/random.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { microSettings } from './micro-run.ts';

// Twenty real SIGKILLs: two runs of ten each, side by side, against one that nothing interrupts. The sources are bundled
// once, which makes a start three times as fast.
const kills = 10;
const temporary = useTemporaryFolder();
let bundle: string;
beforeAll(async () => {
  await mkdir('node_modules/.cache', { recursive: true });
  bundle = resolve(await mkdtemp('node_modules/.cache/killed-run-'));
  await build({
    entryPoints: ['test/train/train-process.ts', 'test/train/fixtures/micro-pairs.ts'],
    ...{ bundle: true, splitting: true, outdir: bundle, packages: 'external' },
    ...{ platform: 'node', format: 'esm', logLevel: 'warning' },
  });
});
afterAll(() => rm(bundle, { recursive: true, force: true }));

describe('train/train-model: a run that is killed 20 times', () => {
  it('has bit for bit the losses of one that is not', async () => {
    const whole = finish('whole');
    const killed = await Promise.all([killAndFinish('killed-1', 1), killAndFinish('killed-2', 2)]);
    const expected = await stepsOf(await whole);
    expect(expected).toHaveLength(64);
    for (const { folder, killedAt } of killed) {
      expect(killedAt).toHaveLength(kills);
      expect(await stepsOf(folder)).toEqual(expected);
      expect(await readFile(join(folder, 'checkpoint-final/model.safetensors'))).toEqual(
        await readFile(join(temporary('whole'), 'checkpoint-final/model.safetensors')),
      );
    }
  });
});

/** After how many lines of a process it is killed, and how many milliseconds later: within a step or a save. */
interface Moment {
  readonly lines: number;
  readonly ms: number;
}

function moments(seed: number): Moment[] {
  const random = createFastRandom(seed);
  return Array.from({ length: kills }, (_, i) => {
    const isStarting = i % 5 === 0;
    return isStarting
      ? { lines: 1, ms: random.integer(600) }
      : { lines: 3 + random.integer(8), ms: random.integer(25) };
  });
}

async function killAndFinish(name: string, seed: number): Promise<{ folder: string; killedAt: readonly Moment[] }> {
  const killedAt: Moment[] = [];
  for (const moment of moments(seed)) {
    const { child, ended } = start(name);
    await linesOf(child, moment.lines);
    await setTimeout(moment.ms);
    child.kill('SIGKILL');
    if ((await ended).signal === 'SIGKILL') killedAt.push(moment);
  }
  return { folder: await finish(name), killedAt };
}

async function finish(name: string): Promise<string> {
  const { ended } = start(name);
  expect(await ended).toEqual({ code: 0, signal: null, stderr: '' });
  return temporary(name);
}

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

function start(name: string): { child: ChildProcess; ended: Promise<Ended> } {
  const settings = {
    ...microSettings,
    ...{ testDataset: undefined, testCriterion: undefined, epochs: 16, keepFreq: 5, ema: 0.9, saveMinutes: 1e-3 },
    datasetModule: join(bundle, 'fixtures/micro-pairs.js'),
    outputDir: temporary(name),
  };
  const { NODE_OPTIONS: _, ...env } = process.env;
  const args = [join(bundle, 'train-process.js'), 'wasm', JSON.stringify(settings)];
  const child = spawn(process.execPath, args, { env });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = new Promise<Ended>((done) => child.once('close', (code, signal) => done({ code, signal, stderr })));
  return { child, ended };
}

/** Waits for so many lines of a process, or its end. */
async function linesOf(child: ChildProcess, count: number): Promise<void> {
  let seen = 0;
  for await (const _ of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    seen += 1;
    if (seen === count) return;
  }
}

/** What the log says of every step, without the times that it took. */
async function stepsOf(folder: string): Promise<object[]> {
  const path = join(folder, 'log.jsonl');
  const lines = existsSync(path) ? (await readFile(path, 'utf8')).trim().split('\n') : [];
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'step')
    .map(({ pairs_per_second: _, waited_share: __, ...rest }) => rest);
}
