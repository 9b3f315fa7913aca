import * as tf from '@tensorflow/tfjs';

/** From this many multiplications each, the products of a batch are worth a kernel call of their own. */
const WORTH_A_CALL = 2 ** 17;

/**
 * The WebAssembly engine's matMul, with which only plain products of two matrices run fast: operands are transposed
 * first (5 to 70 times faster than the stock kernel's loop) and batches multiplied one by one (2 to 3 times).
 */
export function wasmMatMul(): tf.KernelConfig {
  const stock = tf.getKernel('BatchMatMul', 'wasm');
  return {
    ...stock,
    kernelFunc: (args) => {
      const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
      const { transposeA, transposeB } = args.attrs as { transposeA: boolean; transposeB: boolean };
      if (transposeA || transposeB) {
        return tf.tidy(() => tf.matMul(transposeA ? swapLast(a) : a, transposeB ? swapLast(b) : b));
      }
      return isLargeBatch(a.shape, b.shape) ? tf.tidy(() => oneByOne(a, b)) : stock.kernelFunc(args);
    },
  };
}

/** The WebAssembly engine's matMul with bias and activation, which is wrong where an operand is transposed. */
export function wasmFusedMatMul(): tf.KernelConfig {
  const stock = tf.getKernel('_FusedMatMul', 'wasm');
  return {
    ...stock,
    kernelFunc: (args) => {
      const { a, b } = args.inputs as { a: tf.Tensor; b: tf.Tensor };
      const { transposeA, transposeB } = args.attrs as { transposeA: boolean; transposeB: boolean };
      if (!transposeA && !transposeB) return stock.kernelFunc(args);
      return tf.tidy(() => {
        const inputs = { ...args.inputs, a: transposeA ? swapLast(a) : a, b: transposeB ? swapLast(b) : b };
        const attrs = { ...args.attrs, transposeA: false, transposeB: false };
        return stock.kernelFunc({ ...args, inputs, attrs }) as tf.Tensor;
      });
    },
  };
}

function swapLast(x: tf.Tensor): tf.Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return x.transpose([...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

function isLargeBatch(a: number[], b: number[]): boolean {
  const batch = a.slice(0, -2);
  const sameBatch = a.length === b.length && batch.every((size, axis) => size === b[axis]);
  const multiplications = a.slice(-2).reduce((x, y) => x * y, b.at(-1) as number);
  return sameBatch && batch.some((size) => size > 1) && multiplications >= WORTH_A_CALL;
}

function oneByOne(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const matrices = (x: tf.Tensor) => tf.unstack(x.reshape([-1, ...x.shape.slice(-2)])) as tf.Tensor2D[];
  const others = matrices(b);
  const products = matrices(a).map((matrix, i) => matrix.matMul(others[i] as tf.Tensor2D));
  return tf.stack(products).reshape([...a.shape.slice(0, -1), b.shape.at(-1) as number]);
}
