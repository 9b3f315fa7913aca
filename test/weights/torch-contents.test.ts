import { describe, expect, it } from '@jest/globals';
import { collectTensors, toPlainData } from '#weights/torch-contents.ts';
import { Namespace } from '#weights/torch-globals.ts';
import { TorchStorage, TorchTensor } from '#weights/torch-tensor.ts';

const storage = new TorchStorage({ key: '0', dtype: 'F32', count: 2, first: 0 });
const tensor = new TorchTensor(storage, { shape: [2], strides: [1], offset: 0 });

describe('weights/torch-contents: toPlainData', () => {
  it('turns dicts and namespaces into objects, and tensors into their dtype and shape', () => {
    const args = new Namespace();
    args.setState(new Map<string, unknown>([['lr', 0.1]]));
    const value = new Map<unknown, unknown>([
      ['args', args],
      [0, [tensor, null]],
    ]);
    expect(toPlainData(value)).toEqual({ args: { lr: 0.1 }, 0: [{ dtype: 'F32', shape: [2] }, null] });
  });

  it('keeps what is shared shared, however often', () => {
    let value: unknown[] = [];
    for (let i = 0; i < 60; i++) value = [value, value];
    const [first, second] = toPlainData(value) as readonly unknown[];
    expect(first).toBe(second);
  });

  it('refuses data that contain themselves, and keys that are no text or number', () => {
    const list: unknown[] = [];
    list.push(list);
    expect(() => toPlainData(list)).toThrow('nested deeper than 64 or contain themselves');
    expect(() => toPlainData(new Map([[[], 1]]))).toThrow('a key that is neither text nor a number');
  });

  it('keeps a key "__proto__" as a plain key', () => {
    expect(Object.entries(toPlainData(new Map([['__proto__', 1]])) as object)).toEqual([['__proto__', 1]]);
  });
});

describe('weights/torch-contents: collectTensors', () => {
  it('names tensors by their dotted path', () => {
    const state = new Map<unknown, unknown>([[0, new Map([['exp_avg', tensor]])]]);
    const value = new Map<string, unknown>([
      ['a.weight', tensor],
      ['state', state],
      ['list', [1, tensor]],
    ]);
    expect([...collectTensors(value).keys()]).toEqual(['a.weight', 'state.0.exp_avg', 'list.1']);
  });

  it('refuses two tensors of one name, and more paths than it can follow', () => {
    const twice = new Map<unknown, unknown>([
      [1, tensor],
      ['1', tensor],
    ]);
    expect(() => collectTensors(twice)).toThrow('two tensors are named 1');
    let shared: unknown[] = [tensor];
    for (let i = 0; i < 40; i++) shared = [shared, shared];
    expect(() => collectTensors(shared)).toThrow('too many');
    expect(() => collectTensors(new Map([['x'.repeat(2_000), tensor]]))).toThrow('named too long');
  });
});
