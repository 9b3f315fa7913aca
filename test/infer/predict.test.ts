import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { normalizePixels } from '#image/normalize.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import { encodeImage, type PredictProgress, predictPair } from '#infer/predict.ts';
import type { Dust3r, ViewPrediction } from '#model/dust3r.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';
import { tensorsLeftBy } from './left-behind.ts';

useBackend();
const landscape = photograph(48, 32, 1);
const portrait = photograph(32, 64, 2);

function photograph(width: number, height: number, seed: number): RgbImage {
  return {
    width,
    height,
    data: Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i * 31 + i * 7 * seed) % 256),
  };
}

let model: Dust3r;
beforeAll(() => {
  model = randomModel(tinyLinear);
});
beforeEach(() => {
  jest.restoreAllMocks();
});
afterAll(() => {
  model.dispose();
});

/** What the network itself says of an ordered pair. */
function directly(network: Dust3r, first: RgbImage, second: RgbImage) {
  return tf.tidy(() => {
    const [view1, view2] = [first, second].map((image) =>
      network.encode(tf.tensor4d(normalizePixels([image]), [1, image.height, image.width, 3])),
    ) as [ReturnType<Dust3r['encode']>, ReturnType<Dust3r['encode']>];
    const prediction = network.predict(view1, view2);
    return { view1: onHost(prediction.view1), view2: onHost(prediction.view2) };
  });
}

function onHost({ points, confidence }: ViewPrediction) {
  const [, height, width] = points.shape;
  const ones = new Float32Array(width * height).fill(1);
  return { width, height, points: points.dataSync(), confidence: confidence?.dataSync() ?? ones };
}

describe('infer/predict: predictPair', () => {
  it('gives both orders of two images that differ in size and orientation, each pointmap as large as its image', async () => {
    const { forward, backward } = await predictPair(model, [landscape, portrait]);
    const size = ({ width, height }: RgbImage) => ({ width, height });
    expect(forward.view1).toMatchObject(size(landscape));
    expect(forward.view2).toMatchObject(size(portrait));
    expect(backward.view1).toMatchObject(size(portrait));
    expect(backward.view2).toMatchObject(size(landscape));
    expect(forward).toEqual(directly(model, landscape, portrait));
    expect(backward).toEqual(directly(model, portrait, landscape));
  });

  it('gives the same in the other order when the images are swapped', async () => {
    const { forward, backward } = await predictPair(model, [landscape, portrait]);
    expect(await predictPair(model, [portrait, landscape])).toEqual({ forward: backward, backward: forward });
  });

  it('encodes each image once and decodes each order once', async () => {
    const encode = jest.spyOn(model, 'encode');
    const predict = jest.spyOn(model, 'predict');
    await predictPair(model, [landscape, portrait]);
    expect(encode).toHaveBeenCalledTimes(2);
    expect(predict).toHaveBeenCalledTimes(2);
  });

  it('counts every pixel as 1 where the network gives no confidence', async () => {
    const silent = randomModel({ ...tinyLinear, confMode: undefined });
    const { forward } = await predictPair(silent, [landscape, portrait]);
    expect(forward).toEqual(directly(silent, landscape, portrait));
    expect(forward.view2.confidence).toEqual(new Float32Array(32 * 64).fill(1));
    silent.dispose();
  });

  it('works with a DPT head', async () => {
    const dpt = randomModel(tinyDpt);
    const { backward } = await predictPair(dpt, [landscape, portrait]);
    expect(backward).toEqual(directly(dpt, portrait, landscape));
    dpt.dispose();
  });

  it('leaves no tensor behind', async () => {
    expect(await tensorsLeftBy(() => predictPair(model, [landscape, portrait]))).toBe(0);
  });
});

describe('infer/predict: predictPair, on its way', () => {
  it('tells before each of its four steps, and at the end, how far it is', async () => {
    const seen: PredictProgress[] = [];
    await predictPair(model, [landscape, portrait], { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ step, done, total }) => `${step} ${done}/${total}`)).toEqual([
      ...['encode 0/4', 'encode 1/4', 'decode 2/4', 'decode 3/4', 'decode 4/4'],
    ]);
  });

  it.each([1, 2, 3])(
    'stops after step %i when it is aborted, with the reason, and leaves nothing behind',
    async (last) => {
      const abort = new AbortController();
      const reason = new Error('the user left');
      let steps = 0;
      const onProgress = ({ done }: PredictProgress) => {
        steps = done;
        if (done === last) abort.abort(reason);
      };
      const left = await tensorsLeftBy(async () => {
        const prediction = predictPair(model, [landscape, portrait], { onProgress, signal: abort.signal });
        await expect(prediction).rejects.toBe(reason);
      });
      expect([steps, left]).toEqual([last, 0]);
    },
  );

  it('does not begin when it is aborted already', async () => {
    const encode = jest.spyOn(model, 'encode');
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(predictPair(model, [landscape, portrait], { signal })).rejects.toThrow('too late');
    expect(encode).not.toHaveBeenCalled();
  });

  it('lets a timer fire between its steps', async () => {
    const abort = new AbortController();
    const prediction = predictPair(model, [landscape, portrait], { signal: abort.signal });
    setImmediate(() => abort.abort(new Error('from a timer')));
    await expect(prediction).rejects.toThrow('from a timer');
  });

  it('refuses sides that are no multiple of the patch, and frees what it has by then', async () => {
    const left = await tensorsLeftBy(async () => {
      await expect(predictPair(model, [landscape, photograph(40, 32, 1)])).rejects.toThrow(RangeError);
    });
    expect(left).toBe(0);
  });
});

describe('infer/predict: encodeImage', () => {
  it('leaves only its tokens behind, one for each patch', () => {
    const before = tf.memory().numTensors;
    const { tokens, grids } = encodeImage(model, portrait);
    expect(tf.memory().numTensors).toBe(before + 1);
    expect(tokens.shape).toEqual([1, 8, tinyLinear.encoder.dim]);
    expect(grids).toEqual([{ rows: 4, columns: 2 }]);
    tokens.dispose();
  });
});
