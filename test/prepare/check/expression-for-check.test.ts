import { describe, expect, it } from '@jest/globals';
import { datasetsOf } from '#data/mix.ts';
import { datasetTypes } from '#data/registry.ts';
import { callText, parseForCheck } from '#prepare/check/expression-for-check.ts';

const parsed = (text: string) =>
  datasetsOf(parseForCheck(text, datasetTypes)).map(({ type, common: { resolutions } }) => [type.name, resolutions]);

describe('prepare/check: parseForCheck', () => {
  it('adds a resolution to every call where none has one', () => {
    const call = "5 @ (Synthetic() + Synthetic(overlap=(0.2, 0.8),) + 2 * Co3d(split='train', ROOT='a (1)'))";
    expect(parsed(call)).toEqual([
      ['Synthetic', [[224, 224]]],
      ['Synthetic', [[224, 224]]],
      ['Co3d', [[224, 224]]],
    ]);
  });

  it('leaves resolutions as they are given', () => {
    expect(parsed('Synthetic(resolution=(512, 384))')).toEqual([['Synthetic', [[512, 384]]]]);
    expect(() => parsed('Synthetic(resolution=64) + Synthetic()')).toThrow(/the argument resolution is missing/);
  });
});

describe('prepare/check: callText', () => {
  it('writes a call that is read back as it was given', () => {
    const ROOT = "a\\'b";
    const text = callText('Habitat', { size: 1000, split: 'val', none: null, ROOT });
    expect(text).toBe("Habitat(size=1000, split='val', ROOT='a\\\\\\'b')");
    expect(datasetsOf(parseForCheck(text, datasetTypes))[0]?.values).toMatchObject({ size: 1000, split: 'val', ROOT });
  });
});
