import { describe, expect, it } from '@jest/globals';
import { presetConfig } from '#model/config.ts';
import { drawWeight } from '#model/initial-weights.ts';
import { wantedWeights } from '#model/wanted-weights.ts';
import type { ParamSpec } from '#tensor/params.ts';

const tiny = presetConfig('tiny');

describe('model/wanted-weights', () => {
  it('lists the weights and draws them from the seed', () => {
    const { specs, draw } = wantedWeights(tiny, { seed: 7 });
    const spec = specs.get('decoder_embed.weight') as ParamSpec;
    expect(spec.shape).toEqual([64, 96]);
    expect(draw('decoder_embed.weight', spec)).toEqual(drawWeight('decoder_embed.weight', spec, 7));
  });

  it.each([
    [undefined, false],
    ['croco-v2-large-base', false],
    ['512-dpt', true],
  ])('tells whether the heads are others than those of %s', (own, isNewHead) => {
    const options = own === undefined ? {} : { own: presetConfig(own) };
    expect(wantedWeights(presetConfig('224-linear'), options).isNewHead).toBe(isNewHead);
  });

  it('has the weights of every preset, by its name', () => {
    const presets = new Map(wantedWeights(tiny).presets());
    expect([...(presets.get('tiny')?.specs.keys() ?? [])]).toEqual([...wantedWeights(tiny).specs.keys()]);
    expect(presets.get('512-dpt')?.aliases.size).toBeGreaterThan(0);
  });
});
