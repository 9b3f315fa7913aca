import * as tf from '@tensorflow/tfjs';
import { valueAndGradients } from './gradients.ts';

/** What a block computes from: gradients flow to `inputs` and `variables`; `constants` (rotary tables, masks) have none. */
export interface BlockOperands {
  readonly inputs: readonly tf.Tensor[];
  readonly constants?: readonly tf.Tensor[];
  /** Those that the block reads by itself and that are trained; each must affect its output. */
  readonly variables: readonly tf.Variable[];
}

type Block<T extends tf.Tensor> = (inputs: readonly tf.Tensor[], constants: readonly tf.Tensor[]) => T;

/**
 * Gradient checkpointing of one block: nothing between its inputs and its output is kept for the gradient, which computes
 * the block once more. Values and gradients are the same to the last bit, for a block that is a function of its operands.
 * Where no gradient is asked for, it is the block itself.
 */
export function recompute<T extends tf.Tensor>(block: Block<T>, operands: BlockOperands): T {
  const { inputs, constants = [], variables } = operands;
  const checkpointed = tf.customGrad((...args) => {
    const save = args.at(-1) as unknown as tf.GradSaveFunc;
    save([...inputs, ...constants]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [again, same] = [saved.slice(0, inputs.length), saved.slice(inputs.length)];
      return blockGradients(() => block(again, same), [...again, ...variables], dy);
    };
    return { value: block(inputs, constants), gradFunc };
  });
  return checkpointed(...inputs, ...variables) as T;
}

function blockGradients(block: () => tf.Tensor, xs: readonly tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  return tf.tidy(() => {
    const { gradients } = valueAndGradients(block, xs, dy);
    const unused = gradients.indexOf(undefined);
    if (unused >= 0)
      throw new Error(
        `recompute: operand ${unused} of ${xs.length} (inputs, then variables) does not affect the output`,
      );
    return gradients as tf.Tensor[];
  });
}
