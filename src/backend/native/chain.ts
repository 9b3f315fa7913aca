import * as tf from '@tensorflow/tfjs';
import { listAttributes, type NativeBackend, type OpAttributes, type RawTensor } from './execute.ts';

type NumberType = 'float32' | 'bfloat16' | 'int32';

/** One of the library's tensors, by its number there. */
type Id = number;

/**
 * Runs several TensorFlow ops in which tensors of types that tfjs does not know may lie between. Only the results, which
 * must be of types that it knows, become tensors of tfjs; the others are freed.
 */
export function runChain(
  inputs: readonly tf.TensorInfo[],
  compute: (chain: Chain, ids: readonly Id[]) => readonly Id[],
): tf.Tensor[] {
  const backend = tf.backend() as unknown as NativeBackend;
  const chain = new Chain(backend);
  try {
    return compute(chain, backend.getInputTensorIds(inputs)).map((id) => chain.release(id));
  } finally {
    chain.dispose();
  }
}

/** The ops of a chain; every method returns the number of a new tensor, which the chain owns. */
export class Chain {
  private readonly backend: NativeBackend;
  private readonly made = new Map<Id, RawTensor>();

  constructor(backend: NativeBackend) {
    this.backend = backend;
  }

  run(op: string, attributes: OpAttributes, inputs: readonly Id[]): Id {
    return this.runOutputs(op, attributes, inputs, 1)[0] as Id;
  }

  runOutputs(op: string, attributes: OpAttributes, inputs: readonly Id[], count: number): Id[] {
    const outputs = this.backend.binding.executeOp(op, listAttributes(this.backend, attributes), inputs, count);
    for (const output of outputs) this.made.set(output.id, output);
    return outputs.map(({ id }) => id);
  }

  reshape(x: Id, shape: readonly number[], type: NumberType = 'float32'): Id {
    const { binding } = this.backend;
    const sizes = binding.createTensor([shape.length], binding.TF_INT32, Int32Array.from(shape));
    try {
      return this.run('Reshape', { types: { T: type, Tshape: 'int32' } }, [x, sizes]);
    } finally {
      binding.deleteTensor(sizes);
    }
  }

  cast(x: Id, from: NumberType, to: NumberType): Id {
    return this.run('Cast', { types: { SrcT: from, DstT: to } }, [x]);
  }

  bitcast(x: Id, from: NumberType, to: NumberType): Id {
    return this.run('Bitcast', { types: { T: from, type: to } }, [x]);
  }

  /** a b of two matrices, either of them transposed. TensorFlow's BatchMatMul is faster than its MatMul by up to a quarter. */
  product([a, b]: readonly [Id, Id], type: 'float32' | 'bfloat16', transposed?: 'a' | 'b'): Id {
    const flags = { adj_x: transposed === 'a', adj_y: transposed === 'b' };
    return this.run('BatchMatMulV2', { types: { T: type }, bools: flags }, [a, b]);
  }

  /** Hands a result over to tfjs. */
  release(id: Id): tf.Tensor {
    const tensor = this.backend.createOutputTensor(this.made.get(id) as RawTensor);
    this.made.delete(id);
    return tensor;
  }

  dispose(): void {
    for (const id of this.made.keys()) this.backend.binding.deleteTensor(id);
    this.made.clear();
  }
}
