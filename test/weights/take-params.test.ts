import { describe, expect, it, jest } from '@jest/globals';
import { type ParamSpec, param } from '#tensor/params.ts';
import type { TensorInfo } from '#weights/archive.ts';
import { expectFullLoad, expectPartialLoad, planLoad } from '#weights/take-params.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;
const specsOf = (shapes: Shapes): ReadonlyMap<string, ParamSpec> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, param(shape, { kind: 'zeros' })]));
const archiveOf = (shapes: Shapes) => ({
  tensors: new Map(
    Object.entries(shapes).map(([name, shape]): [string, TensorInfo] => [name, { dtype: 'F32', shape }]),
  ),
});
const plan = (specs: Shapes, stored: Shapes, aliases = new Map<string, string>()) =>
  planLoad(specsOf(specs), archiveOf(stored), { aliases });

describe('weights/take-params: planLoad', () => {
  it('finds what is there and lists what is missing, extra and misshapen', () => {
    expect(plan({ a: [2], b: [3], c: [1, 2] }, { a: [2], c: [2, 1], d: [4] })).toEqual({
      found: new Map([
        ['a', 'a'],
        ['c', 'c'],
      ]),
      missing: ['b'],
      extra: ['d'],
      misshapen: [{ name: 'c', expected: [1, 2], found: [2, 1] }],
    });
  });

  it('takes a tensor under its other name, or under both', () => {
    const aliases = new Map([['layer1_rn', 'layer_rn.0']]);
    const clean = { missing: [], extra: [], misshapen: [] };
    expect(plan({ 'layer_rn.0': [2] }, { layer1_rn: [2] }, aliases)).toEqual({
      ...clean,
      found: new Map([['layer_rn.0', 'layer1_rn']]),
    });
    for (const both of [
      { layer1_rn: [2], 'layer_rn.0': [2] },
      { 'layer_rn.0': [2], layer1_rn: [2] },
    ]) {
      expect(plan({ 'layer_rn.0': [2] }, both, aliases)).toEqual({
        ...clean,
        found: new Map([['layer_rn.0', 'layer_rn.0']]),
      });
    }
  });

  it('gives the only decoder of a file to both decoders', () => {
    const specs = { 'dec_blocks.0.norm1.bias': [2], 'dec_blocks2.0.norm1.bias': [2] };
    const { found, missing } = plan(specs, { 'dec_blocks.0.norm1.bias': [2] });
    expect(found.get('dec_blocks2.0.norm1.bias')).toBe('dec_blocks.0.norm1.bias');
    expect(missing).toEqual([]);
  });

  it('does not fill gaps of a second decoder that is there', () => {
    const specs = { 'dec_blocks.0.a': [2], 'dec_blocks2.0.a': [2], 'dec_blocks2.0.b': [1] };
    const { missing } = plan(specs, { 'dec_blocks.0.a': [2], 'dec_blocks.0.b': [1], 'dec_blocks2.0.a': [2] });
    expect(missing).toEqual(['dec_blocks2.0.b']);
  });
});

describe('weights/take-params: expectFullLoad', () => {
  it('is silent where everything fits', () => {
    expect(() => expectFullLoad(plan({ a: [2] }, { a: [2] }), 'x.pth')).not.toThrow();
  });

  it('counts every kind of difference in one line, and names a misshapen tensor first', () => {
    const problems = plan({ a: [2], b: [3], c: [1, 2] }, { c: [2, 1], d: [4] });
    expect(() => expectFullLoad(problems, 'x.pth')).toThrow(
      new Error(
        'x.pth holds another network: 4 of 4 tensors differ (1 of another shape, 2 missing, 1 extra), first c: expected shape [1, 2], found [2, 1]',
      ),
    );
  });

  it.each([
    [{ a: [2], b: [3] }, { a: [2] }, '1 of 2 tensors differ (1 missing), first b: expected one, found none'],
    [{ a: [2] }, { a: [2], b: [3] }, '1 of 2 tensors differ (1 extra), first b: expected none, found one'],
  ])('tells what is missing or extra', (specs, stored, message) => {
    expect(() => expectFullLoad(plan(specs as Shapes, stored as Shapes), 'x')).toThrow(message);
  });

  it('ends with the way out, which is looked for only then', () => {
    const wayOut = jest.fn(() => 'it fits tiny');
    expectFullLoad(plan({ a: [2] }, { a: [2] }), 'x', wayOut);
    expect(wayOut).not.toHaveBeenCalled();
    expect(() => expectFullLoad(plan({ a: [2] }, { a: [3] }), 'x', wayOut)).toThrow(/found \[3\]; it fits tiny$/);
  });
});

describe('weights/take-params: expectPartialLoad', () => {
  const croco = { enc_norm: [2], 'prediction_head.bias': [3] };
  const dust3r = { enc_norm: [2], 'downstream_head1.proj.bias': [4] };

  it('leaves heads aside and says which', () => {
    expect(expectPartialLoad(plan(dust3r, croco), 'croco.pth')).toEqual({
      missing: ['downstream_head1.proj.bias'],
      extra: ['prediction_head.bias'],
    });
  });

  it('refuses what is missing, extra or misshapen elsewhere', () => {
    expect(() => expectPartialLoad(plan({ ...dust3r, mask_token: [1] }, croco), 'x')).toThrow(
      'x holds another network, even without downstream_head1., downstream_head2., prediction_head.: 1 of 2 tensors differ (1 missing), first mask_token',
    );
    expect(() => expectPartialLoad(plan(dust3r, { ...croco, other: [1] }), 'x')).toThrow('(1 extra), first other');
    const wrong = plan(dust3r, { enc_norm: [2], 'downstream_head1.proj.bias': [5] });
    expect(() => expectPartialLoad(wrong, 'x')).toThrow('downstream_head1.proj.bias: expected shape [4], found [5]');
  });

  it('takes other parts', () => {
    expect(() => expectPartialLoad(plan(dust3r, croco), 'x', { parts: ['prediction_head.'] })).toThrow('1 missing');
  });
});
