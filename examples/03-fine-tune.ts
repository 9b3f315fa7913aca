/**
 * Fine-tunes a network on an own folder of photographs with depth and poses (its layouts: datasets/rgbd/README.md).
 *   node --import tsx examples/03-fine-tune.ts datasets/office output/tiny/checkpoint-final output/tuned
 *   … --micro     a few steps, to see that everything works
 * The checkpoint may be any that `dust3r convert` reads, or of a run, as example 02 leaves one. The encoder stays as it
 * is, which takes half the time. Check the folder first: npm run dust3r -- prepare check datasets/office
 */
import { chooseBackend, trainModel } from '../src/index.ts';

const [data, pretrained, folder] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
if (!data || !pretrained || !folder) throw new Error('expected: 03-fine-tune.ts <data> <checkpoint> <new folder>');
const isMicro = process.argv.includes('--micro');
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const size = isMicro ? 32 : 112;
const root = `'${data}', resolution=${size}`;

await chooseBackend('auto');
const end = await trainModel(
  {
    ...{ pretrained, freeze: 'encoder' as const, outputDir: folder },
    trainDataset: `${isMicro ? 4 : 1000} @ PosedRgbd(${root}, aug_crop=8, transform=ColorJitter)`,
    testDataset: `${isMicro ? 2 : 40} @ PosedRgbd(${root}, seed=777)`,
    testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
    ...{ batchSize: isMicro ? 2 : 4, epochs: isMicro ? 1 : 5, warmupEpochs: isMicro ? 0 : 1, lr: 1e-4, ema: 0.99 },
  },
  {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'epoch') console.log(`epoch ${event.epoch + 1}: loss ${event.averages['loss']?.toFixed(3)}`);
      if (event.type === 'evaluation') console.log(`mean distance ${event.losses['loss']?.median.toFixed(3)} m`);
      if (event.type === 'warning' || event.type === 'broken') console.log(event.message);
    },
  },
);
console.log(`${end.reason} after ${end.step} steps; the weights are in ${folder}/checkpoint-last`);
