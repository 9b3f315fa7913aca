import * as tf from '@tensorflow/tfjs';

type Shape4D = [number, number, number, number];

/** Kernels that the WebAssembly engine lacks and gradients need, made of those that it has. */
export const wasmMissing: readonly tf.KernelConfig[] = [
  {
    kernelName: 'Conv2DBackpropFilter',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, dy } = inputs as { x: tf.Tensor4D; dy: tf.Tensor4D };
      if (attrs?.['dataFormat'] !== 'NHWC')
        throw new Error(`conv2d on wasm: expected NHWC, got ${attrs?.['dataFormat']}`);
      return tf.tidy(() => filterGradient(x, dy, attrs));
    },
  },
  {
    kernelName: 'UnsortedSegmentSum',
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) => {
      const { x, segmentIds } = inputs as { x: tf.Tensor; segmentIds: tf.Tensor };
      return segmentSum(x, segmentIds, attrs?.['numSegments'] as number);
    },
  },
];

/** For each place of the filter, the product of the pixels that it saw with what came out. */
function filterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, attrs: tf.NamedAttrMap): tf.Tensor {
  const { strides, pad, dimRoundingMode, filterShape } = attrs as unknown as {
    strides: number | [number, number];
    pad: 'valid' | 'same' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
    filterShape: Shape4D;
  };
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, strides, 1, pad, dimRoundingMode);
  const { top, bottom, left, right } = info.padInfo;
  const padded = tf.pad(x, [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]);
  const [kh, kw, I, O] = filterShape;
  const [B, h, w] = dy.shape;
  const out: tf.Tensor2D = dy.reshape([B * h * w, O]);
  const seenFrom = (row: number, column: number): tf.Tensor2D => {
    const end = [B, row + (h - 1) * info.strideHeight + 1, column + (w - 1) * info.strideWidth + 1, I];
    const seen = padded.stridedSlice([0, row, column, 0], end, [1, info.strideHeight, info.strideWidth, 1]);
    return seen.reshape([B * h * w, I]);
  };
  const places = Array.from({ length: kh * kw }, (_, i) =>
    tf.tidy(() => seenFrom(Math.floor(i / kw), i % kw).matMul(out, true)),
  );
  return tf.stack(places).reshape(filterShape);
}

/** Rows of x with the same id are added up; ids out of range are left out, as in TensorFlow. */
function segmentSum(x: tf.Tensor, segmentIds: tf.Tensor, count: number): tf.Tensor {
  const values = x.dataSync<'float32'>();
  const ids = segmentIds.dataSync<'int32'>();
  const inner = x.size / ids.length;
  const sums = new Float32Array(count * inner);
  ids.forEach((id, row) => {
    if (id < 0 || id >= count) return;
    for (let i = 0; i < inner; i++)
      sums[id * inner + i] = (sums[id * inner + i] as number) + (values[row * inner + i] as number);
  });
  return tf.tensor(sums, [count, ...x.shape.slice(segmentIds.rank)]);
}
