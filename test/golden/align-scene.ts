import { cleanConfidences } from '#align/clean.ts';
import { type Descent, descend } from '#align/descent.ts';
import { passOverImage } from '#align/image-pass.ts';
import { initialLogDepths } from '#align/initial-scene.ts';
import { encodeScene, initializeScene } from '#align/initialize.ts';
import { highestConfidence, observeImage } from '#align/level.ts';
import { decodeScene, gradientOf, type SceneEstimate } from '#align/objective.ts';
import { placePixels } from '#align/pixels.ts';
import { knownCameras } from '#align/problem.ts';
import type { SceneView } from '#align/scene.ts';
import type { SceneParameters } from '#align/state.ts';
import { depthToPoints } from '#geometry/camera.ts';
import { goldenFloats } from '#test/support/golden.ts';
import { type AlignCase, readAlignCase, referenceDepths, referenceParameters, type Stage } from './align-case.ts';
import { type Comparison, relativeError } from './report.ts';

/** The tolerances of golden/README: of the state after the initialisation and after 10 steps, and of the losses. */
const [STATE, LOSS] = [1e-3, 1e-2];
/** Of the state in the end, whose last digits are what is left of the steps' noise. */
const END = 2e-2;
/** Of gradients as a whole: where a point is within rounding of what was observed, that of l1 is any unit vector. */
const GRADIENT = 1e-2;

/** The reference's alignment; each stage begins at the reference's own state, so that none hides another. */
export async function compareAlignment(path: string, configPath: string): Promise<Comparison[]> {
  const one = readAlignCase(path, configPath);
  return [
    ...compareInitial(one),
    ...(await compareGradients(one)),
    ...(await compareTenSteps(one)),
    ...(await compareAllSteps(one)),
    ...compareCleaned(one),
  ];
}

interface State {
  readonly parameters: SceneParameters;
  readonly logDepths: readonly Float32Array[];
}

function compareInitial(one: AlignCase): Comparison[] {
  const { settings, level } = one;
  // The original finds first poses with the pointmaps' own focal lengths even where others are known; ours takes those.
  const known =
    settings.init === 'mst' ? settings.known.map((view) => ({ ...view, focalPx: undefined })) : settings.known;
  const cameras = knownCameras({ known }, settings.known.length);
  const scene = initializeScene(level, cameras, settings);
  const sure = knownCameras(settings, settings.known.length).focals;
  const parameters = encodeScene(level, cameras, { ...scene, focals: scene.focals.map((own, i) => sure[i] ?? own) });
  return compareState(one, 'init', { parameters, logDepths: initialLogDepths(level, scene) });
}

function compareState({ golden, level }: AlignCase, stage: Stage, { parameters, logDepths }: State): Comparison[] {
  const { cameras } = decodeScene(level.problem, parameters);
  const hasFreeScale = level.problem.baseScale !== undefined;
  const gaugeFixed = (rows: ArrayLike<number>) => fixGauge(rows, hasFreeScale);
  const parts = {
    poses: cameras.flatMap(({ pose }) => [...pose, 0, 0, 0, 1]),
    focals: cameras.map(({ focalPx }) => focalPx[0]),
    depth: logDepths.flatMap((values) => Array.from(values, Math.exp)),
    pw_poses: gaugeFixed(parameters.pairPoses),
  };
  return Object.entries(parts).map(([part, actual]) => {
    const expected = goldenFloats(golden, `${stage}.${part}`);
    const error = relativeError(actual, part === 'pw_poses' ? gaugeFixed(expected) : expected);
    return { name: `${stage}.${part}`, error, tolerance: stage === 'out' ? END : STATE };
  });
}

/** Rows of 8 with quaternions of length 1, and with scales of mean 0 where their mean has no effect. */
function fixGauge(rows: ArrayLike<number>, hasFreeScale: boolean): number[] {
  const values = Array.from(rows);
  const scales = values.filter((_, i) => i % 8 === 7);
  const mean = hasFreeScale ? scales.reduce((sum, scale) => sum + scale / scales.length, 0) : 0;
  return values.map((value, i) => {
    if (i % 8 < 4) return value / Math.hypot(...values.slice(i - (i % 8), i - (i % 8) + 4));
    return i % 8 === 7 ? value - mean : value;
  });
}

