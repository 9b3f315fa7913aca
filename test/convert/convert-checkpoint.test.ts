import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { type ConvertOptions, convertCheckpoint } from '#convert/convert-checkpoint.ts';
import { loadModel } from '#infer/load-model.ts';
import type { ModelConfig } from '#model/config.ts';
import { dust3rSpec } from '#model/dust3r-spec.ts';
import { drawWeight } from '#model/initial-weights.ts';
import { listSpecs, type ParamSpec } from '#tensor/params.ts';
import { roundedTo, type StoredWeight, weightsOf, writeHubFolder } from '#test/infer/hub-folder.ts';
import { openFilesIn } from '#test/infer/left-behind.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture, maliciousPickles, torchZip } from '#test/weights/torch-fixtures.ts';
import type { TensorArchive } from '#weights/archive.ts';
import { openCheckpoint } from '#weights/open-checkpoint.ts';

useBackend();
const temporary = useTemporaryFolder();
const golden = (name: string) => join('test/fixtures/golden/checkpoints', name);
const pytorch = (name: string) => join('test/convert/fixtures', name);
const headNames = ['downstream_head1', 'downstream_head2'].flatMap((head) => [
  `${head}.proj.weight`,
  `${head}.proj.bias`,
]);

let folder: string;
let target: string;
let count = 0;
beforeEach(async () => {
  folder = temporary(`case-${count++}`);
  await mkdir(folder);
  target = join(folder, 'converted');
});

/** A checkpoint's tensors; whole, as the network is loaded, or whatever the file has. */
async function storedIn(path: string): Promise<Map<string, StoredWeight>> {
  const { archive } = await openCheckpoint(path);
  const weights = await readAll(archive);
  await archive.close();
  return weights;
}

async function readAll(archive: TensorArchive): Promise<Map<string, StoredWeight>> {
  const weights = new Map<string, StoredWeight>();
  for (const [name, { shape }] of archive.tensors) weights.set(name, { shape, data: await archive.readFloat32(name) });
  return weights;
}

async function loadedFrom(path: string): Promise<{ config: ModelConfig; weights: Map<string, StoredWeight> }> {
  const model = await loadModel(path, { forTraining: true });
  const loaded = { config: model.config, weights: weightsOf(model) };
  model.dispose();
  return loaded;
}

/** Writes a random network's folder. */
async function hubFolder(
  name: string,
  config: ModelConfig,
  change: (weights: Map<string, StoredWeight>) => void = () => undefined,
) {
  const model = randomModel(config);
  const weights = weightsOf(model);
  model.dispose();
  change(weights);
  await writeHubFolder(temporary(name), weights, { config });
  return { path: temporary(name), weights };
}

/** The error of a conversion that must leave nothing: no target, no temporary folder, no open file. */
async function failureOf(source: string, options: ConvertOptions = {}): Promise<string> {
  const message = await convertCheckpoint(source, target, options).then(
    () => 'it was converted',
    (error: Error) => error.message,
  );
  expect(await readdir(folder)).toEqual([]);
  expect(openFilesIn(temporary(''))).toEqual([]);
  return message;
}

