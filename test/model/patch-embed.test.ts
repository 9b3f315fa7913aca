import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { swapSpatialAxes } from '#model/orientation.ts';
import { manyAspectRatiosPatchEmbed, patchEmbed, patchEmbedSpec, patchGrids } from '#model/patch-embed.ts';
import { useBackend } from '#test/support/backend.ts';
import { expectClose, expectGradient } from '#test/support/expect-close.ts';
import { randomImages, randomParams } from '#test/support/tiny-model.ts';

useBackend();

const [dim, patchSize] = [5, 4];
const params = () => randomParams(patchEmbedSpec(dim, patchSize));

describe('model/patch-embed: patchEmbed', () => {
  it('is a convolution whose stride is its kernel, row by row', () => {
    const { proj } = params();
    const images = randomImages([2, 8, 12]);
    const filter = proj.weight.transpose([2, 3, 1, 0]) as tf.Tensor4D;
    const convolved = tf.conv2d(images, filter, patchSize, 'valid').add(proj.bias);
    expectClose(patchEmbed({ proj }, images), convolved.reshape([2, 6, dim]));
  });

  it('has gradients for the images and the weights', () => {
    const p = params();
    const images = randomImages([1, 8, 8]);
    expectGradient((at) => patchEmbed(p, at as tf.Tensor4D), images);
    expectGradient((at) => patchEmbed({ proj: { ...p.proj, weight: at } }, images), p.proj.weight);
  });
});

describe('model/patch-embed: manyAspectRatiosPatchEmbed', () => {
  it('embeds a portrait image that is stored transposed exactly as the image itself', () => {
    const p = params();
    const portrait = randomImages([1, 12, 8], 1);
    const landscape = randomImages([1, 8, 12], 2);
    const stored = tf.concat([swapSpatialAxes(portrait), landscape, swapSpatialAxes(portrait)]);
    const tokens = manyAspectRatiosPatchEmbed(p, stored, [true, false, true]);
    expectClose(tf.slice(tokens, 0, 1), patchEmbed(p, portrait), 1e-6);
    expectClose(tf.slice(tokens, 1, 1), patchEmbed(p, landscape), 1e-6);
    expectClose(tf.slice(tokens, 2, 1), patchEmbed(p, portrait), 1e-6);
  });

  it('is the plain embedding for landscape images', () => {
    const p = params();
    const images = randomImages([2, 8, 12]);
    expectClose(manyAspectRatiosPatchEmbed(p, images, [false, false]), patchEmbed(p, images), 0);
  });
});

describe('model/patch-embed: patchGrids', () => {
  it('counts rows and columns of every image in its true orientation', () => {
    const grids = patchGrids(
      [32, 64],
      [
        [32, 64],
        [64, 32],
      ],
      16,
    );
    expect(grids).toEqual([
      { rows: 2, columns: 4 },
      { rows: 4, columns: 2 },
    ]);
  });

  it.each([
    [30, 64],
    [32, 65],
    [0, 32],
    [32, 0],
  ])('refuses %i×%i, which cannot be cut in patches', (H, W) => {
    const check = () => patchGrids([H, W], [[H, W]], 16);
    expect(check).toThrow(RangeError);
    expect(check).toThrow(
      `expected a height and width that are positive multiples of the patch size 16, got ${H}×${W}`,
    );
  });

  it('refuses a true shape that is neither the stored one nor its transpose', () => {
    expect(() =>
      patchGrids(
        [32, 64],
        [
          [32, 64],
          [32, 32],
        ],
        16,
      ),
    ).toThrow(new RangeError('encode: true shape 1: expected 32×64 or 64×32, got 32×32'));
  });
});
