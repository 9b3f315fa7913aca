import { describe, expect, it } from '@jest/globals';
import { gatherBytes, TorchStorage, TorchTensor } from '#weights/torch-tensor.ts';

const storage = new TorchStorage({ key: '0', dtype: 'U8', count: 12, first: 0 });
const tensor = (shape: unknown, strides: unknown, offset: unknown = 0) =>
  new TorchTensor(storage, { shape, strides, offset });

const gather = (view: TorchTensor) => [
  ...gatherBytes(view, Uint8Array.from({ length: 12 }, (_, i) => i).slice(view.offset, view.offset + view.span), 1),
];

describe('weights/torch-tensor: TorchTensor', () => {
  it('knows which views lie in one piece', () => {
    expect(tensor([3, 4], [4, 1]).isContiguous).toBe(true);
    expect(tensor([1, 4], [99, 1]).isContiguous).toBe(true);
    expect(tensor([], []).isContiguous).toBe(true);
    expect(tensor([4, 3], [1, 4]).isContiguous).toBe(false);
    expect(tensor([3, 4], [0, 1]).isContiguous).toBe(false);
  });

  it('counts the elements from its first to its last', () => {
    expect([tensor([2, 2], [4, 1]).span, tensor([], [], 11).span, tensor([0, 5], [5, 1]).span]).toEqual([6, 1, 0]);
  });

  it.each<[string, unknown, unknown, unknown]>([
    ['leaves the storage', [3, 4], [4, 1], 1],
    ['has a stride too few', [3, 4], [4], 0],
    ['has a negative stride', [3], [-1], 2],
    ['has a shape that is no list', 3, [1], 0],
    ['has a fractional offset', [1], [1], 0.5],
    ['has no exact size', [2 ** 40, 2 ** 40], [0, 0], 0],
    ['repeats without end', [2 ** 30], [0], 0],
    ['has too many axes', Array(65).fill(1), Array(65).fill(0), 0],
  ])('refuses a view that %s', (_, shape, strides, offset) => {
    expect(() => tensor(shape, strides, offset)).toThrow('a tensor of storage 0');
  });
});

describe('weights/torch-tensor: gatherBytes', () => {
  it('copies slices, transposed and expanded views in row-major order', () => {
    expect(gather(tensor([2, 2], [4, 1], 1))).toEqual([1, 2, 5, 6]);
    expect(gather(tensor([4, 3], [1, 4]))).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(gather(tensor([2, 1, 3], [0, 7, 2]))).toEqual([0, 2, 4, 0, 2, 4]);
    expect(gather(tensor([0, 3], [3, 1]))).toEqual([]);
  });

  it('takes no longer for many axes of size one', () => {
    const view = tensor([2 ** 20, ...Array(63).fill(1)], Array(64).fill(0));
    const started = performance.now();
    expect(gather(view)).toHaveLength(2 ** 20);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
