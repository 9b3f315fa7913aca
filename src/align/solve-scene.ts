import { type Descent, type DescentOptions, descend } from './descent.ts';
import type { ImageSums } from './image-pass.ts';
import { type InitialScene, initialLogDepth } from './initial-scene.ts';
import { encodeScene, guessScene, guessSteps, type InitialOptions } from './initialize.ts';
import { type ImageSummary, type Level, makeLevel, thinMaps } from './level.ts';
import { decodeScene, type SceneSums } from './objective.ts';
import type { AlignProgress, AlignSettings } from './options.ts';
import { finishInSteps, type StepOptions, startBreathing } from './pausable.ts';
import { type ImageStart, placePixels } from './pixels.ts';
import { knownCameras } from './problem.ts';
import type { AlignProblem, SceneParameters } from './state.ts';

/** A problem solved: the numbers that `finishScene` makes a scene of. */
export interface Solution {
  readonly parameters: SceneParameters;
  /** By image, [H·W]. */
  readonly logDepths: readonly Float32Array[];
  readonly sums: SceneSums;
  readonly summaries: readonly ImageSummary[];
  readonly losses: readonly number[];
  readonly iterations: number;
  readonly stopped: Descent['stopped'];
}

/** The first guess and the coarse stage work on about so many pixels of an image; fewer would make them less certain. */
const COARSE_PIXELS = 8192;
/**
 * The coarse stage's iterations and learning rate, as multiples of the plain method's. Measured on rooms of 512×384 with
 * noise and outliers: the larger steps bring poses and focal lengths several times nearer to where they end.
 */
const COARSE = { iterations: 1.5, learningRate: 2 };
/**
 * When outliers are dropped, as a part of the coarse stage. Of 12 views around a room with a tenth of gross outliers and
 * windows of 2, that brings the camera centres from 0.45 to 0.1 % with free focal lengths, and to 0.05 % with known ones.
 */
const DROP_OUTLIERS_AT = 0.4;
/** Of Weiszfeld's reweighting, each of which brings a depth about as much closer to its best as those before. */
const DEPTH_ROUNDS = 10;

/** Finds the parameters and depths of a problem, by the method that the settings name. */
export async function solveScene(problem: AlignProblem, settings: AlignSettings & InitialOptions): Promise<Solution> {
  const coarse = makeLevel(problem, coarseStep(problem));
  const known = knownCameras(settings, problem.sizes.length);
  const scene = await finishInSteps(guessScene(coarse, known, settings), guessOptions(coarse, settings));
  const parameters = encodeScene(coarse, known, scene);
  const guess = { scene, parameters, settings };
  return settings.method === 'plain' ? descendOnAll(problem, guess) : descendOnGrid(coarse, problem, guess);
}

function guessOptions(level: Level, settings: AlignSettings & InitialOptions): StepOptions {
  const { signal, onProgress } = settings;
  const iterations = guessSteps(level, settings);
  return { signal, onStep: (iteration) => onProgress?.({ stage: 'guess', iteration, iterations }) };
}

interface Guess {
  readonly scene: InitialScene;
  /** Moved in place. */
  readonly parameters: SceneParameters;
  readonly settings: AlignSettings;
}

/** The original's method: one descent over all pixels. */
async function descendOnAll(problem: AlignProblem, { scene, parameters, settings }: Guess): Promise<Solution> {
  const level = makeLevel(problem, 1);
  const pixels = placePixels(level, [...imageStarts(level, scene, settings)], settings.engine);
  try {
    const descent = await descend(problem, [parameters, pixels], descentOptions(settings, 'descent'));
    return {
      ...describeDescent(descent),
      parameters,
      sums: await pixels.evaluate(decodeScene(problem, parameters)),
      logDepths: await pixels.readLogDepths(),
      summaries: pixels.summaries,
    };
  } finally {
    pixels.dispose();
  }
}

/** The parameters from a grid of the pixels, then every pixel's depth in closed form, one image at a time. */
async function descendOnGrid(coarse: Level, problem: AlignProblem, guess: Guess): Promise<Solution> {
  const { scene, parameters, settings } = guess;
  const pixels = placePixels(coarse, [...imageStarts(coarse, scene, settings)], settings.engine);
  const { iterations, learningRate } = settings;
  const faster = {
    ...settings,
    iterations: Math.ceil(COARSE.iterations * iterations),
    learningRate: COARSE.learningRate * learningRate,
  };
  try {
    const onGrid = { ...coarse.problem, sizes: coarse.fullSizes };
    const descent = await descend(onGrid, [parameters, pixels], {
      ...descentOptions(faster, 'coarse'),
      dropOutliersAt: Math.ceil(DROP_OUTLIERS_AT * faster.iterations),
    });
    return { ...describeDescent(descent), parameters, ...(await solveImages(problem, guess)) };
  } finally {
    pixels.dispose();
  }
}

/** Without iterations the depths stay those of the first guess. */
async function solveImages(
  problem: AlignProblem,
  { scene, parameters, settings }: Guess,
): Promise<Pick<Solution, 'sums' | 'logDepths' | 'summaries'>> {
  const level = makeLevel(problem, 1);
  const estimate = decodeScene(problem, parameters);
  const breathe = startBreathing();
  const solved = { sums: [] as ImageSums[], logDepths: [] as Float32Array[], summaries: [] as ImageSummary[] };
  for (const start of imageStarts(level, scene, settings)) {
    await breathe();
    settings.signal?.throwIfAborted();
    const pixels = placePixels(level, [start], settings.engine);
    try {
      if (settings.iterations > 0) pixels.solve(estimate, DEPTH_ROUNDS);
      solved.sums.push(...(await pixels.evaluate(estimate)));
      solved.logDepths.push(...(await pixels.readLogDepths()));
      solved.summaries.push(...pixels.summaries);
    } finally {
      pixels.dispose();
    }
  }
  return solved;
}

function describeDescent({ losses, stopped }: Descent): Pick<Solution, 'losses' | 'iterations' | 'stopped'> {
  return { losses, iterations: losses.length, stopped };
}

/** Every image of a level at its known depths or those of the first guess, one at a time. */
function* imageStarts(level: Level, scene: InitialScene, settings: AlignSettings): Generator<ImageStart> {
  const sure = thinMaps(level, knownCameras(settings, level.fullSizes.length).depths);
  for (const image of scene.sources.keys()) {
    const guess = initialLogDepth(level, scene, image);
    const depth = sure[image];
    const logDepth = depth
      ? guess.map((value, i) => ((depth[i] as number) > 0 ? Math.log(depth[i] as number) : value))
      : guess;
    yield { image, logDepth };
  }
}

function descentOptions(settings: AlignSettings, stage: AlignProgress['stage']): DescentOptions {
  const { iterations, learningRate, leastRate, schedule, plateau, signal, onProgress } = settings;
  const onIteration = (iteration: number, loss: number) =>
    onProgress?.({ stage, iteration: iteration + 1, iterations, loss });
  return { iterations, learningRate, leastRate, schedule, plateau, signal, onIteration };
}

/** The largest power of two at which every image keeps enough pixels that are not masked. */
function coarseStep({ sizes, masks }: AlignProblem): number {
  const usable = sizes.map(
    ({ width, height }, image) => masks[image]?.filter((value) => value).length ?? width * height,
  );
  const least = Math.min(...usable);
  return 2 ** Math.max(0, Math.floor(Math.log2(least / COARSE_PIXELS) / 2));
}
