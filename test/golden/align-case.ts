import { readFileSync } from 'node:fs';
import { type Level, makeLevel } from '#align/level.ts';
import { type AlignSettings, alignDefaults, type KnownView } from '#align/options.ts';
import { encodePose, FOCAL_SCALE } from '#align/parameters.ts';
import { poseProblem } from '#align/problem.ts';
import { type SceneParameters, zeroParameters } from '#align/state.ts';
import type { Matrix4 } from '#geometry/camera.ts';
import type { PairwisePrediction } from '#geometry/pointmap.ts';
import { rotationOf, translationOf } from '#geometry/rigid.ts';
import { type GoldenTensor, goldenFloats, readGolden } from '#test/support/golden.ts';

/** One alignment of the reference, as ours takes it. */
export interface AlignCase {
  readonly golden: ReadonlyMap<string, GoldenTensor>;
  readonly settings: AlignSettings & { readonly init: 'mst' | 'known-poses' };
  /** All pixels. */
  readonly level: Level;
  readonly finalLoss: number;
}

/** The json beside the tensors. */
interface Config {
  readonly mode: string;
  readonly options: Readonly<Record<string, string>>;
  readonly gt_focal: number;
  readonly loss_final: number;
  readonly lr: number;
  readonly lr_min: number;
  readonly schedule: 'cosine' | 'linear';
  readonly niter: number;
}

export function readAlignCase(path: string, configPath: string): AlignCase {
  const golden = readGolden(path);
  const config = JSON.parse(readFileSync(configPath, 'utf8')) as Config;
  const settings = settingsOf(golden, config);
  const problem = poseProblem(readPairs(golden), settings);
  // The original holds the pairs to the scale of known poses; ours finds that scale, and has the pairs' fixed.
  const isAnchored = problem.isAnchored.map(() => false);
  const asOriginal = problem.isAnchored.includes(true) ? { ...problem, isAnchored, baseScale: undefined } : problem;
  const level = makeLevel(asOriginal, 1);
  return { golden, settings, level, finalLoss: config.loss_final };
}

function readPairs(golden: AlignCase['golden']): PairwisePrediction[] {
  const [count, height, width] = (golden.get('conf_i') as GoldenTensor).shape as [number, number, number];
  const edges = (golden.get('edges') as GoldenTensor).data as Int32Array;
  const pointmap = (side: 'i' | 'j', edge: number) => ({
    ...{ width, height },
    points: rowOf(goldenFloats(golden, `pred_${side}`), edge, 3 * width * height),
    confidence: rowOf(goldenFloats(golden, `conf_${side}`), edge, width * height),
  });
  return Array.from({ length: count }, (_, edge) => ({
    first: edges[2 * edge] as number,
    second: edges[2 * edge + 1] as number,
    view1: pointmap('i', edge),
    view2: pointmap('j', edge),
  }));
}

function settingsOf(golden: AlignCase['golden'], config: Config): AlignCase['settings'] {
  const has = (name: string) => config.options[name] === 'True';
  const images = (golden.get('gt_poses') as GoldenTensor).shape[0] as number;
  const known = Array.from(
    { length: images },
    (_, image): KnownView => ({
      camToWorld: has('known_poses') ? poseOf(golden, 'gt_poses', image) : undefined,
      focalPx: has('known_focals') ? config.gt_focal : undefined,
    }),
  );
  return {
    ...alignDefaults,
    known,
    init: has('known_poses') ? 'known-poses' : 'mst',
    normalization: config.mode === 'ModularPointCloudOptimizer' ? 'mean' : 'area',
    learningRate: config.lr,
    leastRate: config.lr_min,
    schedule: config.schedule,
    iterations: config.niter,
  };
}

export type Stage = 'init' | 'iter10' | 'out';

function poseOf(golden: AlignCase['golden'], name: string, image: number): Matrix4 {
  return Float64Array.from(rowOf(goldenFloats(golden, name), image, 16));
}

/** The reference's numbers after a stage. */
export function referenceParameters({ golden, level }: AlignCase, stage: Stage): SceneParameters {
  const parameters = zeroParameters(level.problem);
  parameters.pairPoses.set(goldenFloats(golden, `${stage}.pw_poses`));
  for (const image of level.problem.sizes.keys()) {
    const pose = poseOf(golden, `${stage}.poses`, image);
    encodePose(parameters.poses.subarray(7 * image, 7 * image + 7), rotationOf(pose), translationOf(pose));
    const focal = FOCAL_SCALE * Math.log(goldenFloats(golden, `${stage}.focals`)[image] as number);
    parameters.focals.fill(focal, 2 * image, 2 * image + 2);
  }
  return parameters;
}

/** By image, [H·W]. */
export function referenceDepths({ golden, level }: AlignCase, stage: Stage): Float32Array[] {
  const depths = goldenFloats(golden, `${stage}.depth`);
  return level.problem.sizes.map(({ width, height }, image) => rowOf(depths, image, width * height));
}

function rowOf(values: Float32Array, row: number, length: number): Float32Array {
  return values.slice(row * length, (row + 1) * length);
}
