/**
 * Benchmarks; each result is also appended to bench/results.jsonl.
 *   npm run bench -- forward [--preset 512-dpt] [--width 512 --height 384] [--runs 3] [--precision bfloat16] [--profile] [--pytorch python3]
 *   npm run bench -- load [--preset 512-dpt]
 *   npm run bench -- train-step [--preset small] [--runs 5] [--amp] [--recompute] [--profile] [--pytorch python3]
 *   npm run bench -- loss-curve [--steps 300] [--picture docs/loss-curve.svg] [--pytorch python3]
 *   npm run bench -- loader --data "PosedRgbd('datasets/office', resolution=224)" [--workers 2] [--batches 8]
 *   npm run bench -- align [--images 4] [--window 3] [--engine script] [--pytorch python3]
 *   npm run bench -- scene [--preset 512-linear] [--images 8] [--naive-pairs 8]
 *   npm run bench -- rgbd --data ../shared/data/hololens30 [--first 0] [--count 10] [--known focals]
 * What to expect is in forward.ts, load.ts, train-step.ts and align.ts.
 */
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { modelPresets } from '#model/config.ts';
import { alignOptions } from './align-options.ts';
import { recordResult, toThreeDecimals } from './record.ts';
import { rgbdOptions, sceneOptions } from './scene-options.ts';
import { type TrainCase, trainCases } from './train-step.ts';

const backend = {
  choices: ['auto', 'tensorflow', 'webgpu', 'wasm', 'cpu'] as const,
  default: 'auto' as const,
  describe: 'engine to measure',
};
const preset = { choices: Object.keys(modelPresets), default: '512-dpt', describe: 'network, with random weights' };
const pytorchOption = {
  type: 'string',
  describe: 'Python with torch and numpy (default: DUST3R_PYTHON, then the cache)',
} as const;
const json = { type: 'boolean', default: false, describe: 'print one JSON object' } as const;

