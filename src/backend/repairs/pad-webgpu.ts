import * as tf from '@tensorflow/tfjs';

/** The WebGPU engine's pad, whose shader does not compile for rank 5 and 6: padded there one axis at a time. */
export function webgpuPad(): tf.KernelConfig {
  const stock = tf.getKernel('PadV2', 'webgpu');
  return {
    ...stock,
    kernelFunc: (args) => {
      const { x } = args.inputs as { x: tf.Tensor };
      const { paddings, constantValue } = args.attrs as { paddings: [number, number][]; constantValue: number };
      if (x.rank <= 4) return stock.kernelFunc(args);
      return tf.tidy(() => paddings.reduce((part, pads, axis) => padAxis(part, axis, pads, constantValue), x));
    },
  };
}

/** [outer…, axis, inner…] as rank 3, which the stock kernel can. */
function padAxis(x: tf.Tensor, axis: number, [before, after]: [number, number], value: number): tf.Tensor {
  const size = x.shape[axis] as number;
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const shape = x.shape.with(axis, before + size + after);
  return x
    .reshape([-1, size, inner])
    .pad(
      [
        [0, 0],
        [before, after],
        [0, 0],
      ],
      value,
    )
    .reshape(shape);
}
