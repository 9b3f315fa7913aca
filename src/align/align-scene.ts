import type { PairwisePrediction } from '#geometry/pointmap.ts';
import { finishScene } from './finish-scene.ts';
import { connectedParts } from './graph.ts';
import type { InitialOptions } from './initialize.ts';
import { type AlignOptions, type AlignSettings, alignDefaults } from './options.ts';
import { imageSizes } from './pairwise.ts';
import { finishInSteps } from './pausable.ts';
import { poseProblem } from './problem.ts';
import type { AlignedPair, AlignedScene, SceneView } from './scene.ts';
import { solveScene } from './solve-scene.ts';
import type { AlignProblem } from './state.ts';
import { centreKnown, restoreWorld } from './world-frame.ts';

/**
 * The global alignment (DUSt3R section 3.4; spec 6): cameras and depths of all images in one world, from pairwise
 * pointmaps. What is known of the cameras stays as it is. The same input gives the same scene.
 * @param pairs in any order; images are numbered 0 … n − 1, and each is in at least one pair
 * @throws RangeError for pairs that do not fit together or do not connect all images, and for wrong options
 * @throws the signal's reason when it aborts
 */
export async function alignScene(
  pairs: readonly PairwisePrediction[],
  options: AlignOptions = {},
): Promise<AlignedScene> {
  const settings: AlignSettings = { ...alignDefaults, ...options };
  settings.signal?.throwIfAborted();
  const sizes = await finishInSteps(imageSizes(pairs), { signal: settings.signal });
  const problem = poseProblem(pairs, settings, sizes);
  const parts = connectedParts(problem.sizes.length, pairs);
  if (parts.length === 1) return alignConnected(problem, withInit(settings, 'mst'));
  if (problem.sizes.every((_, image) => settings.known[image]?.camToWorld)) {
    return { ...(await alignConnected(problem, withInit(settings, 'known-poses'))), parts };
  }
  if (settings.disconnected === 'refuse') throw new RangeError(describeParts(parts));
  return alignParts(pairs, settings, parts);
}

/** By pairs, or by known poses. */
async function alignConnected(problem: AlignProblem, settings: AlignSettings & InitialOptions): Promise<AlignedScene> {
  const { settings: centred, origin } = centreKnown(settings);
  const solution = await solveScene(problem, { ...centred, init: settings.init });
  const frame = { origin, scale: Math.exp(solution.parameters.worldScale[0] as number) };
  return restoreWorld(finishScene(problem, solution), frame, settings.known);
}

function withInit(settings: AlignSettings, usual: 'mst' | 'known-poses'): AlignSettings & InitialOptions {
  return { ...settings, init: settings.init ?? usual };
}

function describeParts(parts: readonly (readonly number[])[]): string {
  const list = parts.map((images) => `{${images.join(', ')}}`).join(', ');
  return `alignment: the pairs leave the images in ${parts.length} parts that nothing connects: ${list}; add pairs between them, or align each part by itself with disconnected: 'separate'`;
}

/** Each part by itself, and all their views and pairs in the order of the input. */
async function alignParts(
  pairs: readonly PairwisePrediction[],
  settings: AlignSettings,
  parts: readonly (readonly number[])[],
): Promise<AlignedScene> {
  const scenes: AlignedScene[] = [];
  const [views, aligned]: [SceneView[], AlignedPair[]] = [[], []];
  for (const images of parts) {
    const members = [...pairs.keys()].filter((pair) => images.includes(pairs[pair]?.first as number));
    const scene = await alignScene(
      members.map((pair) => renumber(pairs[pair] as PairwisePrediction, images)),
      partOfSettings(settings, images),
    );
    for (const [i, image] of images.entries()) views[image] = scene.views[i] as SceneView;
    for (const [i, pair] of members.entries()) {
      const { first, second } = pairs[pair] as PairwisePrediction;
      aligned[pair] = { ...(scene.pairs[i] as AlignedPair), first, second };
    }
    scenes.push(scene);
  }
  return {
    ...{ views, pairs: aligned, parts },
    loss: scenes.reduce((sum, { loss }) => sum + loss, 0),
    losses: scenes.flatMap(({ losses }) => losses),
    iterations: Math.max(...scenes.map(({ iterations }) => iterations)),
    stopped: scenes.every(({ stopped }) => stopped === 'plateau') ? 'plateau' : 'finished',
  };
}

function renumber(pair: PairwisePrediction, images: readonly number[]): PairwisePrediction {
  // Spread, a prediction on disk would be read.
  return {
    first: images.indexOf(pair.first),
    second: images.indexOf(pair.second),
    get view1() {
      return pair.view1;
    },
    get view2() {
      return pair.view2;
    },
  };
}

function partOfSettings(settings: AlignSettings, images: readonly number[]): AlignSettings {
  const { known, masks, sharedFocal } = settings;
  return {
    ...settings,
    known: images.map((image) => known[image]),
    masks: images.map((image) => masks[image]),
    sharedFocal: typeof sharedFocal === 'boolean' ? sharedFocal : images.map((image) => sharedFocal[image] as number),
  };
}
