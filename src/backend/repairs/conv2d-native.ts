import * as tf from '@tensorflow/tfjs';
import { type OpAttributes, runOp } from '#backend/native/execute.ts';

interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number | tf.backend_util.ExplicitPadding;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly dilations?: number | [number, number];
}

type Shape4D = [number, number, number, number];

/** What the three kernels take; each gets two of them. */
type ConvInputs = Readonly<Record<'x' | 'filter' | 'dy', tf.TensorInfo>>;

/**
 * The native engine's convolutions with padding given in pixels, which tfjs-node refuses though TensorFlow has it:
 * the value, and the gradients by the input and the filter.
 */
export const nativeConvolutions: readonly tf.KernelConfig[] = [
  kernel('Conv2D', ({ x, filter }, attrs) => {
    const info = convInfo(x.shape, filter.shape, attrs);
    return runOp('Conv2D', opAttributes(info), [x, filter]);
  }),
  kernel('Conv2DBackpropFilter', ({ x, dy }, attrs) => {
    const filterShape = attrs['filterShape'] as Shape4D;
    const sizes = tf.tensor1d(filterShape, 'int32');
    return runOp('Conv2DBackpropFilter', opAttributes(convInfo(x.shape, filterShape, attrs)), [x, sizes, dy]);
  }),
  kernel('Conv2DBackpropInput', ({ dy, filter }, attrs) => {
    const inputShape = attrs['inputShape'] as Shape4D;
    const sizes = tf.tensor1d(inputShape, 'int32');
    return runOp('Conv2DBackpropInput', opAttributes(convInfo(inputShape, filter.shape, attrs)), [sizes, filter, dy]);
  }),
];

function kernel(kernelName: string, run: (inputs: ConvInputs, attrs: tf.NamedAttrMap) => tf.Tensor): tf.KernelConfig {
  return {
    kernelName,
    backendName: 'tensorflow',
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => run(inputs as ConvInputs, attrs ?? {})),
  };
}

function convInfo(input: number[], filter: number[], attrs: tf.NamedAttrMap): tf.backend_util.Conv2DInfo {
  const { strides, pad, dataFormat, dimRoundingMode, dilations = 1 } = attrs as unknown as ConvAttrs;
  const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
  return tf.backend_util.computeConv2DInfo(
    input as Shape4D,
    filter as Shape4D,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    false,
    format,
  );
}

function opAttributes(info: tf.backend_util.Conv2DInfo): OpAttributes {
  const { type, top, bottom, left, right } = info.padInfo;
  const named = type === 'VALID' || type === 'SAME';
  const channelsLast = info.dataFormat === 'channelsLast';
  const place = (h: number, w: number) => (channelsLast ? [1, h, w, 1] : [1, 1, h, w]);
  const pads = channelsLast ? [0, 0, top, bottom, left, right, 0, 0] : [0, 0, 0, 0, top, bottom, left, right];
  return {
    types: { T: 'float32' },
    ints: {
      strides: place(info.strideHeight, info.strideWidth),
      dilations: place(info.dilationHeight, info.dilationWidth),
      ...(named ? {} : { explicit_paddings: pads }),
    },
    strings: { padding: named ? type : 'EXPLICIT', data_format: channelsLast ? 'NHWC' : 'NCHW' },
    bools: { use_cudnn_on_gpu: true },
  };
}
