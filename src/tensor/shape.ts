import type * as tf from '@tensorflow/tfjs';

/**
 * Throws unless the tensor has the expected shape; letters stand for any size (and for the same size where repeated).
 * @example expectShape('image', image, ['B', 3, 'H', 'W'])
 */
export function expectShape(name: string, tensor: tf.Tensor, expected: readonly (number | string)[]): void {
  const sizes = new Map<string, number>();
  const fits =
    tensor.shape.length === expected.length &&
    expected.every((want, axis) => {
      const got = tensor.shape[axis] as number;
      if (typeof want === 'number') return want === got;
      if (!sizes.has(want)) sizes.set(want, got);
      return sizes.get(want) === got;
    });
  if (!fits) throw new RangeError(`${name}: expected shape [${expected.join(', ')}], got [${tensor.shape.join(', ')}]`);
}