describe("convert/convert-checkpoint: convertCheckpoint, of PyTorch's files", () => {
  it('makes a folder of a zipped checkpoint, tensor for tensor', async () => {
    const report = await convertCheckpoint(golden('zip_format.pth'), target);
    expect(await readdir(folder)).toEqual(['converted']);
    expect((await readdir(target)).sort()).toEqual(['config.json', 'model.safetensors']);
    const { config, weights } = await loadedFrom(target);
    expect(weights).toEqual(await storedIn(golden('zip_format.pth')));
    expect(report).toEqual({ config, drawn: [], left: [], isDecoderCopied: false, licence: undefined });
  });

  it.each(['legacy', 'half', 'bfloat16'] as const)('makes one of a %s checkpoint', async (name) => {
    const { config } = await convertCheckpoint(pytorch(`${name}.pth`), target);
    const expected = await storedIn(pytorch('expected.safetensors'));
    for (const [key, { shape, data }] of (await loadedFrom(target)).weights) {
      const original = expected.get(key) as StoredWeight;
      const rounding = { legacy: undefined, half: 'F16', bfloat16: 'BF16' } as const;
      const storage = rounding[name];
      expect([key, shape, data]).toEqual([key, original.shape, storage ? roundedTo(storage, original) : original.data]);
    }
    expect(config).toMatchObject({ imageSize: [8, 12], patchSize: 4, encoder: { dim: 8, depth: 2, heads: 2 } });
  });

  it('writes a config.json that Python reads, infinities bare', async () => {
    await convertCheckpoint(pytorch('half.pth'), target);
    const text = await readFile(join(target, 'config.json'), 'utf8');
    const { depth_mode, conf_mode, ...rest } = JSON.parse(text.replace(/(-?)Infinity/g, '"$1inf"'));
    expect([depth_mode, conf_mode]).toEqual([
      ['exp', '-inf', 'inf'],
      ['exp', 1, 'inf'],
    ]);
    expect(rest).toMatchObject({ pos_embed: 'RoPE100', img_size: [8, 12], head_type: 'linear', enc_embed_dim: 8 });
  });

  it('takes a folder with a trailing slash', async () => {
    await convertCheckpoint(pytorch('half.pth'), `${target}/`);
    expect(await readdir(folder)).toEqual(['converted']);
    expect((await readdir(target)).sort()).toEqual(['config.json', 'model.safetensors']);
  });
});

describe('convert/convert-checkpoint: convertCheckpoint, of a CroCo checkpoint', () => {
  it('copies the decoder into the second, draws the heads and leaves CroCo’s own', async () => {
    const report = await convertCheckpoint(golden('croco_like.pth'), target, { seed: 5 });
    const { config, weights } = await loadedFrom(target);
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
      await convertCheckpoint(golden('croco_like.pth'), join(folder, name), { seed });
      return readFile(join(folder, name, 'model.safetensors'));
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
    const report = await convertCheckpoint(source.path, target, { config: tinyDpt });
    expect([report.drawn, report.left]).toEqual([headsOf(tinyDpt), headNames]);
    const { config, weights } = await loadedFrom(target);
    expect(config).toEqual(tinyDpt);
    expectBackbone(weights, source.weights);
    expectDrawn(weights, tinyDpt, { names: headsOf(tinyDpt), seed: 0 });
  });

  it('draws a linear head where a DPT one was', async () => {
    const source = await hubFolder('dpt', tinyDpt);
    const report = await convertCheckpoint(source.path, target, { config: deep });
    expect([report.drawn, report.left]).toEqual([headNames, headsOf(tinyDpt)]);
    expectBackbone((await loadedFrom(target)).weights, source.weights);
  });

  it('refuses a configuration that no network can have, before it writes anything', async () => {
    const { path } = await hubFolder('shallow', tinyLinear);
    expect(await failureOf(path, { config: { ...tinyLinear, head: tinyDpt.head } })).toBe(
      'model config: dec_depth: expected more than 9 decoder blocks for a DPT head, got 2',
    );
  });
});

