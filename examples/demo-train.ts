/**
 * Fine-tunes the shipped network for some minutes on every second photograph of a clip, and scores it before and after
 * on the pairs of the others, which it never sees.
 *   npm run demo:train
 *   npm run demo:train -- --minutes 10 --clip examples/hololens30/sofa
 * Started again it goes on where it was. What it has learned lies in output/demo-train/checkpoint-last:
 *   npm run demo -- examples/hololens30/table --checkpoint output/demo-train/checkpoint-last --output output/demo-tuned
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { evaluate } from '#eval/evaluate.ts';
import { networkMethod } from '#eval/network-method.ts';
import type { MethodReport } from '#eval/report.ts';
import type { EvalSource } from '#eval/source.ts';
import { openExpressionSource } from '#eval/sources/expression-source.ts';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { createRunLog, loadModel, renderPlot, type TrainSettings, trainModel } from '../src/index.ts';
import { methodRows, tableText } from './demo/score-table.ts';
import { createSteadyProgress, expectCheckpoint, runProgram, shippedCheckpoint, startEngine } from './demo/start.ts';

await runProgram('demo:train', async () => {
  const { values } = parseArgs({
    options: {
      checkpoint: { type: 'string', default: shippedCheckpoint },
      clip: { type: 'string', default: 'examples/hololens30/table' },
      minutes: { type: 'string', default: '3' },
      output: { type: 'string', default: 'output/demo-train' },
    },
  });
  const { checkpoint, clip, output } = values;
  const minutes = Number(values.minutes);
  if (!(minutes > 0)) throw new Error(`--minutes: expected a number above 0, got ${values.minutes}`);
  await expectCheckpoint(checkpoint);
  console.log(await startEngine());

  const everySecond = await framesFor(checkpoint, clip);
  const testDataset = `PosedRgbd(${everySecond(1)}, seed=777)`;
  const trainDataset = `240 @ PosedRgbd(${everySecond(0)}, aug_crop=16, transform=ColorJitter)`;
  const heldOut = await openExpressionSource(testDataset);
  const before = await score('before', checkpoint, heldOut);
  await fineTune({ pretrained: checkpoint, trainDataset, testDataset, outputDir: output }, minutes);
  const after = await score('after', join(output, 'checkpoint-last'), heldOut);

  const page = join(output, 'plot.html');
  await writeFileAtomically(page, await renderPlot([output]));
  console.log(`\n${heldOut.pairCount} pairs of photographs that were not trained on, scores in per cent\n`);
  console.log(`${tableText(methodRows([before, after]))}\n\nopen ${page}: the curves, and these pairs in pictures`);
});

/** Arguments of a dataset: a clip's frames from one on, leaving out every second, at the network's own size. */
async function framesFor(checkpoint: string, clip: string): Promise<(start: number) => string> {
  const model = await loadModel(checkpoint);
  const [height, width] = model.config.imageSize;
  model.dispose();
  return (start) => `'${clip}', every=2, frames=(${start}, 1_000_000), resolution=(${width}, ${height})`;
}

async function score(name: string, checkpoint: string, source: EvalSource): Promise<MethodReport> {
  const model = await loadModel(checkpoint);
  const { report } = await evaluate(source, [networkMethod(model, { name })]);
  model.dispose();
  return report.methods[0] as MethodReport;
}

/** Until the time is over, with one learning rate: the running mean of the weights does what a schedule would. */
async function fineTune(settings: TrainSettings & { readonly outputDir: string }, minutes: number): Promise<void> {
  const progress = createSteadyProgress();
  const log = createRunLog(settings.outputDir, 1);
  const stop = new AbortController();
  let start = performance.now();
  let state = 'training';
  const training = { batchSize: 4, epochs: 1_000_000, lr: 1e-4, minLr: 1e-4, warmupEpochs: 1, clipGrad: 1, ema: 0.99 };
  await trainModel(
    { ...settings, ...training, testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)', keepFreq: 0 },
    {
      signal: stop.signal,
      onEvent: (event) => {
        log(event);
        if (event.type === 'start') start = performance.now();
        const seconds = (performance.now() - start) / 1000;
        if (event.type === 'evaluation') state = `training, held-out loss ${event.losses['loss']?.median.toFixed(3)} m`;
        if (seconds >= 60 * minutes) stop.abort();
        else progress.update(seconds, Math.ceil(60 * minutes), state);
      },
    },
  );
  progress.stop();
}
