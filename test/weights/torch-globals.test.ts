import { describe, expect, it } from '@jest/globals';
import { findTorchGlobal, type Namespace } from '#weights/torch-globals.ts';
import type { Stateful } from '#weights/torch-pickle.ts';

const call = (name: string, ...args: unknown[]) => findTorchGlobal(name).call?.(args);
const scalar = (code: string, bytes: Uint8Array, order = '<') => {
  const dtype = call('numpy.dtype', code, false, true) as Stateful;
  dtype.setState([3, order, null]);
  return call('numpy._core.multiarray.scalar', dtype, bytes);
};

describe('weights/torch-globals: findTorchGlobal', () => {
  it("reads numpy's scalars", () => {
    expect(scalar('f8', new Uint8Array(Float64Array.of(1.5).buffer))).toBe(1.5);
    expect(scalar('i8', new Uint8Array(BigInt64Array.of(-3n).buffer))).toBe(-3);
    expect(scalar('u8', new Uint8Array(8).fill(255))).toBe(2n ** 64n - 1n);
    expect(scalar('b1', Uint8Array.of(1))).toBe(true);
    expect(scalar('i4', Uint8Array.of(0, 0, 1, 0), '>')).toBe(256);
    expect(call('_codecs.encode', 'aÿ', 'latin1')).toEqual(Uint8Array.of(97, 255));
  });

  it('reads devices, sizes and namespaces as plain data', () => {
    expect(call('torch.device', 'cuda', 0)).toBe('cuda:0');
    expect(call('torch.Size', [1, 2])).toEqual([1, 2]);
    const namespace = call('argparse.Namespace') as Namespace;
    namespace.setState(new Map([['lr', 1]]));
    expect(namespace.attributes.get('lr')).toBe(1);
  });

  it.each([
    'os.system',
    'builtins.eval',
    'torch.load',
    'numpy.load',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    'collections.OrderedDict.fromkeys',
  ])('refuses %s by its name', (name) => {
    expect(() => findTorchGlobal(name)).toThrow(`"${name}", which no state dict needs; it was refused`);
  });

  it.each<[string, unknown[], string]>([
    ['collections.OrderedDict', [[]], 'no arguments are expected'],
    ['numpy.dtype', ['O8'], 'one of f8, f4'],
    ['numpy.dtype', [[[[]]]], 'got a object'],
    ['numpy.core.multiarray.scalar', ['f8', new Uint8Array(8)], 'must have a numpy.dtype'],
    ['_codecs.encode', ['a', 'utf7'], 'latin1 are expected'],
    ['torch._utils._rebuild_tensor_v2', [null, 0, [], []], 'a tensor must be cut from a storage'],
    ['torch._utils._rebuild_tensor_v3', [null, 0, [], [], false, null, 'x'], 'the dtype "" is not supported'],
  ])('refuses to call %s with %j', (name, args, message) => {
    expect(() => call(name, ...args)).toThrow(message);
  });

  it('refuses a scalar of another size', () => {
    expect(() => scalar('f8', new Uint8Array(4))).toThrow('a numpy scalar of type f8 takes 8 bytes');
  });
});