describe('convert/convert-checkpoint: convertCheckpoint, of a hub folder', () => {
  it.each([
    ['F16', 2],
    ['BF16', 2],
    ['F32', 4],
  ] as const)('stores %s on demand, %i bytes a number', async (storage, bytes) => {
    const source = await hubFolder(`to-${storage}`, tinyLinear);
    await convertCheckpoint(source.path, target, { storage });
    const { archive } = await openCheckpoint(target);
    expect(new Set([...archive.tensors.values()].map(({ dtype }) => dtype))).toEqual(new Set([storage]));
    const name = 'enc_norm.bias';
    expect(await archive.readBytes(name)).toHaveLength(bytes * 16);
    const original = source.weights.get(name) as StoredWeight;
    expect(await archive.readFloat32(name)).toEqual(storage === 'F32' ? original.data : roundedTo(storage, original));
    await archive.close();
  });

  it('hands the licence on, from a README to the file and from there', async () => {
    const { path } = await hubFolder('licensed', tinyLinear);
    await writeFile(join(path, 'README.md'), '---\nlicense: cc-by-nc-sa-4.0\n---\n# Weights\n');
    expect((await convertCheckpoint(path, target)).licence).toBe('cc-by-nc-sa-4.0');
    expect((await convertCheckpoint(target, join(folder, 'again'))).licence).toBe('cc-by-nc-sa-4.0');
  });

  it('needs to be told the network where nothing names it', async () => {
    const { path } = await hubFolder('unnamed', tinyLinear);
    const bare = join(path, 'bare.safetensors');
    await writeFile(bare, await readFile(join(path, 'model.safetensors')));
    expect(await failureOf(bare)).toBe(`${bare} does not say what network it holds; name it with a preset`);
    const { config } = await convertCheckpoint(bare, target, { config: tinyLinear });
    expect(config).toEqual(tinyLinear);
  });

  it('tells its progress in bytes, and shows the target only when it is whole', async () => {
    const { path, weights } = await hubFolder('progress', tinyLinear);
    const seen: { name: string; writtenBytes: number; totalBytes: number }[] = [];
    await convertCheckpoint(path, target, {
      onProgress: (progress) => {
        seen.push(progress);
        expect(existsSync(target)).toBe(false);
      },
    });
    expect(seen.map(({ name }) => name)).toEqual([...weights.keys()]);
    expect(seen.at(-1)?.writtenBytes).toBe(seen.at(-1)?.totalBytes);
  });
});

describe('convert/convert-checkpoint: convertCheckpoint, that fails', () => {
  it('does not touch a target that exists', async () => {
    await mkdir(target);
    await writeFile(join(target, 'mine.txt'), 'mine');
    await expect(convertCheckpoint(golden('zip_format.pth'), target)).rejects.toThrow(
      `${target}: expected a folder that does not exist yet; remove it or name another`,
    );
    expect([await readdir(folder), await readdir(target)]).toEqual([['converted'], ['mine.txt']]);
  });

  it('leaves nothing behind when it is aborted midway', async () => {
    const { path } = await hubFolder('aborted', tinyLinear);
    const abort = new AbortController();
    let steps = 0;
    const onProgress = () => {
      if (++steps === 7) abort.abort(new Error('the user left'));
    };
    expect(await failureOf(path, { signal: abort.signal, onProgress })).toBe('the user left');
    expect(steps).toBe(7);
  });

  it('names the tensor whose numbers are too large for the storage', async () => {
    const { path } = await hubFolder('large', tinyLinear, (weights) => {
      weights.set('enc_norm.bias', { shape: [16], data: new Float32Array(16).fill(1e6) });
    });
    expect(await failureOf(path, { storage: 'F16' })).toContain('enc_norm.bias');
  });

  it('lists every tensor that does not fit', async () => {
    const { path } = await hubFolder('misfit', tinyLinear, (weights) => {
      weights.delete('mask_token');
      weights.set('dec_blocks.9.norm1.bias', { shape: [24], data: new Float32Array(24) });
    });
    expect(await failureOf(path)).toBe(
      `${path}/model.safetensors does not hold this model:\n1 missing:\n  mask_token\n1 extra:\n  dec_blocks.9.norm1.bias`,
    );
  });

  it('refuses a hostile pickle and runs nothing of it', async () => {
    expect(await failureOf(golden('malicious.pth'))).toMatch(/asks for "posix.system".*nothing was run/);
    for (const [title, pickle] of maliciousPickles()) {
      const path = temporary(`${title}.pth`);
      await writeFile(path, torchZip(pickle));
      expect([title, await failureOf(path)]).not.toEqual([title, 'it was converted']);
    }
    expect(maliciousPickles().length).toBeGreaterThan(30);
    expect(existsSync('pwned_by_pickle')).toBe(false);
  });

  it('names a file of another model, and one that is not there', async () => {
    expect(await failureOf(fixture('views.pth'))).toContain('is no checkpoint of DUSt3R or CroCo');
    expect(await failureOf(temporary('nowhere'))).toBe(`${temporary('nowhere')}: there is no such file or folder`);
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
