import { describe, expect, it } from '@jest/globals';
import * as tf from '@tensorflow/tfjs';
import { countParams, listParams, listSpecs, mapParams, param } from '#tensor/params.ts';
import { useBackend } from '#test/support/backend.ts';

useBackend();

const leaf = (...shape: number[]) => param(shape, { kind: 'zeros' });
const spec = {
  blocks: [
    { weight: leaf(2, 3), bias: leaf(2) },
    { weight: leaf(4, 3), bias: leaf(4) },
  ],
  head: { '0': leaf(5), '2': leaf() },
};

describe('tensor/params', () => {
  it('names every leaf by its dotted path, in the order of declaration', () => {
    expect([...listSpecs(spec).keys()]).toEqual([
      'blocks.0.weight',
      'blocks.0.bias',
      'blocks.1.weight',
      'blocks.1.bias',
      'head.0',
      'head.2',
    ]);
    expect(listSpecs(spec).get('blocks.1.weight')).toEqual({ shape: [4, 3], init: { kind: 'zeros' } });
  });

  it('calls a specification that is a single leaf by the empty name', () => {
    expect([...listSpecs(leaf(7)).keys()]).toEqual(['']);
  });

  it('counts the numbers of all leaves, a scalar as one', () => {
    expect(countParams(spec)).toBe(6 + 2 + 12 + 4 + 5 + 1);
    expect(countParams({})).toBe(0);
  });

  it('maps leaves and keeps the tree', () => {
    const names = mapParams(spec, ({ shape }, name) => `${name}:${shape.join('×')}`);
    expect(names).toEqual({
      blocks: [
        { weight: 'blocks.0.weight:2×3', bias: 'blocks.0.bias:2' },
        { weight: 'blocks.1.weight:4×3', bias: 'blocks.1.bias:4' },
      ],
      head: { '0': 'head.0:5', '2': 'head.2:' },
    });
  });

  it('lists the tensors of a tree by the names of the specification', () => {
    const params = mapParams(spec, ({ shape }): tf.Tensor => tf.zeros([...shape]));
    const listed = listParams(spec, params);
    expect([...listed.keys()]).toEqual([...listSpecs(spec).keys()]);
    expect(listed.get('blocks.1.bias')).toBe(params.blocks[1]?.bias);
    expect(listed.get('head.2')).toBe(params.head['2']);
  });
});
