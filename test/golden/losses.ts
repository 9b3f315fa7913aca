import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import type { Matrix4 } from '#geometry/camera.ts';
import { type GoldenTensor, goldenFloats, readGolden } from '#test/support/golden.ts';
import type { PairTruth } from '#train/criterion.ts';
import { truthInFirstCamera } from '#train/losses/first-camera.ts';
import { makeCriterion } from '#train/losses/make-criterion.ts';
import { parseCriterion } from '#train/losses/notation.ts';
import { type Comparison, checkFile, exactly, type FileReport, relativeError } from './report.ts';

const TOLERANCE = 1e-4;

/** The calls that the reference's case names stand for. */
const notations: Readonly<Record<string, string>> = {
  Regr3D: "Regr3D(L21, norm_mode='avg_dis')",
  Regr3D_gt_scale: "Regr3D(L21, norm_mode='avg_dis', gt_scale=True)",
  Regr3D_no_norm: 'Regr3D(L21, norm_mode=None)',
  ConfLoss_Regr3D: "ConfLoss(Regr3D(L21, norm_mode='avg_dis'), alpha=0.2)",
  ConfLoss_alpha1: 'ConfLoss(Regr3D(L21))',
  Regr3D_ShiftInv: 'Regr3D_ShiftInv(L21, gt_scale=True)',
  Regr3D_ScaleInv: 'Regr3D_ScaleInv(L21)',
  Regr3D_ScaleInv_gt: 'Regr3D_ScaleInv(L21, gt_scale=True)',
  Regr3D_ScaleShiftInv: 'Regr3D_ScaleShiftInv(L21, gt_scale=True)',
  combo: 'Regr3D(L21) + 0.5 * Regr3D_ScaleInv(L21)',
};

interface ReferenceCase {
  readonly loss: number;
  readonly details: Readonly<Record<string, number>>;
}

/** Every criterion's value, details and gradients in the predictions. */
export async function checkLosses(folder: string): Promise<FileReport[]> {
  return [await checkFile(folder, ['losses/losses.safetensors', 'losses/losses.json'], compareLosses)];
}

async function compareLosses(path: string, casesPath: string): Promise<Comparison[]> {
  const golden = readGolden(path);
  const cases = JSON.parse(readFileSync(casesPath, 'utf8')) as Record<string, ReferenceCase>;
  const comparisons: Comparison[] = [];
  for (const [name, expected] of Object.entries(cases))
    comparisons.push(...(await compareCase(golden, name, expected)));
  return comparisons;
}

async function compareCase(golden: Golden, name: string, expected: ReferenceCase): Promise<Comparison[]> {
  const notation = name.startsWith('Regr3D_norm:')
    ? `Regr3D(L21, norm_mode='${name.slice('Regr3D_norm:'.length)}')`
    : notations[name];
  if (!notation) return [exactly(`${name}: what it stands for`, 'unknown', 'a criterion')];
  const actual = await readAll(tf.tidy(() => evaluate(golden, notation)));
  const within = (key: string, wanted: ArrayLike<number>): Comparison => ({
    name: `${name}: ${key}`,
    error: relativeError(actual[key] ?? [], wanted),
    tolerance: TOLERANCE,
  });
  const gradients = [...golden.keys()].filter((key) => key.startsWith(`grad.${name}.`));
  const names = Object.keys(actual).filter((key) => key !== 'loss' && !key.startsWith('grad.'));
  return [
    within('loss', [expected.loss]),
    exactly(`${name}: names of details`, names.sort(), Object.keys(expected.details).sort()),
    ...Object.entries(expected.details).map(([key, value]) => within(key, [value])),
    ...gradients.map((key) => within(key.replace(`${name}.`, ''), goldenFloats(golden, key))),
  ];
}

const inputNames = ['pts3d_1', 'pts3d_2', 'conf_1', 'conf_2'];

/** The loss, its details, and its gradients as `grad.<input>`. */
function evaluate(golden: Golden, notation: string): Record<string, tf.Tensor> {
  const criterion = makeCriterion(parseCriterion(notation));
  const truth = truthOf(golden);
  const keys = ['pred1.pts3d', 'pred2.pts3d_in_other_view', 'pred1.conf', 'pred2.conf'];
  const inputs = keys.map((key) => tensorOf(golden, key));
  const compare = (points1: tf.Tensor, points2: tf.Tensor, confidence1: tf.Tensor, confidence2: tf.Tensor) =>
    criterion(truth, {
      view1: { points: points1 as tf.Tensor4D, confidence: confidence1 as tf.Tensor3D },
      view2: { points: points2 as tf.Tensor4D, confidence: confidence2 as tf.Tensor3D },
    });
  const [points1, points2, confidence1, confidence2] = inputs as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
  const { loss, details } = compare(points1, points2, confidence1, confidence2);
  const gradients = notation.includes('ConfLoss')
    ? tf.grads((p1, p2, c1, c2) => compare(p1 as tf.Tensor, p2 as tf.Tensor, c1 as tf.Tensor, c2 as tf.Tensor).loss)(
        inputs,
      )
    : tf.grads((p1, p2) => compare(p1 as tf.Tensor, p2 as tf.Tensor, confidence1, confidence2).loss)([
        points1,
        points2,
      ]);
  return {
    loss,
    ...details,
    ...Object.fromEntries(gradients.map((gradient, i) => [`grad.${inputNames[i]}`, gradient])),
  };
}

/** The values of the tensors, which it disposes; engines on a GPU read back asynchronously only. */
async function readAll(tensors: Record<string, tf.Tensor>): Promise<Record<string, ArrayLike<number>>> {
  const entries = Object.entries(tensors);
  const values = await Promise.all(entries.map(([, tensor]) => tensor.data()));
  tf.dispose(tensors);
  return Object.fromEntries(entries.map(([key], i) => [key, values[i] as ArrayLike<number>]));
}

function truthOf(golden: Golden): PairTruth {
  const [B] = tensorShape(golden, 'gt1.camera_pose') as [number];
  const poses = goldenFloats(golden, 'gt1.camera_pose');
  const [world1, world2] = [goldenFloats(golden, 'gt1.pts3d'), goldenFloats(golden, 'gt2.pts3d')];
  const [points1, points2] = [new Float32Array(world1.length), new Float32Array(world2.length)];
  for (let b = 0; b < B; b++) {
    const camToWorld1: Matrix4 = Float64Array.from(poses.subarray(16 * b, 16 * (b + 1)));
    const [from, to] = [(world1.length / B) * b, (world1.length / B) * (b + 1)];
    const [in1, in2] = truthInFirstCamera(world1.subarray(from, to), world2.subarray(from, to), camToWorld1);
    points1.set(in1, from);
    points2.set(in2, from);
  }
  const view = (name: 'gt1' | 'gt2', points: Float32Array) => ({
    points: tf.tensor4d(points, tensorShape(golden, `${name}.pts3d`) as [number, number, number, number]),
    valid: tensorOf(golden, `${name}.valid_mask`).toBool() as tf.Tensor3D,
  });
  return { view1: view('gt1', points1), view2: view('gt2', points2) };
}

type Golden = ReadonlyMap<string, GoldenTensor>;

function tensorOf(golden: Golden, name: string): tf.Tensor {
  return tf.tensor(golden.get(name)?.data as GoldenTensor['data'], tensorShape(golden, name));
}

function tensorShape(golden: Golden, name: string): number[] {
  const tensor = golden.get(name);
  if (!tensor) throw new Error(`golden file: expected a tensor "${name}", found none`);
  return [...tensor.shape];
}
