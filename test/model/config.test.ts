import { describe, expect, it } from '@jest/globals';
import { forInference, type ModelConfig, modelPresets, presetConfig, validateConfig } from '#model/config.ts';
import { tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

describe('model/config: presets', () => {
  it('are all valid', () => {
    for (const config of Object.values(modelPresets)) expect(validateConfig(config)).toBe(config);
  });

  it('are the published networks: ViT-Large encoder, Base decoder, RoPE100, exp depth and confidence', () => {
    for (const name of ['224-linear', '512-linear', '512-dpt']) {
      expect(presetConfig(name)).toMatchObject({
        encoder: { dim: 1024, depth: 24, heads: 16 },
        decoder: { dim: 768, depth: 12, heads: 12 },
        patchSize: 16,
        ropeBase: 100,
        mlpRatio: 4,
        depthMode: 'exp',
        confMode: { kind: 'exp', min: 1, max: Number.POSITIVE_INFINITY },
        landscapeOnly: true,
      });
    }
    expect(presetConfig('224-linear')).toMatchObject({ imageSize: [224, 224], patchEmbed: 'PatchEmbedDust3R' });
    expect(presetConfig('512-linear')).toMatchObject({ imageSize: [512, 512], patchEmbed: 'ManyAR_PatchEmbed' });
    expect(presetConfig('512-dpt').head).toEqual({
      type: 'dpt',
      featureDim: 256,
      lastDim: 128,
      layerDims: [96, 192, 384, 768],
    });
  });

  it('have heads of 64 features in the published networks', () => {
    const { encoder, decoder } = presetConfig('512-dpt');
    expect([encoder.dim / encoder.heads, decoder.dim / decoder.heads]).toEqual([64, 64]);
  });

  it('are listed when there is none of a name', () => {
    expect(() => presetConfig('1024-dpt')).toThrow(
      `model preset: expected one of ${Object.keys(modelPresets).join(', ')}, got "1024-dpt"`,
    );
    expect(() => presetConfig('toString')).toThrow(RangeError);
  });
});

describe('model/config: forInference', () => {
  it('takes images in their true orientation and changes nothing else', () => {
    const config = presetConfig('512-dpt');
    expect(forInference(config)).toEqual({ ...config, patchEmbed: 'PatchEmbedDust3R', landscapeOnly: false });
  });
});

describe('model/config: validateConfig', () => {
  const encoder = tinyLinear.encoder;
  const decoder = tinyLinear.decoder;
  const refused: readonly [setting: string, change: Partial<ModelConfig>, message: string][] = [
    ['img_size', { imageSize: [32, 40] }, 'expected two positive multiples of the patch size 16, got 32×40'],
    ['img_size', { imageSize: [0, 32] }, 'got 0×32'],
    ['img_size', { imageSize: [Number.NaN, 32] }, 'got NaN×32'],
    ['patch_size', { patchSize: 0 }, 'expected a positive integer'],
    ['patch_size', { patchSize: -16 }, 'expected a positive integer'],
    ['patch_size', { patchSize: 1.6 }, 'expected a positive integer'],
    ['enc_embed_dim', { encoder: { ...encoder, dim: 20 } }, 'a multiple of 4 × 2 heads (the rotary embedding'],
    ['dec_embed_dim', { decoder: { ...decoder, dim: 20 } }, 'a multiple of 4 × 2 heads (the rotary embedding'],
    ['enc_embed_dim', { encoder: { ...encoder, dim: 0 } }, 'expected a positive integer'],
    ['enc_depth', { encoder: { ...encoder, depth: 1.5 } }, 'expected a positive integer'],
    ['enc_depth', { encoder: { ...encoder, depth: 1e9 } }, 'expected a positive integer'],
    ['dec_embed_dim', { decoder: { ...decoder, dim: 2 ** 40 } }, 'expected a positive integer'],
    ['dec_num_heads', { decoder: { ...decoder, heads: -2 } }, 'expected a positive integer'],
    ['pos_embed', { ropeBase: 0 }, 'expected RoPE with a positive base, got 0'],
    ['mlp_ratio', { mlpRatio: Number.NaN }, 'got NaN'],
    ['mlp_ratio', { mlpRatio: Number.POSITIVE_INFINITY }, 'got Infinity'],
    ['mlp_ratio', { mlpRatio: 0.01 }, 'got 0.01'],
    ['dec_depth', { ...tinyDpt, decoder: { ...decoder, depth: 9 } }, 'expected more than 9 decoder blocks'],
    ['patch_size', { ...tinyDpt, patchSize: 8 }, 'expected 16 with a DPT head, got 8'],
    ['dpt.feature_dim', { ...tinyDpt, head: { ...dptHead(), featureDim: 7 } }, 'expected an even number, got 7'],
    ['dpt.last_dim', { ...tinyDpt, head: { ...dptHead(), lastDim: 0 } }, 'expected a positive integer'],
    ['dpt.layer_dims', { ...tinyDpt, head: { ...dptHead(), layerDims: [4, 6, Number.NaN, 10] } }, 'got NaN'],
  ];

  it.each(refused)('refuses a %s that cannot work and says what it expects (%#)', (setting, change, message) => {
    const check = () => validateConfig({ ...tinyLinear, ...change });
    expect(check).toThrow(RangeError);
    expect(check).toThrow(`model config: ${setting}: `);
    expect(check).toThrow(message);
  });

  it('lets a decoder of ten blocks carry a DPT head', () => {
    expect(validateConfig(tinyDpt)).toBe(tinyDpt);
  });
});

function dptHead() {
  return tinyDpt.head as Extract<ModelConfig['head'], { type: 'dpt' }>;
}
