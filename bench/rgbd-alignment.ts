// npm run bench -- rgbd --data ../shared/data/hololens30 --count 10
// Pointmaps made from measured depth and poses, as a perfect network would predict them (every pair in its own scale, with
// noise where asked for), aligned without knowing anything; then the cameras are held against the true ones.

import { alignScene } from '#align/align-scene.ts';
import { type BackendName, type BackendReport, chooseBackend } from '#backend/choose.ts';
import { depthInMetres, readDepthPng } from '#data/rgbd-layouts/depth-png.ts';
import { findSequences, readSequences } from '#data/rgbd-layouts/find-sequences.ts';
import { frameCamera, type RgbdFrame, type RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import { type Camera, depthToPoints, resizeCamera } from '#geometry/camera.ts';
import type { PairwisePrediction, Pointmap } from '#geometry/pointmap.ts';
import { procrustes, similarityTransform } from '#geometry/procrustes.ts';
import {
  identityTransform,
  invertRigid,
  multiply3,
  rotationOf,
  transformPoints,
  translationOf,
  transpose3,
} from '#geometry/rigid.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { makePairs, withoutRedundantPairs } from '#infer/pairs.ts';
import { createFastRandom } from '#tensor/random.ts';
import { type Cost, startClock } from './clock.ts';

export interface RgbdOptions {
  readonly backend: BackendName | 'auto';
  /** A folder of posed frames. */
  readonly data: string;
  /** The first frame, how many, and how far apart. */
  readonly first: number;
  readonly count: number;
  readonly every: number;
  readonly sceneGraph: string;
  /** Width of the pointmaps. */
  readonly width: number;
  /** Standard deviation of a point's distance, relative to it. */
  readonly noise: number;
  /** What the alignment is told: nothing, the true focal lengths, or these and the principal points. */
  readonly known: 'nothing' | 'focals' | 'intrinsics';
  readonly iterations: number;
}

export interface RgbdReport {
  readonly backend: BackendReport;
  readonly frames: number;
  readonly pairs: number;
  readonly cost: Cost;
  /** Root mean square of the camera centres' errors after the best similarity, in metres (absolute trajectory error). */
  readonly ateMetres: number;
  /** The same over the root mean square distance of the centres from their mean. */
  readonly ateOfExtent: number;
  readonly extentMetres: number;
  /** Of the rotations between every two cameras. */
  readonly rotationDeg: { readonly mean: number; readonly max: number };
  /** Of the focal lengths, relative: the largest. */
  readonly focalError: number;
  readonly loss: number;
  readonly worstPair: { readonly first: string; readonly second: string; readonly relativeResidual: number };
}

/** Aligns a clip and compares it with the truth. */
export async function benchRgbd(options: RgbdOptions): Promise<RgbdReport> {
  const backend = await chooseBackend(options.backend);
  const frames = await readFrames(options);
  const pairs = withoutRedundantPairs(makePairs(frames.length, options.sceneGraph));
  const predictions = pairs.map(([first, second]) => predict(frames, [first, second], options.noise));
  const cost = startClock();
  const scene = await alignScene(predictions, { iterations: options.iterations, known: knownOf(frames, options) });
  const spent = cost();
  const estimated = scene.views.map(({ camera }) => camera);
  const worst = scene.pairs.toSorted((a, b) => b.relativeResidual - a.relativeResidual)[0] as (typeof scene.pairs)[0];
  const nameOf = (i: number) => frames[i]?.name ?? '';
  return {
    backend,
    frames: frames.length,
    pairs: pairs.length,
    cost: spent,
    ...compareCameras(
      estimated,
      frames.map(({ camera }) => camera),
    ),
    loss: scene.loss,
    worstPair: {
      first: nameOf(worst.first),
      second: nameOf(worst.second),
      relativeResidual: worst.relativeResidual,
    },
  };
}

interface Frame {
  readonly name: string;
  /** Of the pointmap's size. */
  readonly camera: Camera;
  /** [H, W] in metres, 0 where there is none. */
  readonly depth: Float32Array;
}

async function readFrames({ data, first, count, every, width }: RgbdOptions): Promise<Frame[]> {
  const [sequence] = (await readSequences((await findSequences(data)).slice(0, 1), {})) as [RgbdSequence];
  const places = Array.from({ length: count }, (_, i) => first + i * every);
  const last = places.at(-1) as number;
  if (!sequence.frames[last]) throw new Error(`${data}: expected a frame ${last}, there are ${sequence.frames.length}`);
  return Promise.all(places.map((place) => readFrame(sequence, sequence.frames[place] as RgbdFrame, width)));
}

async function readFrame(sequence: RgbdSequence, frame: RgbdFrame, width: number): Promise<Frame> {
  const full = depthInMetres(await readDepthPng(frame.depthPath), sequence.depth);
  const height = Math.round((full.height * width) / full.width);
  const depth = resizeNearest(full, width, height, 'centre').values;
  return { name: frame.name, camera: resizeCamera(frameCamera(frame, full), { width, height }), depth };
}

/** What a perfect network would say of an ordered pair: in the first camera's frame, with a mean distance of 1. */
function predict(frames: readonly Frame[], [i, j]: readonly [number, number], noise: number): PairwisePrediction {
  const [first, second] = [frames[i] as Frame, frames[j] as Frame];
  const worldToFirst = invertRigid(first.camera.camToWorld);
  const random = createFastRandom(`${i}-${j}`);
  const view1 = pointmapOf(first, depthToPoints({ ...first.camera, camToWorld: identityTransform() }, first.depth));
  const view2 = pointmapOf(second, transformPoints(worldToFirst, depthToPoints(second.camera, second.depth)));
  const scale = 1 / meanDistance(view1);
  for (const { points } of [view1, view2]) {
    const errors = new Float32Array(points.length / 3);
    if (noise > 0) random.fillNormal(errors, noise);
    for (let k = 0; k < points.length; k++)
      points[k] = scale * (points[k] as number) * (1 + (errors[Math.floor(k / 3)] as number));
  }
  return { first: i, second: j, view1, view2 };
}

const SURE = 10;

/** Confidence 1, which weighs nothing, where no depth was measured. */
function pointmapOf({ camera: { width, height }, depth }: Frame, points: Float32Array): Pointmap {
  return { width, height, points, confidence: Float32Array.from(depth, (z) => (z > 0 ? SURE : 1)) };
}

function meanDistance({ points, confidence }: Pointmap): number {
  let [sum, count] = [0, 0];
  for (let p = 0; p < confidence.length; p++) {
    if (confidence[p] !== SURE) continue;
    sum += Math.hypot(points[3 * p] as number, points[3 * p + 1] as number, points[3 * p + 2] as number);
    count++;
  }
  return sum / count;
}

function knownOf(frames: readonly Frame[], { known }: RgbdOptions) {
  return frames.map(({ camera: { focalPx, principalPx } }) => {
    const focal = { focalPx: (focalPx[0] + focalPx[1]) / 2 };
    if (known === 'nothing') return undefined;
    return known === 'focals' ? focal : { ...focal, principalPx };
  });
}

type Comparison = Pick<RgbdReport, 'ateMetres' | 'ateOfExtent' | 'extentMetres' | 'rotationDeg' | 'focalError'>;

function compareCameras(estimated: readonly Camera[], truth: readonly Camera[]): Comparison {
  const centres = (cameras: readonly Camera[]) =>
    Float64Array.from(cameras.flatMap(({ camToWorld }) => [...translationOf(camToWorld)]));
  const [from, to] = [centres(estimated), centres(truth)];
  const similarity = procrustes(from, to);
  const moved = transformPoints(similarityTransform(similarity), from);
  const mean = [0, 1, 2].map(
    (axis) => to.reduce((sum, value, k) => sum + (k % 3 === axis ? value : 0), 0) / truth.length,
  );
  const ateMetres = rootMeanSquare(to, (k) => moved[k] as number);
  const extentMetres = rootMeanSquare(to, (k) => mean[k % 3] as number);
  const turns = relativeTurns(estimated, truth);
  const focals = estimated.map(({ focalPx }, i) => Math.abs(focalPx[0] / (truth[i] as Camera).focalPx[0] - 1));
  return {
    ateMetres,
    extentMetres,
    ateOfExtent: ateMetres / extentMetres,
    rotationDeg: { mean: turns.reduce((sum, turn) => sum + turn, 0) / turns.length, max: Math.max(...turns) },
    focalError: Math.max(...focals),
  };
}

/** By how many degrees the rotation from one camera to another is off, of every two: no similarity is in that. */
function relativeTurns(estimated: readonly Camera[], truth: readonly Camera[]): number[] {
  const between = (a: Camera, b: Camera) => multiply3(transpose3(rotationOf(a.camToWorld)), rotationOf(b.camToWorld));
  return estimated.flatMap((camera, i) =>
    estimated.slice(0, i).map((other, j) => {
      const rest = multiply3(transpose3(between(camera, other)), between(truth[i] as Camera, truth[j] as Camera));
      const cosine = ((rest[0] as number) + (rest[4] as number) + (rest[8] as number) - 1) / 2;
      return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
    }),
  );
}

/** Of the distances between the points [P, 3] and others. */
function rootMeanSquare(points: Float64Array, other: (k: number) => number): number {
  return Math.sqrt(points.reduce((sum, value, k) => sum + (value - other(k)) ** 2, 0) / (points.length / 3));
}

export function rgbdLines(report: RgbdReport): string[] {
  const { backend, frames, pairs, cost, ateMetres, ateOfExtent, extentMetres, rotationDeg, focalError, worstPair } =
    report;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  return [
    `${backend.name} ${backend.version}: ${frames} frames, ${pairs} pairs aligned in ${cost.seconds.toFixed(1)} s (processor ${cost.cpuSeconds.toFixed(1)} s), loss ${report.loss.toPrecision(4)}`,
    `  ATE after similarity: ${(1000 * ateMetres).toFixed(1)} mm, ${percent(ateOfExtent)} of the trajectory's ${extentMetres.toFixed(2)} m (RMS about its centre)`,
    `  rotations: mean ${rotationDeg.mean.toFixed(2)}°, largest ${rotationDeg.max.toFixed(2)}°; focal lengths within ${percent(focalError)}`,
    `  worst pair: ${worstPair.first} → ${worstPair.second}, residual ${percent(worstPair.relativeResidual)} of its depth`,
  ];
}
