import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type FreezeMode, presetConfig } from '#model/config.ts';
import { dust3rSpec, isFrozen, weightAliases } from '#model/dust3r-spec.ts';
import { countParams, listSpecs } from '#tensor/params.ts';
import { tinyDpt, tinyLinear } from '#test/support/tiny-model.ts';

/** A list of names and shapes; `blocks.*24.x` stands for blocks 0 to 23. */
function readStateDict(name: string): Map<string, string> {
  const [, ...lines] = readFileSync(`test/fixtures/state-dict/${name}.tsv`, 'utf8').trim().split('\n');
  const entries = lines.flatMap((line) => {
    const [pattern, shape] = line.split('\t') as [string, string];
    const count = Number(/\*(\d+)/.exec(pattern)?.[1] ?? 1);
    return Array.from({ length: count }, (_, i) => [pattern.replace(/\*\d+/, String(i)), shape] as const);
  });
  return new Map(entries);
}

const shapesOf = (preset: string) =>
  new Map([...listSpecs(dust3rSpec(presetConfig(preset)))].map(([name, { shape }]) => [name, shape.join('x')]));
const sorted = (map: ReadonlyMap<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

describe('model/dust3r-spec: dust3rSpec', () => {
  it('has the parameters of the published networks', () => {
    expect(countParams(dust3rSpec(presetConfig('224-linear')))).toBe(532_342_784);
    expect(countParams(dust3rSpec(presetConfig('512-linear')))).toBe(532_342_784);
    expect(countParams(dust3rSpec(presetConfig('512-dpt')))).toBe(571_171_208);
  });

  it('splits them as published', () => {
    const spec = dust3rSpec(presetConfig('512-dpt'));
    expect(countParams(spec.enc_blocks)).toBe(302_309_376);
    expect(countParams(spec.dec_blocks)).toBe(113_439_744);
    expect(countParams(spec.dec_blocks2)).toBe(113_439_744);
    expect(countParams(spec.decoder_embed)).toBe(787_200);
    expect(countParams(spec.patch_embed)).toBe(787_456);
    expect(countParams(spec.downstream_head1)).toBe(20_201_668);
    expect(countParams(dust3rSpec(presetConfig('224-linear')).downstream_head2)).toBe(787_456);
  });

  it.each(['224-linear', '512-linear'])('names and shapes every weight as the checkpoint does: %s', (preset) => {
    const expected = readStateDict('224-linear');
    expect(expected.size).toBe(877);
    expect(sorted(shapesOf(preset))).toEqual(sorted(expected));
  });

  it('names and shapes every weight as the checkpoint does: 512-dpt, apart from the eight aliases', () => {
    const expected = readStateDict('512-dpt');
    expect(expected.size).toBe(1009);
    const aliases = weightAliases(presetConfig('512-dpt'));
    expect(aliases.size).toBe(8);
    for (const [alias, name] of aliases) {
      expect(expected.get(alias)).toBe(expected.get(name));
      expect(expected.delete(alias)).toBe(true);
    }
    expect(sorted(shapesOf('512-dpt'))).toEqual(sorted(expected));
  });

  it('has three channels in the heads without a confMode', () => {
    const spec = listSpecs(dust3rSpec({ ...tinyLinear, confMode: undefined }));
    expect(spec.get('downstream_head1.proj.weight')?.shape).toEqual([3 * 16 ** 2, 24]);
    const dpt = listSpecs(dust3rSpec({ ...tinyDpt, confMode: undefined }));
    expect(dpt.get('downstream_head2.dpt.head.4.weight')?.shape).toEqual([3, 6, 1, 1]);
  });

  it('has no norm_y where the memory is not normalised', () => {
    const names = [...listSpecs(dust3rSpec({ ...tinyLinear, normMemory: false })).keys()];
    expect(names.filter((name) => name.includes('norm_y'))).toEqual([]);
  });

  it('rounds the hidden size of the perceptrons down to whole features', () => {
    const spec = listSpecs(dust3rSpec({ ...tinyLinear, mlpRatio: 8 / 3 }));
    expect(spec.get('enc_blocks.0.mlp.fc1.weight')?.shape).toEqual([42, 16]);
    expect(spec.get('dec_blocks.1.mlp.fc2.weight')?.shape).toEqual([24, 64]);
  });
});

describe('model/dust3r-spec: weightAliases', () => {
  it('has none for a linear head', () => {
    expect(weightAliases(tinyLinear).size).toBe(0);
  });
});

describe('model/dust3r-spec: isFrozen', () => {
  const frozenParts = (freeze: FreezeMode) => {
    const frozen = [...listSpecs(dust3rSpec(tinyLinear)).keys()].filter((name) => isFrozen(name, freeze));
    return [...new Set(frozen.map((name) => name.split('.')[0]))];
  };

  it('freezes nothing, the mask token, or the encoder with it', () => {
    expect(frozenParts('none')).toEqual([]);
    expect(frozenParts('mask')).toEqual(['mask_token']);
    expect(frozenParts('encoder')).toEqual(['mask_token', 'patch_embed', 'enc_blocks']);
  });

  it('leaves enc_norm and decoder_embed trainable', () => {
    for (const name of ['enc_norm.weight', 'decoder_embed.weight']) expect(isFrozen(name, 'encoder')).toBe(false);
  });
});
