import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { type DecoderBlockParams, decoderBlock } from '#model/blocks.ts';
import { forInference, type ModelConfig } from '#model/config.ts';
import { Dust3r, type EncodedViews, type PairPrediction } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { layerNorm, linear } from '#model/layers.ts';
import { swapSpatialAxes } from '#model/orientation.ts';
import type { TrueShape } from '#model/patch-embed.ts';
import { rope2dTable } from '#model/rope2d.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose } from '#test/support/expect-close.ts';
import { expectNoLeak } from '#test/support/no-leak.ts';
import { randomImages, randomModel, tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

useBackend();

const TOLERANCE = 1e-4;

const heads: [name: string, config: ModelConfig][] = [
  ['linear', tinyLinear],
  ['dpt', tinyDpt],
];

function expectSamePrediction(actual: PairPrediction, expected: PairPrediction): void {
  for (const view of ['view1', 'view2'] as const) {
    expectClose(actual[view].points, expected[view].points, TOLERANCE);
    expectClose(actual[view].confidence as tf.Tensor, expected[view].confidence as tf.Tensor, TOLERANCE);
  }
}

const sampleOf = <T extends tf.Tensor>(x: T, b: number) => tf.slice(x, b, 1) as T;

describe.each(heads)('model/dust3r: a forward pass, %s', (_, config) => {
  it('gives each pixel of both views a point and a confidence above one', () => {
    const model = randomModel(config);
    const [first, second] = [model.encode(randomImages([2, 32, 48], 1)), model.encode(randomImages([2, 48, 32], 2))];
    expect(first.tokens.shape).toEqual([2, 6, 16]);
    const { view1, view2 } = model.predict(first, second);
    expect([view1.points.shape, view1.confidence?.shape]).toEqual([
      [2, 32, 48, 3],
      [2, 32, 48],
    ]);
    expect([view2.points.shape, view2.confidence?.shape]).toEqual([
      [2, 48, 32, 3],
      [2, 48, 32],
    ]);
    for (const { points, confidence } of [view1, view2]) {
      expect(points.isFinite().all().dataSync()[0]).toBe(1);
      expect((confidence as tf.Tensor).min().dataSync()[0]).toBeGreaterThanOrEqual(1);
    }
  });

  it('gives every pair of a batch what it gives the pair alone', () => {
    const model = randomModel(config);
    const [images1, images2] = [randomImages([2, 32, 48], 1), randomImages([2, 32, 48], 2)];
    const together = model.predict(model.encode(images1), model.encode(images2));
    for (const b of [0, 1]) {
      const alone = model.predict(model.encode(sampleOf(images1, b)), model.encode(sampleOf(images2, b)));
      const { view1, view2 } = together;
      const row = ({ points, confidence }: typeof view1) => ({
        points: sampleOf(points, b),
        confidence: sampleOf(confidence as tf.Tensor3D, b),
      });
      expectSamePrediction({ view1: row(view1), view2: row(view2) }, alone);
    }
  });

  it('lets an image be encoded once for all of its pairs', () => {
    const model = randomModel(config);
    const [a, b] = [randomImages([1, 32, 48], 1), randomImages([1, 32, 48], 2)];
    const [once1, once2] = [model.encode(a), model.encode(b)];
    model.predict(once1, once2);
    expectSamePrediction(model.predict(once2, once1), model.predict(model.encode(b), model.encode(a)));
  });

  it('reads portrait images of a mixed batch as images of their own, stored transposed', () => {
    const training = randomModel({ ...config, patchEmbed: 'ManyAR_PatchEmbed', landscapeOnly: true });
    const inference = randomModel(forInference(config));
    const stored = [randomImages([2, 32, 48], 1), randomImages([2, 32, 48], 2)];
    const shapes: TrueShape[][] = [
      [
        [32, 48],
        [48, 32],
      ],
      [
        [48, 32],
        [48, 32],
      ],
    ];
    const encoded = stored.map((images, view) => training.encode(images, shapes[view])) as [EncodedViews, EncodedViews];
    const mixed = training.predict(...encoded);
    for (const b of [0, 1]) {
      const isPortrait = shapes.map((view) => view[b]?.[0] === 48);
      const turn = (x: tf.Tensor4D, view: number) => (isPortrait[view] ? swapSpatialAxes(x) : x);
      const images = stored.map((x, view) => inference.encode(turn(sampleOf(x, b), view)));
      const alone = inference.predict(...(images as [EncodedViews, EncodedViews]));
      expect(alone.view2.points.shape).toEqual([1, 48, 32, 3]);
      expectClose(sampleOf(mixed.view1.points, b), turn(alone.view1.points, 0), TOLERANCE);
      expectClose(sampleOf(mixed.view2.points, b), turn(alone.view2.points, 1), TOLERANCE);
      const confidence = turn((alone.view2.confidence as tf.Tensor3D).expandDims(3), 1).squeeze([3]);
      expectClose(sampleOf(mixed.view2.confidence as tf.Tensor, b), confidence, TOLERANCE);
    }
  });

  it('has no confidence without a confMode', () => {
    const model = randomModel({ ...config, confMode: undefined });
    const view = model.encode(randomImages([1, 32, 32]));
    const prediction = model.predict(view, view);
    expect(prediction.view1.points.shape).toEqual([1, 32, 32, 3]);
    expect(prediction.view1).not.toHaveProperty('confidence');
  });

  it('leaves no tensor behind but its results, and none at all when it is disposed of', () => {
    const [images1, images2] = [randomImages([1, 32, 48], 1), randomImages([1, 48, 32], 2)];
    expectNoLeak(() => randomModel(config).dispose());
    const model = randomModel(config);
    expectNoLeak(() => model.encode(images1));
    const [view1, view2] = [model.encode(images1), model.encode(images2)];
    expectNoLeak(() => model.decode(view1, view2));
    const { layers1 } = model.decode(view1, view2);
    expectNoLeak(() => model.regress(1, layers1, view1.grids));
    expectNoLeak(() => model.predict(view1, view2));
    expect([view1.tokens.isDisposed, images1.isDisposed]).toEqual([false, false]);
  });
});

describe('model/dust3r: decode', () => {
  it('gives swapped layers for swapped views while the two decoders are the same, as in a fresh model', () => {
    const model = new Dust3r(tinyLinear, seededWeights(1));
    const [a, b] = [model.encode(randomImages([1, 32, 48], 1)), model.encode(randomImages([1, 48, 48], 2))];
    const [forth, back] = [model.decode(a, b), model.decode(b, a)];
    expect(forth.layers1).toHaveLength(3);
    for (const [i, layer] of forth.layers1.entries()) expectClose(back.layers2[i] as tf.Tensor, layer, TOLERANCE);
    for (const [i, layer] of forth.layers2.entries()) expectClose(back.layers1[i] as tf.Tensor, layer, TOLERANCE);
  });

  it("starts with the caller's own tokens, updates both views from the level before, and norms the last", () => {
    const model = randomModel(tinyLinear);
    const [a, b] = [model.encode(randomImages([1, 32, 48], 1)), model.encode(randomImages([1, 48, 48], 2))];
    const { decoder_embed, dec_blocks, dec_blocks2, dec_norm } = model.params;
    const [ropeA, ropeB] = [rope2dTable(a.grids, 12, 100), rope2dTable(b.grids, 12, 100)];
    let pair = [linear(decoder_embed, a.tokens), linear(decoder_embed, b.tokens)] as const;
    const levels = dec_blocks.map((block, i) => {
      const [x, y] = pair;
      pair = [
        decoderBlock(block as DecoderBlockParams, [x, y], 2, [ropeA, ropeB]),
        decoderBlock(dec_blocks2[i] as DecoderBlockParams, [y, x], 2, [ropeB, ropeA]),
      ];
      return pair;
    });
    const { layers1, layers2 } = model.decode(a, b);
    expect([layers1[0], layers2[0]]).toEqual([a.tokens, b.tokens]);
    expectClose(layers1[1] as tf.Tensor, levels[0]?.[0] as tf.Tensor, TOLERANCE);
    expectClose(layers2[1] as tf.Tensor, levels[0]?.[1] as tf.Tensor, TOLERANCE);
    expectClose(layers1[2] as tf.Tensor, layerNorm(dec_norm, pair[0]), TOLERANCE);
    expectClose(layers2[2] as tf.Tensor, layerNorm(dec_norm, pair[1]), TOLERANCE);
  });

  it('refuses batches of different sizes', () => {
    const model = randomModel(tinyLinear);
    const [one, two] = [model.encode(randomImages([1, 32, 32])), model.encode(randomImages([2, 32, 32]))];
    expect(() => model.decode(one, two)).toThrow(
      new RangeError('decode: expected as many first as second views, got 1 and 2'),
    );
  });
});

describe('model/dust3r: encode refuses', () => {
  const model = () => randomModel(tinyLinear);
  const many = () => randomModel({ ...tinyLinear, patchEmbed: 'ManyAR_PatchEmbed', landscapeOnly: true });

  it('what is not a batch of RGB images', () => {
    const expected = 'encode: expected images of shape [B, H, W, 3], got ';
    const refusing = model();
    for (const shape of [
      [32, 48, 3],
      [1, 3, 32, 48],
      [1, 32, 48, 1],
      [0, 32, 48, 3],
    ])
      expect(() => refusing.encode(tf.zeros(shape as [number, number, number, number]))).toThrow(
        new RangeError(`${expected}[${shape.join(', ')}]`),
      );
  });

  it('sizes that cannot be cut in patches', () => {
    expect(() => model().encode(tf.zeros([1, 30, 48, 3]))).toThrow('multiples of the patch size 16, got 30×48');
  });

  it('true shapes that do not fit the images', () => {
    const images = randomImages([2, 32, 48]);
    const mixed = many();
    expect(() => mixed.encode(images, [[32, 48]])).toThrow('encode: expected 2 true shapes, one an image, got 1');
    expect(() =>
      mixed.encode(images, [
        [32, 48],
        [48, 48],
      ]),
    ).toThrow('encode: true shape 1: expected 32×48 or 48×32');
    expect(() =>
      model().encode(images, [
        [32, 48],
        [48, 32],
      ]),
    ).toThrow('got a true shape of 48×32');
  });

  it('portrait tensors where portrait images are stored transposed', () => {
    expect(() => many().encode(randomImages([1, 48, 32]))).toThrow('takes landscape tensors');
  });
});

describe('model/dust3r: regress', () => {
  it('refuses a batch of different grids without landscapeOnly', () => {
    const model = randomModel({ ...tinyLinear, patchEmbed: 'ManyAR_PatchEmbed' });
    const views = model.encode(randomImages([2, 32, 48]), [
      [32, 48],
      [48, 32],
    ]);
    expect(() => model.predict(views, views)).toThrow(
      'regress: expected one size in the batch, got grids of 2×3 and 3×2 patches; batch by size, or set landscapeOnly',
    );
  });
});
