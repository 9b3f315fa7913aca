import { describe, expect, it } from '@jest/globals';
import { type ParamSpec, param } from '#tensor/params.ts';
import type { TensorInfo } from '#weights/archive.ts';
import { fitCheckpoint, type WantedWeights } from '#weights/fit-checkpoint.ts';
import type { Checkpoint } from '#weights/open-checkpoint.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;
const specsOf = (shapes: Shapes): ReadonlyMap<string, ParamSpec> =>
  new Map(Object.entries(shapes).map(([name, shape]) => [name, param(shape, { kind: 'zeros' })]));

/** A checkpoint whose tensors hold the length of their names. */
function checkpoint(shapes: Shapes, kind: Checkpoint['kind'] = 'dust3r'): Checkpoint {
  const tensors = new Map(
    Object.entries(shapes).map(([name, shape]): [string, TensorInfo] => [name, { dtype: 'F32', shape }]),
  );
  const archive = {
    ...{ path: 'x.pth', tensors, metadata: {} },
    readFloat32: async (name: string) => Float32Array.of(name.length),
    readBytes: async () => new Uint8Array(),
    close: async () => undefined,
  };
  return { archive, kwargs: undefined, kind, licence: undefined };
}

function wanted(shapes: Shapes, given: Partial<WantedWeights> = {}): WantedWeights {
  return { specs: specsOf(shapes), isNewHead: false, draw: () => Float32Array.of(-1), presets: () => [], ...given };
}

const valuesOf = async ({ weights }: ReturnType<typeof fitCheckpoint>) =>
  Object.fromEntries(await Promise.all(weights.map(async ({ name, data }) => [name, (await data())[0]])));

describe('weights/fit-checkpoint', () => {
  const own = { enc_norm: [2], 'downstream_head1.bias': [4] };

  it('gives every weight, in the order of the network, read when asked for', async () => {
    const fitted = fitCheckpoint(checkpoint({ 'downstream_head1.bias': [4], enc_norm: [2] }), wanted(own));
    expect(fitted.weights.map(({ name, shape }) => [name, shape])).toEqual(Object.entries(own));
    expect(await valuesOf(fitted)).toEqual({ enc_norm: 8, 'downstream_head1.bias': 21 });
    expect(fitted).toMatchObject({ drawn: [], left: [], isDecoderCopied: false });
  });

  it.each([
    ['of CroCo', 'croco', false],
    ['with other heads', 'dust3r', true],
  ] as const)('draws the heads for a checkpoint %s', async (_, kind, isNewHead) => {
    const stored = checkpoint({ enc_norm: [2], 'prediction_head.bias': [9] }, kind);
    const fitted = fitCheckpoint(stored, wanted(own, { isNewHead }));
    expect(fitted).toMatchObject({ drawn: ['downstream_head1.bias'], left: ['prediction_head.bias'] });
    expect(await valuesOf(fitted)).toEqual({ enc_norm: 8, 'downstream_head1.bias': -1 });
  });

  it('copies the only decoder and says so', async () => {
    const fitted = fitCheckpoint(
      checkpoint({ 'dec_blocks.0.bias': [1] }),
      wanted({ 'dec_blocks.0.bias': [1], 'dec_blocks2.0.bias': [1] }),
    );
    expect(fitted.isDecoderCopied).toBe(true);
    expect(await valuesOf(fitted)).toEqual({ 'dec_blocks.0.bias': 17, 'dec_blocks2.0.bias': 17 });
  });

  it('names the presets that another network is, in one line', () => {
    const presets = () =>
      [
        ['small', { specs: specsOf({ enc_norm: [3] }) }],
        ['large', { specs: specsOf({ enc_norm: [5] }) }],
        ['larger', { specs: specsOf({ enc_norm: [5] }) }],
      ] as const;
    const failure = (stored: Shapes) => () => fitCheckpoint(checkpoint(stored), wanted({ enc_norm: [2] }, { presets }));
    const start = 'x.pth holds another network: 1 of 1 tensors differ (1 of another shape), first enc_norm: expected';
    expect(failure({ enc_norm: [3] })).toThrow(new Error(`${start} shape [2], found [3]; it fits the preset small`));
    expect(failure({ enc_norm: [5] })).toThrow(
      new Error(`${start} shape [2], found [5]; it fits each of the presets large, larger`),
    );
    expect(failure({ enc_norm: [4] })).toThrow(new Error(`${start} shape [2], found [4]; it fits none of the presets`));
  });

  it('tells of a backbone that differs behind other heads', () => {
    expect(() => fitCheckpoint(checkpoint({ enc_norm: [3] }, 'croco'), wanted(own))).toThrow(
      /^x\.pth holds another network, even without downstream_head1\., .*enc_norm: expected shape \[2\], found \[3\]; it fits none/,
    );
  });
});
