import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type LoadModelOptions, loadModel } from '#infer/load-model.ts';
import { forInference, type ModelConfig } from '#model/config.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { randomImages, randomModel, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixture } from '#test/weights/torch-fixtures.ts';
import { roundedTo, type StoredWeight, weightsOf, writeHubFolder } from './hub-folder.ts';
import { openFilesIn, tensorsLeftBy } from './left-behind.ts';

useBackend();
const temporary = useTemporaryFolder();
const HEAD_BIAS = 'downstream_head1.proj.bias';

/** The weights of a random network, and what it predicts for two random images. */
function sample(config: ModelConfig) {
  const model = randomModel(forInference(config));
  const expected = { weights: weightsOf(model), prediction: predictionOf(model) };
  model.dispose();
  return expected;
}

function predictionOf(model: Dust3r): Float32Array[] {
  return tf.tidy(() => {
    const [view1, view2] = [1, 2].map((seed) => model.encode(randomImages([1, 32, 48], seed)));
    const prediction = model.predict(view1 as NonNullable<typeof view1>, view2 as NonNullable<typeof view2>);
    return [prediction.view1, prediction.view2].flatMap(({ points, confidence }) =>
      [points, ...(confidence ? [confidence] : [])].map((output) => output.dataSync().slice() as Float32Array),
    );
  });
}

/** Loads, hands over to the check, and makes sure that disposing of the network leaves nothing behind. */
async function withLoaded(path: string, options: LoadModelOptions, check: (model: Dust3r) => void): Promise<void> {
  const before = tf.memory().numTensors;
  const model = await loadModel(path, options);
  expect(tf.memory().numTensors - before).toBe(model.weights().size);
  try {
    check(model);
  } finally {
    model.dispose();
  }
  expect(tf.memory().numTensors).toBe(before);
  expect(openFilesIn(temporary(''))).toEqual([]);
}

/** The one error of a load that must fail without a trace. */
async function failureOf(path: string, options: LoadModelOptions = {}): Promise<string> {
  const outcome = { message: 'it was loaded' };
  const left = await tensorsLeftBy(() =>
    loadModel(path, options).catch((error: Error) => {
      outcome.message = error.message;
    }),
  );
  expect(left).toBe(0);
  expect(openFilesIn(temporary(''))).toEqual([]);
  return outcome.message;
}

let linear: ReturnType<typeof sample>;
let linearFolder: string;
beforeAll(async () => {
  linear = sample(tinyLinear);
  linearFolder = await writeHubFolder(temporary('linear'), linear.weights, { config: tinyLinear });
});

