/**
 * Trains the `tiny` network on rooms that are rendered while it trains, through the library's public door.
 *   node --import tsx examples/02-train-tiny.ts output/tiny
 *   node --import tsx examples/02-train-tiny.ts output/tiny --micro     a few steps, to see that everything works
 * Ctrl-C saves and leaves; started again, it goes on where it was. On the command line the same is
 *   npm run dust3r -- train --model tiny --train-dataset "…" --test-dataset "…" --test-criterion "…" --output-dir …
 * A loss below 0 is normal: confidence is rewarded by -0.2 ln c, and errors get small.
 */
import { chooseBackend, trainModel } from '../src/index.ts';

const isMicro = process.argv.includes('--micro');
const folder = process.argv[2] ?? 'output/tiny';
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const [size, pairs] = isMicro ? [32, 4] : [112, 1000];
const rooms = (rest: string) =>
  `Synthetic(kind='room', width=${2 * size}, height=${2 * size}, resolution=${size}, ${rest})`;

const engine = await chooseBackend('auto');
console.log(`engine: ${engine.name} ${engine.version} (${engine.device})`);
const end = await trainModel(
  {
    model: 'tiny',
    trainDataset: rooms(`size=${pairs}, aug_crop=8, transform=ColorJitter`),
    testDataset: rooms(`split='val', size=${isMicro ? 2 : 40}, seed=777`),
    testCriterion: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
    ...{ batchSize: isMicro ? 2 : 4, epochs: isMicro ? 1 : 20, warmupEpochs: 1, lr: 5e-4 },
    outputDir: folder,
  },
  {
    signal: stop.signal,
    onEvent: (event) => {
      if (event.type === 'step' && (isMicro || event.step % 20 === 0))
        console.log(`step ${event.step}: loss ${event.loss.toFixed(3)}, ${event.pairsPerSecond.toFixed(1)} pairs/s`);
      if (event.type === 'evaluation')
        console.log(`epoch ${event.epoch + 1}: mean distance ${event.losses['loss']?.median.toFixed(3)} m`);
    },
  },
);
console.log(`${end.reason} after ${end.step} steps; the weights are in ${folder}/checkpoint-last`);
