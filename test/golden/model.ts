import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { type EncoderBlockParams, encoderBlock } from '#model/blocks.ts';
import { Dust3r, type EncodedViews } from '#model/dust3r.ts';
import { configFromKwargs } from '#model/hub-config.ts';
import { manyAspectRatiosPatchEmbed, patchGrids, type TrueShape } from '#model/patch-embed.ts';
import { type Grid, gridPositions, positionTable, rope2d, rope2dTable } from '#model/rope2d.ts';
import { type GoldenTensor, readGolden } from '#test/support/golden.ts';
import { type Comparison, checkFile, type FileReport, relativeError } from './report.ts';

const TOLERANCE = 1e-4;
const ROPE_TOLERANCE = 1e-5;
const ROPE_BASE = 100;

type Golden = ReadonlyMap<string, GoldenTensor>;

/** Forward passes with every intermediate, and the rotary embedding alone. */
export async function checkModel(folder: string): Promise<FileReport[]> {
  const names = new Set(['linear', 'dpt', 'linear_many_ar', 'dpt_many_ar', ...forwardCases(join(folder, 'model'))]);
  const reports = [await checkFile(folder, ['model/rope2d.safetensors'], compareRope)];
  for (const name of names) {
    const own = `model/${name}.weights.safetensors`;
    const weights = existsSync(join(folder, own)) ? own : `model/${name.replace('_many_ar', '')}.weights.safetensors`;
    const files = [`model/${name}.safetensors`, `model/${name}.json`, weights] as const;
    reports.push(await checkFile(folder, files, compareForward));
  }
  return reports;
}

/** The cases that a folder has, by the configurations in it. */
function forwardCases(folder: string): string[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.filter((file) => file.endsWith('.json')).map((file) => file.replace(/\.json$/, ''));
}

async function compareRope(path: string): Promise<Comparison[]> {
  const golden = readGolden(path);
  const [tokens, positions, out] = ['tokens', 'positions_yx', 'out'].map((name) => tensorOf(golden, name));
  const [batch, , count, headDim] = (tokens as GoldenTensor).shape as [number, number, number, number];
  const images = Array.from({ length: batch }, (_, b) =>
    (positions as GoldenTensor).data.slice(2 * count * b, 2 * count * (b + 1)),
  );
  const rotated = tf.tidy(() =>
    rope2d(toTf(tokens as GoldenTensor) as tf.Tensor4D, positionTable(images, headDim, ROPE_BASE)),
  );
  const actual = await rotated.data();
  rotated.dispose();
  return [{ name: 'out', error: relativeError(actual, (out as GoldenTensor).data), tolerance: ROPE_TOLERANCE }];
}

async function compareForward(path: string, configPath: string, weightsPath: string): Promise<Comparison[]> {
  const golden = readGolden(path);
  const model = modelFrom(JSON.parse(readFileSync(configPath, 'utf8')), readGolden(weightsPath));
  const outputs = tf.tidy(() => forward(model, golden));
  const positions = gridsOf(model, golden).flatMap((grid) => [...gridPositions(grid)]);
  const comparisons = [compare(golden, 'inter.pos1', positions)];
  for (const [name, output] of Object.entries(outputs)) comparisons.push(compare(golden, name, await output.data()));
  tf.dispose(outputs);
  model.dispose();
  return comparisons;
}

/** The patch grids of view 1's images. */
function gridsOf({ config }: Dust3r, golden: Golden): Grid[] {
  const [, , H, W] = tensorOf(golden, 'in.img1').shape as [number, number, number, number];
  return patchGrids([H, W], trueShapesOf(golden, 1), config.patchSize);
}

function compare(golden: Golden, name: string, actual: ArrayLike<number>): Comparison {
  return { name, error: relativeError(actual, tensorOf(golden, name).data), tolerance: TOLERANCE };
}

/** A network with the weights of a golden file, in the golden names. */
function modelFrom(kwargs: Record<string, unknown>, weights: Golden): Dust3r {
  return new Dust3r(configFromKwargs(kwargs), (name) => ({ value: toTf(tensorOf(weights, name)), isTrainable: true }));
}

function forward(model: Dust3r, golden: Golden): Record<string, tf.Tensor> {
  const views = [1, 2].map((view) => model.encode(...inputs(golden, view))) as [EncodedViews, EncodedViews];
  const { layers1, layers2 } = model.decode(...views);
  const { view1, view2 } = model.predict(...views);
  const { tokens, firstBlock } = firstSteps(model, ...inputs(golden, 1));
  const named = (name: string, layers: readonly tf.Tensor[]) =>
    layers.map((layer, i) => [`${name}.${i}`, layer.clone()]);
  return {
    'inter.patch_embed1': tokens,
    'inter.enc_block0_view1': firstBlock,
    'inter.enc1': views[0].tokens,
    'inter.enc2': views[1].tokens,
    ...Object.fromEntries([...named('inter.dec1', layers1), ...named('inter.dec2', layers2)]),
    'out.pts3d_1': view1.points,
    'out.pts3d_2_in_1': view2.points,
    ...(view1.confidence && view2.confidence ? { 'out.conf_1': view1.confidence, 'out.conf_2': view2.confidence } : {}),
  };
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

/** Images [B, 3, H, W] and their true shapes as the network takes them. */
function inputs(golden: Golden, view: number): [tf.Tensor4D, TrueShape[]] {
  const images = toTf(tensorOf(golden, `in.img${view}`)) as tf.Tensor4D;
  return [images.transpose([0, 2, 3, 1]), trueShapesOf(golden, view)];
}

function trueShapesOf(golden: Golden, view: number): TrueShape[] {
  const { data, shape } = tensorOf(golden, `in.true_shape${view}`);
  return Array.from({ length: shape[0] as number }, (_, b) => [Number(data[2 * b]), Number(data[2 * b + 1])] as const);
}

function tensorOf(golden: Golden, name: string): GoldenTensor {
  return golden.get(name) ?? fail(name);
}

function fail(name: string): never {
  throw new Error(`golden file: expected a tensor "${name}", found none`);
}

function toTf({ data, shape }: GoldenTensor): tf.Tensor {
  return tf.tensor(data as Float32Array, shape as [number, number, number, number], 'float32');
}
