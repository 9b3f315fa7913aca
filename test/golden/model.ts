import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type EncoderBlockParams, encoderBlock } from '#model/blocks.ts';
import { Dust3r, type EncodedViews } from '#model/dust3r.ts';
import { configFromKwargs } from '#model/hub-config.ts';
import { manyAspectRatiosPatchEmbed, patchGrids, type TrueShape } from '#model/patch-embed.ts';
import { gridPositions, positionTable, rope2d, rope2dTable } from '#model/rope2d.ts';
import { type GoldenTensor, readGolden } from '#test/support/golden.ts';
import { type Comparison, checkFile, type FileReport, relativeError } from './report.ts';

const TOLERANCE = 1e-4;
const ROPE_TOLERANCE = 1e-5;
const ROPE_BASE = 100;

type Golden = ReadonlyMap<string, GoldenTensor>;

/** Forward passes with every intermediate, and the rotary embedding alone. */
export async function checkModel(folder: string): Promise<FileReport[]> {
  const names = ['linear', 'dpt', 'linear_many_ar', 'dpt_many_ar'];
  const reports = [await checkFile(folder, ['model/rope2d.safetensors'], compareRope)];
  for (const name of names) {
    const own = `model/${name}.weights.safetensors`;
    const weights = existsSync(join(folder, own)) ? own : `model/${name.replace('_many_ar', '')}.weights.safetensors`;
    const files = [`model/${name}.safetensors`, `model/${name}.json`, weights] as const;
    reports.push(await checkFile(folder, files, compareForward));
  }
  return reports;
}

function compareRope(path: string): Comparison[] {
  const golden = readGolden(path);
  const [tokens, positions, out] = ['tokens', 'positions_yx', 'out'].map((name) => tensorOf(golden, name));
  const [batch, , count, headDim] = (tokens as GoldenTensor).shape as [number, number, number, number];
  const images = Array.from({ length: batch }, (_, b) => (positions as GoldenTensor).data.slice(2 * count * b, 2 * count * (b + 1)));
  const actual = tf.tidy(() => rope2d(toTf(tokens as GoldenTensor), positionTable(images, headDim, ROPE_BASE)).dataSync());
  return [{ name: 'out', error: relativeError(actual, (out as GoldenTensor).data), tolerance: ROPE_TOLERANCE }];
}

function compareForward(path: string, configPath: string, weightsPath: string): Comparison[] {
  const golden = readGolden(path);
  const model = modelFrom(JSON.parse(readFileSync(configPath, 'utf8')), readGolden(weightsPath));
  const actual = tf.tidy(() => forward(model, golden));
  model.dispose();
  return [...actual].map(([name, data]) => ({
    name,
    error: relativeError(data, tensorOf(golden, name).data),
    tolerance: TOLERANCE,
  }));
}

/** A network with the weights of a golden file, in the golden names. */
export function modelFrom(kwargs: Record<string, unknown>, weights: Golden): Dust3r {
  return new Dust3r(configFromKwargs(kwargs), (name) => ({ value: toTf(tensorOf(weights, name)), isTrainable: true }));
}

function forward(model: Dust3r, golden: Golden): Map<string, ArrayLike<number>> {
  const views = [1, 2].map((view) => encodeView(model, golden, view)) as [EncodedViews, EncodedViews];
  const { layers1, layers2 } = model.decode(...views);
  const { view1, view2 } = model.predict(...views);
  const { tokens, firstBlock } = firstSteps(model, ...inputs(golden, 1));
  const values: [string, tf.Tensor | undefined][] = [
    ['inter.patch_embed1', tokens],
    ['inter.enc_block0_view1', firstBlock],
    ['inter.enc1', views[0].tokens],
    ['inter.enc2', views[1].tokens],
    ...layers1.map((layer, i): [string, tf.Tensor] => [`inter.dec1.${i}`, layer]),
    ...layers2.map((layer, i): [string, tf.Tensor] => [`inter.dec2.${i}`, layer]),
    ['out.pts3d_1', view1.points],
    ['out.pts3d_2_in_1', view2.points],
    ['out.conf_1', view1.confidence],
    ['out.conf_2', view2.confidence],
  ];
  const positions = views[0].grids.flatMap((grid) => [...gridPositions(grid)]);
  const data = values.flatMap(([name, value]) => (value ? [[name, value.dataSync()] as const] : []));
  return new Map<string, ArrayLike<number>>([['inter.pos1', positions], ...data]);
}

/** The encoder's first two steps of view 1, from the functions that its layers call. */
function firstSteps({ params, config }: Dust3r, images: tf.Tensor4D, trueShapes: readonly TrueShape[]) {
  const [, H, W] = images.shape;
  const { dim, heads } = config.encoder;
  const grids = patchGrids([H, W], trueShapes, config.patchSize);
  const isPortrait = grids.map(({ rows, columns }) => rows > columns);
  const tokens = manyAspectRatiosPatchEmbed(params.patch_embed, images, isPortrait);
  const block = params.enc_blocks[0] as EncoderBlockParams;
  return { tokens, firstBlock: encoderBlock(block, tokens, heads, rope2dTable(grids, dim / heads, config.ropeBase)) };
}

function encodeView(model: Dust3r, golden: Golden, view: number): EncodedViews {
  return model.encode(...inputs(golden, view));
}

/** Images [B, 3, H, W] and their true shapes as the network takes them. */
function inputs(golden: Golden, view: number): [tf.Tensor4D, TrueShape[]] {
  const images = (toTf(tensorOf(golden, `in.img${view}`)) as tf.Tensor4D).transpose<tf.Tensor4D>([0, 2, 3, 1]);
  const { data } = tensorOf(golden, `in.true_shape${view}`);
  const shapes = Array.from({ length: images.shape[0] }, (_, b): TrueShape => [Number(data[2 * b]), Number(data[2 * b + 1])]);
  return [images, shapes];
}

function tensorOf(golden: Golden, name: string): GoldenTensor {
  return golden.get(name) ?? fail(name);
}

function fail(name: string): never {
  throw new Error(`golden file: expected a tensor "${name}", found none`);
}

function toTf({ data, shape }: GoldenTensor): tf.Tensor4D {
  return tf.tensor(data as Float32Array, [...shape], 'float32') as tf.Tensor4D;
}
