import { describe, expect, it } from '@jest/globals';
import { dust3rSpec } from '#model/dust3r-spec.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { listSpecs, type ParamSpec } from '#tensor/params.ts';
import { useBackend } from '#test/support/backend.ts';
import { tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

useBackend();

const linear = listSpecs(dust3rSpec(tinyLinear));
const dpt = listSpecs(dust3rSpec(tinyDpt));

function draw(name: string, { specs = linear, seed = 1 } = {}): readonly number[] {
  const { value } = seededWeights(seed)(name, specs.get(name) as ParamSpec);
  expect(value.shape).toEqual(specs.get(name)?.shape);
  const values = [...value.dataSync()];
  value.dispose();
  return values;
}

const largest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
const named = (specs: ReadonlyMap<string, ParamSpec>, pattern: RegExp) =>
  [...specs.keys()].filter((name) => pattern.test(name));

/** All numbers within ±bound, and some near it: uniform, as far as a handful of numbers can tell. */
function expectUniform(values: readonly number[], bound: number): void {
  expect(largest(values)).toBeLessThanOrEqual(bound * (1 + 1e-6));
  expect(largest(values)).toBeGreaterThan(bound * 0.9);
}

describe('model/initial-weights: seededWeights', () => {
  it('gives the same numbers for the same seed and others for another', () => {
    const name = 'enc_blocks.1.attn.qkv.weight';
    expect(draw(name)).toEqual(draw(name));
    expect(draw(name, { seed: 2 })).not.toEqual(draw(name));
    expect(draw('enc_blocks.0.attn.qkv.weight')).not.toEqual(draw(name));
  });

  it('starts the second decoder as a copy of the first', () => {
    const names = named(linear, /^dec_blocks2\./);
    expect(names).not.toHaveLength(0);
    for (const name of names) expect(draw(name)).toEqual(draw(name.replace('dec_blocks2', 'dec_blocks')));
  });

  it('starts the two heads apart', () => {
    expect(draw('downstream_head1.proj.weight')).not.toEqual(draw('downstream_head2.proj.weight'));
  });

  it('draws the linear weights of the transformers Xavier-uniformly, with zero biases', () => {
    expectUniform(draw('decoder_embed.weight'), Math.sqrt(6 / (16 + 24)));
    expectUniform(draw('enc_blocks.0.attn.qkv.weight'), Math.sqrt(6 / (16 + 48)));
    expectUniform(draw('dec_blocks.1.mlp.fc2.weight'), Math.sqrt(6 / (96 + 24)));
    for (const name of named(linear, /^(enc_blocks|dec_blocks|decoder_embed).*bias$/))
      expect(largest(draw(name))).toBe(0);
  });

  it('draws the patch embedding as a linear layer, and its bias as a convolution', () => {
    expectUniform(draw('patch_embed.proj.weight'), Math.sqrt(6 / (3 * 16 * 16 + 16)));
    expectUniform(draw('patch_embed.proj.bias'), 1 / Math.sqrt(3 * 16 * 16));
  });

  it('starts norms at one and zero', () => {
    const norms = named(linear, /norm\w*\.weight$/);
    expect(norms).toHaveLength(2 + 2 * 2 + 4 * 4);
    for (const name of norms) {
      expect(new Set(draw(name))).toEqual(new Set([1]));
      expect(new Set(draw(name.replace('weight', 'bias')))).toEqual(new Set([0]));
    }
  });

  it('draws the mask token from a normal distribution of standard deviation 0.02', () => {
    const shape = [1, 1, 10_000];
    const { value } = seededWeights(1)('mask_token', { ...(linear.get('mask_token') as ParamSpec), shape });
    const values = [...value.dataSync()];
    expect(Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length) / 0.02).toBeCloseTo(1, 1);
  });

  it("keeps PyTorch's ±1/√fan_in in the heads, biases included", () => {
    expectUniform(draw('downstream_head1.proj.weight'), 1 / Math.sqrt(24));
    expectUniform(draw('downstream_head1.proj.bias'), 1 / Math.sqrt(24));
    const head = 'downstream_head2.dpt';
    const drawDpt = (name: string) => draw(`${head}.${name}`, { specs: dpt });
    expectUniform(drawDpt('scratch.layer3_rn.weight'), 1 / Math.sqrt(8 * 9));
    expectUniform(drawDpt('head.0.weight'), 1 / Math.sqrt(8 * 9));
    expectUniform(drawDpt('act_postprocess.0.0.weight'), 1 / Math.sqrt(16));
    for (const name of named(dpt, /^downstream_head2.*bias$/))
      expect(Math.min(...draw(name, { specs: dpt }).map(Math.abs))).toBeGreaterThan(0);
  });

  it("counts a transposed convolution's fan-in on its second axis", () => {
    expectUniform(draw('downstream_head1.dpt.act_postprocess.0.1.weight', { specs: dpt }), 1 / Math.sqrt(4 * 4 * 4));
    expectUniform(draw('downstream_head1.dpt.act_postprocess.1.1.weight', { specs: dpt }), 1 / Math.sqrt(6 * 2 * 2));
  });

  it('leaves frozen weights untrainable', () => {
    const trainable = (name: string) => {
      const { value, isTrainable } = seededWeights(1, 'encoder')(name, linear.get(name) as ParamSpec);
      value.dispose();
      return isTrainable;
    };
    expect(trainable('enc_blocks.0.norm1.weight')).toBe(false);
    expect(trainable('enc_norm.weight')).toBe(true);
  });
});
