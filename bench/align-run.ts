// One measured process of `npm run bench -- align`: prints one JSON object. See align.ts.
import { openSync, readSync, writeFileSync } from 'node:fs';
import { alignScene } from '#align/align-scene.ts';
import { descend } from '#align/descent.ts';
import { initialLogDepths } from '#align/initial-scene.ts';
import { encodeScene, initializeScene } from '#align/initialize.ts';
import { makeLevel } from '#align/level.ts';
import { alignDefaults } from '#align/options.ts';
import { placePixels } from '#align/pixels.ts';
import { knownCameras, poseProblem } from '#align/problem.ts';
import { chooseBackend } from '#backend/choose.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import type { AlignRunOptions, AlignRunReport, AlignSolveReport } from './align.ts';
import { type Cost, startClock } from './clock.ts';

const options = JSON.parse(process.argv[2] as string) as AlignRunOptions;
const { name, version } = await chooseBackend(options.backend);
const pairs = readPairs(options);
const report = options.method === 'iterations' ? await timeIterations() : await timeSolution(options.method);
console.log(
  JSON.stringify({
    ...report,
    peakMemoryGb: process.resourceUsage().maxRSS / 1024 ** 2,
    version: `${name} ${version}`,
  }),
);

/** Iterations of the plain method, from a first guess that is left for PyTorch to begin at too. */
async function timeIterations(): Promise<Pick<AlignRunReport, 'runs' | 'losses'>> {
  const settings = { ...alignDefaults, init: 'mst' as const };
  const problem = poseProblem(pairs, settings);
  const level = makeLevel(problem, 1);
  const known = knownCameras(settings, problem.sizes.length);
  const grid = makeLevel(problem, 4);
  const scene = initializeScene(grid, known, settings);
  const parameters = encodeScene(grid, known, scene);
  const logDepths = initialLogDepths(level, scene);
  const focals = parameters.focals.filter((_, i) => i % 2 === 0);
  const state = [parameters.pairPoses, parameters.poses, focals, ...logDepths].map((values) =>
    Float32Array.from(values),
  );
  writeFileSync(options.statePath, Buffer.concat(state.map((values) => Buffer.from(values.buffer))));
  const pixels = placePixels(
    level,
    logDepths.map((logDepth, image) => ({ image, logDepth })),
    options.engine,
  );
  const [runs, losses]: [Cost[], number[]] = [[], []];
  let clock = startClock();
  const onIteration = (_: number, loss: number) => {
    runs.push(clock());
    losses.push(loss);
    clock = startClock();
  };
  await descend(problem, [parameters, pixels], { ...settings, iterations: options.runs + 2, onIteration });
  // The first ones allocate the moments.
  return { runs: runs.slice(2), losses };
}

/** A whole alignment, first guess included. */
async function timeSolution(method: 'plain' | 'coarse-to-fine'): Promise<Pick<AlignSolveReport, 'cost' | 'loss'>> {
  const clock = startClock();
  const { loss } = await alignScene(pairs, { method, engine: options.engine });
  return { cost: clock(), loss };
}

/**
 * By pair two pointmaps, [H·W, 3] and then [H·W]. A whole alignment reads each when it wants it, as it does with
 * predictions that an inference left on disk.
 */
function readPairs({ dataPath, edges, width, height, method }: AlignRunOptions): PairwisePrediction[] {
  const file = openSync(dataPath, 'r');
  const area = width * height;
  const read = (count: number, at: number) => {
    const values = new Float32Array(count);
    readSync(file, values, { position: 4 * at });
    return values;
  };
  const pointmap = (index: number) => ({
    ...{ width, height },
    points: read(3 * area, 4 * area * index),
    confidence: read(area, 4 * area * index + 3 * area),
  });
  return edges.map(([first, second], pair) => {
    const lazy = {
      ...{ first, second },
      get view1() {
        return pointmap(2 * pair);
      },
      get view2() {
        return pointmap(2 * pair + 1);
      },
    };
    return method === 'iterations' ? { ...lazy } : lazy;
  });
}