describe('infer/load-model: loadModel, of a hub folder', () => {
  it('gives the same weights and the same predictions', () =>
    withLoaded(linearFolder, {}, (model) => {
      expect(model.config).toEqual(tinyLinear);
      expect(weightsOf(model)).toEqual(linear.weights);
      expect(predictionOf(model)).toEqual(linear.prediction);
    }));

  it('takes the path of the file inside as well', () =>
    withLoaded(join(linearFolder, 'model.safetensors'), {}, (model) =>
      expect(weightsOf(model)).toEqual(linear.weights),
    ));

  it.each(['F16', 'BF16'] as const)('rounds its weights as %s does, where they are stored so', async (storage) => {
    const folder = await writeHubFolder(temporary(storage), linear.weights, { config: tinyLinear, storage });
    await withLoaded(folder, {}, (model) => {
      for (const [name, { data }] of weightsOf(model))
        expect([name, data]).toEqual([name, roundedTo(storage, linear.weights.get(name) as StoredWeight)]);
      tf.tidy(() =>
        predictionOf(model).forEach((output, i) => {
          expectClose(output, linear.prediction[i] as Float32Array, 0.2);
        }),
      );
    });
  });

  it('reads the bare infinities that Python writes into config.json, and those spelled as text', async () => {
    const config = join(linearFolder, 'config.json');
    const bare = await readFile(config, 'utf8');
    expect(bare).toMatch(/\[\s*"exp",\s*-Infinity,\s*Infinity\s*\]/);
    const spelled = await writeHubFolder(temporary('spelled'), linear.weights);
    await writeFile(
      join(spelled, 'config.json'),
      bare.replace(/(?<!")-?Infinity/g, (bound) => `"${bound.slice(0, -5)}"`.replace('Inf', 'inf')),
    );
    await withLoaded(spelled, {}, (model) => expect(model.config).toEqual(tinyLinear));
  });

  it('keeps the sizes of an unusual DPT head', async () => {
    const { weights, prediction } = sample(tinyDpt);
    const folder = await writeHubFolder(temporary('dpt'), weights, { config: tinyDpt });
    await withLoaded(folder, {}, (model) => {
      expect(model.config.head).toEqual(tinyDpt.head);
      expect(predictionOf(model)).toEqual(prediction);
    });
  });

  it.each([
    ['under its second name', (weights: Map<string, StoredWeight>, name: string) => weights.delete(name)],
    ['under both names, as PyTorch stores tied tensors', () => undefined],
  ])('finds a DPT tensor %s', async (_, drop) => {
    const { weights } = sample(tinyDpt);
    const stored = new Map(weights);
    for (const head of ['downstream_head1', 'downstream_head2']) {
      for (const i of [1, 2, 3, 4]) {
        const name = `${head}.dpt.scratch.layer${i}_rn.weight`;
        stored.set(`${head}.dpt.scratch.layer_rn.${i - 1}.weight`, weights.get(name) as StoredWeight);
        drop(stored, name);
      }
    }
    const folder = await writeHubFolder(temporary(`alias-${stored.size}`), stored, { config: tinyDpt });
    await withLoaded(folder, {}, (model) => expect(weightsOf(model)).toEqual(weights));
  });
});

describe('infer/load-model: loadModel, for inference and for training', () => {
  const trained = { ...tinyLinear, landscapeOnly: true, patchEmbed: 'ManyAR_PatchEmbed', freeze: 'encoder' } as const;
  let folder: string;
  beforeAll(async () => {
    folder = await writeHubFolder(temporary('trained'), linear.weights, { config: trained });
  });

  it('takes images as they are unless told otherwise', () =>
    withLoaded(folder, {}, (model) => {
      expect(model.config).toEqual({ ...trained, landscapeOnly: false, patchEmbed: 'PatchEmbedDust3R' });
      expect(predictionOf(model)).toEqual(linear.prediction);
    }));

  it("keeps training's conventions on demand, and freezes what the configuration freezes", () =>
    withLoaded(folder, { forTraining: true }, (model) => {
      expect(model.config).toEqual(trained);
      const frozen = [...model.weights()].filter(([, weight]) => !weight.trainable).map(([name]) => name);
      expect(new Set(frozen.map((name) => name.split('.')[0]))).toEqual(
        new Set(['mask_token', 'patch_embed', 'enc_blocks']),
      );
    }));

  it('follows a configuration that is given over the one in the folder', () =>
    withLoaded(folder, { config: { ...tinyLinear, depthMode: 'linear' } }, (model) =>
      expect(model.config.depthMode).toBe('linear'),
    ));
});

describe('infer/load-model: loadModel, of what does not fit', () => {
  const broken = (name: string, change: (weights: Map<string, StoredWeight>) => void) => {
    const weights = new Map(linear.weights);
    change(weights);
    return writeHubFolder(temporary(name), weights, { config: tinyLinear });
  };

  it('counts the tensors that are missing, extra or misshapen and names the first, in one line', async () => {
    const folder = await broken('broken', (weights) => {
      weights.delete(HEAD_BIAS);
      weights.set('dec_blocks.7.norm1.bias', { shape: [24], data: new Float32Array(24) });
      weights.set('enc_norm.bias', { shape: [4, 4], data: new Float32Array(16) });
    });
    expect(await failureOf(folder)).toBe(
      `${join(folder, 'model.safetensors')} holds another network: 3 of 134 tensors differ (1 of another shape, 1 missing, 1 extra), first enc_norm.bias: expected shape [16], found [4, 4]; it fits none of the presets`,
    );
  });

  it('says what to do where nothing tells which network it is, and takes a configuration then', async () => {
    const folder = await writeHubFolder(temporary('no-config'), linear.weights);
    const file = join(folder, 'model.safetensors');
    expect(await failureOf(folder)).toBe(
      `${file} does not say what network it holds; put its config.json beside it, or give a preset`,
    );
    await withLoaded(folder, { config: tinyLinear }, (model) => expect(weightsOf(model)).toEqual(linear.weights));
  });

  it('names a setting that cannot work, of config.json or of the one that is given', async () => {
    const config = { ...tinyLinear, encoder: { dim: 16, depth: 2, heads: 3 } };
    const expected = /enc_embed_dim: expected a multiple of 4 × 3 heads .*, got 16$/;
    const folder = await writeHubFolder(temporary('bad-config'), linear.weights, { config });
    expect(await failureOf(folder)).toMatch(expected);
    expect(await failureOf(linearFolder, { config })).toMatch(expected);
  });

  it('sends a CroCo checkpoint to the conversion', async () => {
    const path = fixture('croco.pth');
    expect(await failureOf(path)).toBe(
      `${path} is a CroCo checkpoint, without heads; make a DUSt3R of it with \`dust3r convert\``,
    );
  });

  it('names a path where there is nothing, and a file that is no checkpoint', async () => {
    expect(await failureOf(temporary('nowhere'))).toBe(`${temporary('nowhere')}: there is no such file or folder`);
    expect(await failureOf(fixture('views.pth'))).toContain(
      'is no checkpoint of DUSt3R or CroCo: its tensors are base',
    );
    expect(await failureOf('examples/images/office-1.jpg')).toContain(
      'neither a safetensors file nor one of torch.save',
    );
  });

  it('notices that the file was cut short', async () => {
    const folder = await broken('short', () => undefined);
    const file = join(folder, 'model.safetensors');
    const whole = await readFile(file);
    await writeFile(file, whole.subarray(0, whole.length - 100));
    const message = await failureOf(folder);
    expect(message).toContain(file);
    expect(message.split('\n')).toHaveLength(1);
  });
});

describe('infer/load-model: loadModel, on its way', () => {
  it('tells its progress tensor by tensor', async () => {
    const seen: { name: string; done: number; total: number }[] = [];
    const names = [...linear.weights.keys()];
    await withLoaded(linearFolder, { onProgress: (progress) => seen.push(progress) }, () => undefined);
    expect(seen).toEqual(names.map((name, i) => ({ name, done: i + 1, total: names.length })));
  });

  it('stops between two tensors when it is aborted, with the reason, and frees what it has', async () => {
    const abort = new AbortController();
    const seen: string[] = [];
    const onProgress = ({ name, done }: { name: string; done: number }) => {
      seen.push(name);
      if (done === 5) abort.abort(new Error('the user left'));
    };
    expect(await failureOf(linearFolder, { onProgress, signal: abort.signal })).toBe('the user left');
    expect(seen).toHaveLength(5);
  });
});