async function compareGradients(one: AlignCase): Promise<Comparison[]> {
  const { golden, level } = one;
  const parameters = referenceParameters(one, 'init');
  const estimate = decodeScene(level.problem, parameters);
  const passes = referenceDepths(one, 'init').map((depth, image) => passOver(one, estimate, { image, depth }));
  const gradient = gradientOf(
    level.problem,
    parameters,
    passes.map(({ sums }) => sums),
  );
  const parts = {
    pw_poses: gradient.pairPoses,
    im_poses: gradient.poses,
    im_focals: gradient.focals.filter((_, i) => i % 2 === 0),
    im_depthmaps: passes.flatMap(({ depthGradient }) => [...depthGradient]),
  };
  return Object.entries(parts).flatMap(([part, actual]) => {
    // The modular optimiser has one tensor for each image; what does not move has none.
    const names = [...golden.keys()].filter((name) => name === `grad0.${part}` || name.startsWith(`grad0.${part}.`));
    const expected = names.flatMap((name) => [...goldenFloats(golden, name)]);
    return names.length > 0 ? [{ name: `grad0.${part}`, error: distance(actual, expected), tolerance: GRADIENT }] : [];
  });
}

function passOver(
  { level }: AlignCase,
  { cameras, placements }: SceneEstimate,
  { image, depth }: { readonly image: number; readonly depth: Float32Array },
) {
  const { size, sightings, planes, factors } = observeImage(level, image);
  const depthGradient = new Float32Array(depth.length);
  const pass = {
    ...{ width: size.width, planes, factors, distance: level.problem.distance, logDepth: depth.map(Math.log) },
    camera: cameras[image] as SceneEstimate['cameras'][number],
    placements: sightings.map(({ pair }) => placements[pair] as Float64Array),
  };
  return { sums: passOverImage(pass, depthGradient), depthGradient };
}

/** ‖a − b‖ / ‖b‖ */
function distance(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  const differences = expected.map((value, i) => (actual[i] as number) - value);
  return Math.hypot(...differences) / Math.hypot(...expected);
}

async function compareTenSteps(one: AlignCase): Promise<Comparison[]> {
  const { state } = await descendFromInitial(one, 10);
  return compareState(one, 'iter10', state);
}

async function compareAllSteps(one: AlignCase): Promise<Comparison[]> {
  const { descent, state } = await descendFromInitial(one, one.settings.iterations);
  // The curve begins with the loss of the initialisation, which the first iteration repeats.
  const losses = descent.losses;
  const curve = relativeError([losses[0] as number, ...losses], goldenFloats(one.golden, 'losses'));
  return [
    { name: 'losses', error: curve, tolerance: LOSS },
    { name: 'final loss', error: relativeError([losses.at(-1) as number], [one.finalLoss]), tolerance: LOSS },
    ...compareState(one, 'out', state),
  ];
}

/** The first steps of a descent as long as the settings say. */
async function descendFromInitial(one: AlignCase, steps: number): Promise<{ descent: Descent; state: State }> {
  const { level, settings } = one;
  const parameters = referenceParameters(one, 'init');
  const starts = referenceDepths(one, 'init').map((depth, image) => ({ image, logDepth: depth.map(Math.log) }));
  const pixels = placePixels(level, starts, 'auto');
  const stop = new AbortController();
  const losses: number[] = [];
  const onIteration = (_: number, loss: number) => {
    if (losses.push(loss) === steps) stop.abort();
  };
  try {
    await descend(level.problem, [parameters, pixels], { ...settings, signal: stop.signal, onIteration }).catch(
      (error) => {
        if (error !== stop.signal.reason) throw error;
      },
    );
    return { descent: { losses, stopped: 'finished' }, state: { parameters, logDepths: await pixels.readLogDepths() } };
  } finally {
    pixels.dispose();
  }
}

/** Confidences after cleaning the reference's final scene. */
function compareCleaned(one: AlignCase): Comparison[] {
  const { cameras } = decodeScene(one.level.problem, referenceParameters(one, 'out'));
  const views = referenceDepths(one, 'out').map((depth, image): SceneView => {
    const { focalPx, principalPx, pose } = cameras[image] as SceneEstimate['cameras'][number];
    const size = one.level.problem.sizes[image] as { width: number; height: number };
    const camera = { ...size, focalPx, principalPx, camToWorld: Float64Array.of(...pose, 0, 0, 0, 1) };
    const confidence = highestConfidence(one.level.problem, image);
    return { camera, depth, confidence, points: depthToPoints(camera, depth) };
  });
  return cleanConfidences(views).map((actual, image) => {
    const name = `clean.conf${image}`;
    return { name, error: relativeError(actual, goldenFloats(one.golden, name)), tolerance: STATE };
  });
}
