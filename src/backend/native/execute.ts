import * as tf from '@tensorflow/tfjs';

type AttributeValue = string | number | boolean | readonly number[];

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: AttributeValue;
}

/** A tensor of the library, which may be of a type that tfjs does not know. */
export interface RawTensor {
  readonly id: number;
}

interface RawBinding {
  executeOp(op: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): RawTensor[];
  createTensor(shape: readonly number[], type: number, values: Int32Array): number;
  deleteTensor(id: number): void;
}

/** tfjs-node's engine, as far as we use it. */
export interface NativeBackend {
  readonly binding: RawBinding &
    Readonly<Record<'TF_ATTR_STRING' | 'TF_ATTR_INT' | 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL', number>> &
    Readonly<Record<'TF_ATTR_TYPE' | 'TF_FLOAT' | 'TF_INT32' | 'TF_BOOL', number>>;
  getInputTensorIds(inputs: readonly tf.TensorInfo[]): number[];
  createOutputTensor(output: RawTensor): tf.Tensor;
  executeSingleOutput(op: string, attributes: readonly Attribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
}

/** Attributes of a TensorFlow op by kind, each by its name; bfloat16 is for chains only. */
export interface OpAttributes {
  readonly types?: Readonly<Record<string, 'float32' | 'int32' | 'bool' | 'bfloat16'>>;
  readonly ints?: Readonly<Record<string, number | readonly number[]>>;
  readonly floats?: Readonly<Record<string, number>>;
  readonly bools?: Readonly<Record<string, boolean>>;
  readonly strings?: Readonly<Record<string, string>>;
}

/** Runs a TensorFlow op with one output, by its name in TensorFlow, on the native engine. */
export function runOp(op: string, attributes: OpAttributes, inputs: readonly tf.TensorInfo[]): tf.Tensor {
  const backend = tf.backend() as unknown as NativeBackend;
  return backend.executeSingleOutput(op, listAttributes(backend, attributes), inputs);
}

/** The same for an op with several outputs. */
export function runOpOutputs(
  op: string,
  attributes: OpAttributes,
  inputs: readonly tf.TensorInfo[],
  outputs: number,
): tf.Tensor[] {
  const backend = tf.backend() as unknown as NativeBackend;
  return backend.executeMultipleOutputs(op, listAttributes(backend, attributes), inputs, outputs);
}

/** TensorFlow's number of the type; tfjs-node has no name for it. */
const TF_BFLOAT16 = 14;

export function listAttributes({ binding }: NativeBackend, attributes: OpAttributes): Attribute[] {
  const { types = {}, ints = {}, floats = {}, bools = {}, strings = {} } = attributes;
  const list = (type: number, record: Readonly<Record<string, AttributeValue>>): Attribute[] =>
    Object.entries(record).map(([name, value]) => ({ name, type, value }));
  const codes = { float32: binding.TF_FLOAT, int32: binding.TF_INT32, bool: binding.TF_BOOL, bfloat16: TF_BFLOAT16 };
  return [
    ...Object.entries(types).map(([name, type]) => ({ name, type: binding.TF_ATTR_TYPE, value: codes[type] })),
    ...list(binding.TF_ATTR_INT, ints),
    ...list(binding.TF_ATTR_FLOAT, floats),
    ...list(binding.TF_ATTR_BOOL, bools),
    ...list(binding.TF_ATTR_STRING, strings),
  ];
}
