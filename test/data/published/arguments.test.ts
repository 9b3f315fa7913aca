import { describe, expect, it } from '@jest/globals';
import { choiceArgument, countArgument, rootArgument, splitArgument } from '#data/published/arguments.ts';

describe('data/published/arguments', () => {
  it('looks for the data in a place of its own unless ROOT is given', () => {
    const { read, default: byDefault } = rootArgument('data/co3d_processed');
    expect(byDefault).toBe('data/co3d_processed');
    expect(read('/mnt/co3d')).toBe('/mnt/co3d');
    for (const value of ['', 3, null]) expect(() => read(value)).toThrow(/^expected a folder, got/);
  });

  it('takes the first split unless the expression says which', () => {
    const { read, default: byDefault } = splitArgument('train', 'test');
    expect(byDefault).toBe('train');
    expect(read('test')).toBe('test');
    expect(() => read('val')).toThrow("expected 'train' or 'test', got 'val'");
  });

  it('reads counts, which have no default', () => {
    const argument = countArgument('number of scenes');
    expect('default' in argument).toBe(false);
    expect(argument.read(1_000_000)).toBe(1_000_000);
    for (const value of [0, 1.5, -1, '7', true]) expect(() => argument.read(value)).toThrow('a whole number from 1');
  });

  it('writes choices as Python does', () => {
    const { read } = choiceArgument('any', [null, true, 2, 'rand'], null);
    expect([null, true, 2, 'rand'].map(read)).toEqual([null, true, 2, 'rand']);
    expect(() => read(false)).toThrow("expected None or True or 2 or 'rand', got False");
  });
});
