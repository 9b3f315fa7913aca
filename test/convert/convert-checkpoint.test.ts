import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { convertCheckpoint } from '#convert/convert-checkpoint.ts';
import type { ModelConfig } from '#model/config.ts';
import { dust3rSpec } from '#model/dust3r-spec.ts';
import { drawWeight } from '#model/initial-weights.ts';
import { listSpecs, type ParamSpec } from '#tensor/params.ts';
import { roundedTo, type StoredWeight } from '#test/infer/hub-folder.ts';
import { useBackend } from '#test/support/backend.ts';
import { tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';
import { golden, loadedFrom, storedIn, useConversions } from './conversions.ts';

useBackend();
const { folder, target, hubFolder, failureOf } = useConversions();
const pytorch = (name: string) => join('test/convert/fixtures', name);
const headNames = ['downstream_head1', 'downstream_head2'].flatMap((head) => [
  `${head}.proj.weight`,
  `${head}.proj.bias`,
]);

describe("convert/convert-checkpoint: convertCheckpoint, of PyTorch's files", () => {
  it('makes a folder of a zipped checkpoint, tensor for tensor', async () => {
    const report = await convertCheckpoint(golden('zip_format.pth'), target());
    expect(await readdir(folder())).toEqual(['converted']);
    expect((await readdir(target())).sort()).toEqual(['config.json', 'model.safetensors']);
    const { config, weights } = await loadedFrom(target());
    expect(weights).toEqual(await storedIn(golden('zip_format.pth')));
    expect(report).toEqual({ config, drawn: [], left: [], isDecoderCopied: false, licence: undefined });
  });

  it.each(['legacy', 'half', 'bfloat16'] as const)('makes one of a %s checkpoint', async (name) => {
    const { config } = await convertCheckpoint(pytorch(`${name}.pth`), target());
    const expected = await storedIn(pytorch('expected.safetensors'));
    for (const [key, { shape, data }] of (await loadedFrom(target())).weights) {
      const original = expected.get(key) as StoredWeight;
      const rounding = { legacy: undefined, half: 'F16', bfloat16: 'BF16' } as const;
      const storage = rounding[name];
      expect([key, shape, data]).toEqual([key, original.shape, storage ? roundedTo(storage, original) : original.data]);
    }
    expect(config).toMatchObject({ imageSize: [8, 12], patchSize: 4, encoder: { dim: 8, depth: 2, heads: 2 } });
  });

  it('writes a config.json that Python reads, infinities bare', async () => {
    await convertCheckpoint(pytorch('half.pth'), target());
    const text = await readFile(join(target(), 'config.json'), 'utf8');
    const { depth_mode, conf_mode, ...rest } = JSON.parse(text.replace(/(-?)Infinity/g, '"$1inf"'));
    expect([depth_mode, conf_mode]).toEqual([
      ['exp', '-inf', 'inf'],
      ['exp', 1, 'inf'],
    ]);
    expect(rest).toMatchObject({ pos_embed: 'RoPE100', img_size: [8, 12], head_type: 'linear', enc_embed_dim: 8 });
  });

  it('takes a folder with a trailing slash', async () => {
    await convertCheckpoint(pytorch('half.pth'), `${target()}/`);
    expect(await readdir(folder())).toEqual(['converted']);
    expect((await readdir(target())).sort()).toEqual(['config.json', 'model.safetensors']);
  });
});

describe('convert/convert-checkpoint: convertCheckpoint, of a CroCo checkpoint', () => {
  it('copies the decoder into the second, draws the heads and leaves CroCo’s own', async () => {
    const report = await convertCheckpoint(golden('croco_like.pth'), target(), { seed: 5 });
    const { config, weights } = await loadedFrom(target());
    expect(report).toEqual({
      config,
      drawn: headNames,
      left: ['prediction_head.weight', 'prediction_head.bias'],
      isDecoderCopied: true,
      licence: undefined,
    });
    expect(config).toMatchObject({
      imageSize: [32, 32],
      head: { type: 'linear' },
      encoder: { dim: 48, depth: 2, heads: 4 },
    });
    expectBackbone(weights, await storedIn(golden('croco_like.pth')));
    expectDrawn(weights, config, { names: headNames, seed: 5 });
  });

  it('draws other heads from another seed, and the same from the same', async () => {
    const bytes = async (name: string, seed: number) => {
      await convertCheckpoint(golden('croco_like.pth'), join(folder(), name), { seed });
      return readFile(join(folder(), name, 'model.safetensors'));
    };
    const first = await bytes('a', 1);
    expect((await bytes('b', 1)).equals(first)).toBe(true);
    expect((await bytes('c', 2)).equals(first)).toBe(false);
  });
});

describe('convert/convert-checkpoint: convertCheckpoint, to another head', () => {
  const deep = { ...tinyLinear, decoder: tinyDpt.decoder };
  const headsOf = (config: ModelConfig) =>
    [...listSpecs(dust3rSpec(config)).keys()].filter((name) => name.startsWith('downstream'));

  it('keeps the rest and draws a DPT head where a linear one was', async () => {
    const source = await hubFolder('linear', deep);
    const report = await convertCheckpoint(source.path, target(), { config: tinyDpt });
    expect([report.drawn, report.left]).toEqual([headsOf(tinyDpt), headNames]);
    const { config, weights } = await loadedFrom(target());
    expect(config).toEqual(tinyDpt);
    expectBackbone(weights, source.weights);
    expectDrawn(weights, tinyDpt, { names: headsOf(tinyDpt), seed: 0 });
  });

  it('draws a linear head where a DPT one was', async () => {
    const source = await hubFolder('dpt', tinyDpt);
    const report = await convertCheckpoint(source.path, target(), { config: deep });
    expect([report.drawn, report.left]).toEqual([headNames, headsOf(tinyDpt)]);
    expectBackbone((await loadedFrom(target())).weights, source.weights);
  });

  it('refuses a configuration that no network can have, before it writes anything', async () => {
    const { path } = await hubFolder('shallow', tinyLinear);
    expect(await failureOf(path, { config: { ...tinyLinear, head: tinyDpt.head } })).toBe(
      'model config: dec_depth: expected more than 9 decoder blocks for a DPT head, got 2',
    );
  });
});

/** All but the heads is the source's; a decoder that the source lacks is a copy of the first. */
function expectBackbone(weights: ReadonlyMap<string, StoredWeight>, source: ReadonlyMap<string, StoredWeight>): void {
  const backbone = [...weights].filter(([name]) => !name.startsWith('downstream'));
  for (const [name, weight] of backbone)
    expect([name, weight]).toEqual([name, source.get(name) ?? source.get(name.replace('dec_blocks2.', 'dec_blocks.'))]);
  expect(backbone.length).toBeGreaterThan(60);
}

function expectDrawn(
  weights: ReadonlyMap<string, StoredWeight>,
  config: ModelConfig,
  { names, seed }: { readonly names: readonly string[]; readonly seed: number },
): void {
  const specs = listSpecs(dust3rSpec(config));
  for (const name of names)
    expect([name, weights.get(name)?.data]).toEqual([name, drawWeight(name, specs.get(name) as ParamSpec, seed)]);
}
