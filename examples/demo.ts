/**
 * Reconstructs three clips of an office and a rendered room from their photographs alone, with the shipped network, and
 * compares cameras and depth with the truth.
 *   npm run demo
 *   npm run demo -- datasets/office --checkpoint output/tuned/checkpoint-last     own folders of posed RGB-D
 * The network was trained on neither the clips nor the room.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import { loadModel, type ReconstructProgress } from '../src/index.ts';
import { type DemoScene, renderRoom, scenesIn } from './demo/demo-scenes.ts';
import { overviewPage } from './demo/overview-page.ts';
import { sceneRows, scoreLegend, tableText } from './demo/score-table.ts';
import { type SolvedScene, solveScene } from './demo/solve-scene.ts';
import {
  baselinesOf,
  createSteadyProgress,
  expectCheckpoint,
  runProgram,
  shippedCheckpoint,
  startEngine,
} from './demo/start.ts';

/** Where a stage begins and ends, in per cent of a scene's time on 2 cores. */
const spans: Readonly<Record<ReconstructProgress['stage'], readonly [from: number, to: number, what: string]>> = {
  load: [0, 2, 'reading photographs'],
  encode: [2, 4, 'running the network'],
  decode: [4, 22, 'running the network'],
  guess: [22, 38, 'aligning'],
  align: [38, 82, 'aligning'],
};

await runProgram('demo', async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      checkpoint: { type: 'string', default: shippedCheckpoint },
      output: { type: 'string', default: 'output/demo' },
      size: { type: 'string' },
    },
  });
  const { checkpoint, output, size } = values;
  await expectCheckpoint(checkpoint);
  console.log(await startEngine());
  const model = await loadModel(checkpoint);
  const scenes = await scenesToSolve(positionals, output);
  const baselines = await baselinesOf(checkpoint);
  const options = { model, output, baselines, ...(size === undefined ? {} : { size: Number(size) }) };
  const solved = await solveAll(scenes, options);
  model.dispose();
  const page = join(output, 'index.html');
  await writeFileAtomically(page, overviewPage(`Reconstructed with ${checkpoint}`, solved));
  for (const text of ['', tableText(sceneRows(solved)), '', scoreLegend, '', `open ${page}`]) console.log(text);
});

/** The folders that are named, or the clips and a room. */
async function scenesToSolve(folders: readonly string[], output: string): Promise<DemoScene[]> {
  await makeFolder(output);
  if (folders.length > 0) return scenesIn(folders);
  console.log('rendering a room of models and patterns that training never shows');
  return [...(await scenesIn(['examples/hololens30'])), await renderRoom(join(output, 'room'))];
}

type Solving = Omit<Parameters<typeof solveScene>[1], 'onProgress'>;

async function solveAll(scenes: readonly DemoScene[], options: Solving): Promise<SolvedScene[]> {
  const solved: SolvedScene[] = [];
  const progress = createSteadyProgress();
  for (const [at, scene] of scenes.entries()) {
    const onProgress = ({ stage, done, total }: ReconstructProgress) => {
      const [from, to, what] = spans[stage];
      const percent = from + ((to - from) * done) / Math.max(total, 1);
      progress.update((100 * at + percent) / scenes.length, 100, `${scene.name}: ${what}`);
    };
    solved.push(await solveScene(scene, { ...options, onProgress }));
  }
  progress.stop();
  return solved;
}