try {
  await yargs(hideBin(process.argv))
    .scriptName('npm run bench --')
    .command(
      'forward',
      'seconds of one ordered pair, beside PyTorch',
      (builder) =>
        builder.options({
          preset,
          precision: {
            choices: ['float32', 'bfloat16'] as const,
            default: 'float32' as const,
            describe: 'of our products',
          },
          backend,
          json,
          width: { type: 'number', default: 512 },
          height: { type: 'number', default: 384 },
          runs: { type: 'number', default: 3, describe: 'after a warm-up' },
          profile: { type: 'boolean', default: false, describe: 'also time every kernel of one more pair' },
          pytorch: pytorchOption,
        }),
      async ({ preset, precision, backend, width, height, runs, profile, pytorch, json }) => {
        const { compareForward } = await import('./compare.ts');
        const { forwardLines } = await import('./report.ts');
        const options = { preset, precision, backend, width, height, runs, profile, pytorch };
        finish('forward', options, await compareForward(options), json ? undefined : forwardLines);
      },
    )
    .command(
      'load',
      'seconds and memory of loading a network',
      (builder) => builder.options({ preset, backend, json }),
      async ({ preset, backend, json }) => {
        const { benchLoad } = await import('./load.ts');
        const { loadLines } = await import('./report.ts');
        finish('load', { preset, backend }, await benchLoad({ preset, backend }), json ? undefined : loadLines);
      },
    )
    .command(
      'train-step',
      'milliseconds and memory of a training step, beside PyTorch',
      (builder) =>
        builder.options({
          preset: { choices: Object.keys(trainCases) as TrainCase[], describe: 'network (default: each of them)' },
          backend,
          json,
          runs: { type: 'number', default: 5, describe: 'in each of two processes, after a warm-up' },
          amp: { type: 'boolean', default: false, describe: 'our mixed precision, and PyTorch under autocast too' },
          recompute: { type: 'boolean', default: false, describe: 'gradient checkpointing of our blocks' },
          profile: { type: 'boolean', default: false, describe: 'also time every kernel of one more step of ours' },
          pytorch: pytorchOption,
        }),
      async ({ preset, backend, runs, amp, recompute, profile, pytorch, json }) => {
        const { benchTrainStep } = await import('./train-step.ts');
        const { trainStepLines } = await import('./train-step-report.ts');
        for (const each of preset ? [preset] : (Object.keys(trainCases) as TrainCase[])) {
          const options = { preset: each, backend, runs, amp, recompute, profile, pytorch };
          finish('train-step', options, await benchTrainStep(options), json ? undefined : trainStepLines);
        }
      },
    )
    .command(
      'loss-curve',
      'losses of the same training in float32, in mixed precision and in PyTorch',
      (builder) =>
        builder.options({
          steps: { type: 'number', default: 300 },
          picture: { type: 'string', describe: 'SVG file to draw them into' },
          json,
          pytorch: pytorchOption,
        }),
      async ({ steps, picture, pytorch, json }) => {
        const { benchLossCurve, lossCurveLines } = await import('./loss-curve.ts');
        const options = { steps, picture, pytorch };
        finish('loss-curve', options, await benchLossCurve(options), json ? undefined : lossCurveLines);
      },
    )
    .command(
      'loader',
      'pairs a second that a training set gives',
      (builder) =>
        builder.options({
          data: { type: 'string', demandOption: true, describe: 'expression as of --train-dataset' },
          workers: { type: 'number', default: 2, describe: 'threads; 0 loads in the main one' },
          'batch-size': { type: 'number', default: 8 },
          batches: { type: 'number', default: 8, describe: 'measured, after one more' },
          json,
        }),
      async ({ data, workers, batchSize, batches, json }) => {
        const { benchLoader, loaderLines } = await import('./loader.ts');
        const options = { data, workers, batchSize, batches };
        finish('loader', options, await benchLoader(options), json ? undefined : loaderLines);
      },
    )
    .command(
      'align',
      'iterations of the global alignment, beside PyTorch, and whole alignments',
      (builder) => builder.options({ ...alignOptions, backend, json, pytorch: pytorchOption }),
      async ({ images, window, width, height, runs, backend, engine, solve, pytorch, json }) => {
        const { benchAlign } = await import('./align.ts');
        const { alignLines } = await import('./align-report.ts');
        const options = { images, window, width, height, runs, backend, engine, solve, pytorch };
        finish('align', options, await benchAlign(options), json ? undefined : alignLines);
      },
    )
    .command(
      'scene',
      'a whole reconstruction, beside one that encodes each pair anew',
      (builder) => builder.options({ ...sceneOptions, backend, json }),
      async ({
        preset,
        precision,
        backend,
        images,
        width,
        height,
        sceneGraph,
        batchSize,
        iterations,
        naivePairs,
        json,
      }) => {
        const { benchScene, sceneLines } = await import('./scene.ts');
        const options = {
          preset,
          precision,
          backend,
          images,
          width,
          height,
          sceneGraph,
          batchSize,
          iterations,
          naivePairs,
        };
        finish('scene', options, await benchScene(options), json ? undefined : sceneLines);
      },
    )
    .command(
      'rgbd',
      'the alignment on measured depth, beside the true cameras',
      (builder) => builder.options({ ...rgbdOptions, backend, json }),
      async ({ backend, data, first, count, every, sceneGraph, width, noise, known, iterations, json }) => {
        const { benchRgbd, rgbdLines } = await import('./rgbd-alignment.ts');
        const options = { backend, data, first, count, every, sceneGraph, width, noise, known, iterations };
        finish('rgbd', options, await benchRgbd(options), json ? undefined : rgbdLines);
      },
    )
    .demandCommand(1, 1, 'expected a task: forward, load, train-step, loss-curve, align, scene or rgbd')
    .strict()
    .strictOptions()
    .fail((message, error) => {
      throw error ?? new Error(`${message}; see npm run bench -- --help`);
    })
    .parseAsync();
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}

function finish<T extends object>(task: string, options: object, result: T, lines?: (result: T) => string[]): void {
  recordResult(task, options, result);
  console.log(lines ? lines(result).join('\n') : JSON.stringify(result, toThreeDecimals, 2));
}
