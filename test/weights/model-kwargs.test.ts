import { describe, expect, it } from '@jest/globals';
import { kwargsFromConfig, kwargsFromContents } from '#weights/model-kwargs.ts';

describe('weights/model-kwargs', () => {
  it('reads the constructor call in args.model', () => {
    const model = "AsymmetricCroCo3DStereo(img_size=(224, 224), conf_mode=('exp', 1, inf))";
    expect(kwargsFromContents({ args: { model } })).toEqual({ img_size: [224, 224], conf_mode: ['exp', 1, Infinity] });
  });

  it('reads croco_kwargs', () => {
    expect(kwargsFromContents({ croco_kwargs: { enc_depth: 24, img_size: 224 } })).toEqual({
      enc_depth: 24,
      img_size: 224,
    });
  });

  it('has none where the checkpoint says none', () => {
    expect(kwargsFromContents({})).toBeUndefined();
    expect(kwargsFromContents([1])).toBeUndefined();
    expect(kwargsFromContents({ args: { lr: 1 } })).toBeUndefined();
  });

  it('says what is wrong with args.model', () => {
    expect(() => kwargsFromContents({ args: { model: 'f(' } })).toThrow(
      'its args.model is not a constructor call: Python notation: a value is expected (column 3',
    );
  });

  it('turns "inf" and "-inf" of a config into numbers', () => {
    const config = { depth_mode: ['exp', '-inf', 'inf'], head_type: 'dpt', freeze: null };
    expect(kwargsFromConfig(config, 'config.json')).toEqual({
      depth_mode: ['exp', -Infinity, Infinity],
      head_type: 'dpt',
      freeze: null,
    });
  });

  it('reads a nested object, as of a DPT head with sizes of its own', () => {
    expect(kwargsFromConfig({ dpt: { last_dim: 16, dims: [1, 2] } }, 'config.json')).toEqual({
      dpt: { last_dim: 16, dims: [1, 2] },
    });
  });

  it('refuses a config that is no object of plain values', () => {
    expect(() => kwargsFromConfig([], 'config.json')).toThrow('config.json: expected an object');
    expect(() => kwargsFromConfig({ a: [{ b: 1 }] }, 'config.json')).toThrow('config.json.a: a number, text');
  });
});
