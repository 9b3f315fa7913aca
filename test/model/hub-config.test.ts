import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ModelConfig, modelPresets, presetConfig } from '#model/config.ts';
import { configFromFile, configFromKwargs, hubConfigJson, kwargsFromConfig } from '#model/hub-config.ts';
import { tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

const rope = { pos_embed: 'RoPE100' };
const { POSITIVE_INFINITY, NEGATIVE_INFINITY } = Number;

describe('model/hub-config: configFromKwargs', () => {
  it("reads a hub folder's config.json", () => {
    const kwargs = JSON.parse(readFileSync('test/fixtures/golden/checkpoints/hf_config.json', 'utf8'));
    expect(configFromKwargs(kwargs)).toEqual({
      imageSize: [32, 32],
      patchSize: 16,
      patchEmbed: 'PatchEmbedDust3R',
      landscapeOnly: false,
      ropeBase: 100,
      encoder: { dim: 48, depth: 2, heads: 4 },
      decoder: { dim: 32, depth: 2, heads: 4 },
      mlpRatio: 4,
      normMemory: true,
      head: { type: 'linear' },
      depthMode: 'exp',
      confMode: { kind: 'exp', min: 1, max: POSITIVE_INFINITY },
      freeze: 'none',
    });
  });

  it("takes the original's defaults for what is absent", () => {
    const expected = { ...presetConfig('croco-v2-base-small'), imageSize: [224, 224] };
    expect(configFromKwargs(rope)).toEqual(expected);
  });

  it('passes over arguments that change nothing', () => {
    const idle = { mask_ratio: 0.9, norm_layer: 'LayerNorm', output_mode: 'pts3d', desc_mode: 'norm' };
    expect(configFromKwargs({ ...rope, ...idle })).toEqual(configFromKwargs(rope));
  });

  it('reads one number as a square image size', () => {
    expect(configFromKwargs({ ...rope, img_size: 512 }).imageSize).toEqual([512, 512]);
    expect(configFromKwargs({ ...rope, img_size: [288, 512] }).imageSize).toEqual([288, 512]);
  });

  it('reads the base of the rotary embedding', () => {
    expect(configFromKwargs({ pos_embed: 'RoPE10.5' }).ropeBase).toBe(10.5);
  });

  it('takes infinite bounds as numbers or strings', () => {
    const { depthMode, confMode } = configFromKwargs({
      ...rope,
      depth_mode: ['square', '-Infinity', POSITIVE_INFINITY],
      conf_mode: ['exp', 0.5, 'inf'],
    });
    expect(depthMode).toBe('square');
    expect(confMode).toEqual({ kind: 'exp', min: 0.5, max: POSITIVE_INFINITY });
  });

  it('refuses a sigmoid without a bound', () => {
    expect(() => configFromKwargs({ ...rope, conf_mode: ['sigmoid', 0, 'inf'] })).toThrow('conf_mode: expected finite');
  });

  it('gives no confidence for a conf_mode of null', () => {
    expect(configFromKwargs({ ...rope, conf_mode: null }).confMode).toBeUndefined();
  });

  it('uses the published sizes for a DPT head without its own', () => {
    const kwargs = { ...rope, head_type: 'dpt', dec_embed_dim: 768, dec_depth: 12, dec_num_heads: 12 };
    expect(configFromKwargs(kwargs).head).toEqual(presetConfig('512-dpt').head);
  });
});

describe('model/hub-config: what is refused', () => {
  const refused: readonly [kwargs: Record<string, unknown>, message: string][] = [
    [{ ...rope, enc_dim: 3 }, 'model config: enc_dim: expected one of img_size, '],
    [{ ...rope, head_type: 'catmlp+dpt' }, 'head_type: expected one of linear, dpt, got catmlp+dpt'],
    [{}, "pos_embed: expected 'RoPE<base>' (DUSt3R works with no other), got cosine"],
    [{ pos_embed: 'cosine' }, 'got cosine'],
    [{ pos_embed: 'RoPE-1' }, 'got RoPE-1'],
    [{ pos_embed: 'RoPE0' }, 'pos_embed: expected RoPE with a positive base, got 0'],
    [{ ...rope, depth_mode: ['exp', 0, POSITIVE_INFINITY] }, 'depth_mode: expected infinite bounds'],
    [{ ...rope, depth_mode: ['cube', '-inf', 'inf'] }, 'depth_mode: expected one of exp, linear, square, got cube'],
    [{ ...rope, depth_mode: 'exp' }, 'depth_mode: expected (mode, min, max), got "exp"'],
    [{ ...rope, conf_mode: ['exp', 1] }, 'conf_mode: expected (mode, min, max)'],
    [{ ...rope, conf_mode: ['exp', 'one', 'inf'] }, 'conf_mode: expected a number or "inf", got one'],
    [{ ...rope, conf_mode: ['linear', 1, 'inf'] }, 'conf_mode: expected one of exp, sigmoid, got linear'],
    [{ ...rope, enc_embed_dim: 100 }, 'enc_embed_dim: expected a multiple of 4 × 12 heads'],
    [{ ...rope, enc_depth: '12' }, 'enc_depth: expected a number, got 12'],
    [{ ...rope, landscape_only: 'yes' }, 'landscape_only: expected true or false, got yes'],
    [{ ...rope, output_mode: 'pts3d+desc24' }, 'output_mode: expected one of pts3d, got pts3d+desc24'],
    [{ ...rope, patch_embed_cls: 'PatchEmbed' }, 'patch_embed_cls: expected one of PatchEmbedDust3R, ManyAR_'],
    [{ ...rope, freeze: 'decoder' }, 'freeze: expected one of none, mask, encoder, got decoder'],
    [{ ...rope, img_size: '224' }, 'img_size: expected a number or (height, width), got 224'],
    [{ ...rope, img_size: [224] }, 'img_size: expected a number or (height, width)'],
    [{ ...rope, img_size: 230 }, 'img_size: expected two positive multiples of the patch size 16, got 230×230'],
    [{ ...rope, head_type: 'dpt' }, 'dec_depth: expected more than 9 decoder blocks for a DPT head, got 8'],
    [{ ...rope, head_type: 'dpt', dpt: { layer_dims: [1, 2] } }, 'dpt.layer_dims: expected four numbers'],
  ];

  it.each(refused)('refuses %j, naming the argument', (kwargs, message) => {
    expect(() => configFromKwargs(kwargs)).toThrow(RangeError);
    expect(() => configFromKwargs(kwargs)).toThrow(message);
  });

  it('refuses any argument that it does not know', () => {
    const known = new Set([...Object.keys(kwargsFromConfig(tinyDpt)), 'mask_ratio', 'norm_layer', 'desc_mode']);
    fc.assert(
      fc.property(fc.string(), fc.anything(), (name, value) => {
        fc.pre(!known.has(name));
        const kwargs = Object.fromEntries([...Object.entries(rope), [name, value]]);
        expect(() => configFromKwargs(kwargs)).toThrow(`model config: ${name}: `);
      }),
    );
  });
});

describe('model/hub-config: kwargsFromConfig', () => {
  const roundTrip = (config: ModelConfig) => configFromKwargs(kwargsFromConfig(config));

  it.each(Object.entries(modelPresets))('comes back as the same configuration: %s', (_, config) => {
    expect(roundTrip(config)).toEqual(config);
  });

  it('comes back from settings that no preset has', () => {
    expect(roundTrip(tinyDpt)).toEqual(tinyDpt);
    const odd: ModelConfig = {
      ...tinyLinear,
      confMode: undefined,
      depthMode: 'linear',
      freeze: 'encoder',
      normMemory: false,
      mlpRatio: 2.5,
      ropeBase: 10.5,
    };
    expect(roundTrip(odd)).toEqual(odd);
    const bounded: ModelConfig = { ...tinyLinear, confMode: { kind: 'sigmoid', min: 0, max: 3 } };
    expect(roundTrip(bounded)).toEqual(bounded);
  });

  it("gives PyTorch's names, and the sizes of a DPT head only where they are not the published ones", () => {
    expect(kwargsFromConfig(presetConfig('512-dpt'))).toEqual({
      pos_embed: 'RoPE100',
      img_size: [512, 512],
      patch_size: 16,
      patch_embed_cls: 'ManyAR_PatchEmbed',
      landscape_only: true,
      head_type: 'dpt',
      output_mode: 'pts3d',
      depth_mode: ['exp', NEGATIVE_INFINITY, POSITIVE_INFINITY],
      conf_mode: ['exp', 1, POSITIVE_INFINITY],
      freeze: 'none',
      enc_embed_dim: 1024,
      enc_depth: 24,
      enc_num_heads: 16,
      dec_embed_dim: 768,
      dec_depth: 12,
      dec_num_heads: 12,
      mlp_ratio: 4,
      norm_im2_in_dec: true,
    });
    expect(kwargsFromConfig(tinyDpt)['dpt']).toEqual({ feature_dim: 8, last_dim: 6, layer_dims: [4, 6, 8, 10] });
  });
});

describe('model/hub-config: hubConfigJson', () => {
  it("writes the arguments as Python's JSON does, with bare infinities", () => {
    const text = hubConfigJson(presetConfig('512-dpt'));
    expect(text).toMatch(/"depth_mode": \[\s*"exp",\s*-Infinity,\s*Infinity\s*\]/);
    expect(text.endsWith('}\n')).toBe(true);
    const quoted = text.replace(/-?Infinity/g, '"$&"');
    expect(configFromKwargs(JSON.parse(quoted))).toEqual(presetConfig('512-dpt'));
  });

  it('is plain JSON where nothing is infinite', () => {
    const { depth_mode, ...others } = kwargsFromConfig({ ...tinyLinear, confMode: undefined });
    const written = JSON.parse(hubConfigJson({ ...tinyLinear, confMode: undefined }).replace(/-?Infinity/g, 'null'));
    expect(written).toEqual({ ...others, depth_mode: ['exp', null, null] });
    expect(depth_mode).toEqual(['exp', NEGATIVE_INFINITY, POSITIVE_INFINITY]);
  });
});

describe('model/hub-config: configFromFile', () => {
  it('names the file in its errors', () => {
    expect(() => configFromFile({ ...rope, depth: 1 }, 'a/model.safetensors')).toThrow(
      'a/model.safetensors: model config: depth',
    );
  });
});
