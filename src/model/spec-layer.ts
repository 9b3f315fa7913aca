import * as tf from '@tensorflow/tfjs';
import { markMixed } from '#tensor/mixed-linear.ts';
import { isPacked } from '#tensor/packed-weight.ts';
import { mapParams, type ParamSpec, type Params } from '#tensor/params.ts';
import { expectShape } from '#tensor/shape.ts';

/** Where a layer's weights come from: drawn or loaded. */
export type ParamSource = (name: string, spec: ParamSpec) => SourcedWeight;

interface SourcedWeight {
  /** The layer takes it over. */
  readonly value: tf.Tensor;
  readonly isTrainable: boolean;
  /** Products with it are computed in bfloat16 (tensor/mixed-linear.ts). */
  readonly hasMixedProducts?: boolean;
}

/** The part of a source below one branch of the parameter tree. */
export function scoped(source: ParamSource, prefix: string): ParamSource {
  return (name, spec) => source(name ? `${prefix}.${name}` : prefix, spec);
}

/** A tfjs layer whose weights are the leaves of one specification; its `call` passes them to a pure function. */
export abstract class SpecLayer<Spec> extends tf.layers.Layer {
  readonly params: Params<Spec>;

  constructor(spec: Spec, source: ParamSource) {
    super({});
    this.params = mapParams(spec, (leaf, name) => this.adopt(leaf, name, source)) as Params<Spec>;
    this.built = true;
  }

  private adopt(spec: ParamSpec, name: string, source: ParamSource): tf.Tensor {
    const { value, isTrainable, hasMixedProducts } = source(name, spec);
    // A packed weight has no gradient, and another shape.
    const isRounded = isPacked(value);
    if (!isRounded) expectShape(`weight ${name}`, value, spec.shape);
    const initializer = { apply: () => value, getConfig: () => ({}) };
    const weight = this.addWeight(
      name || 'value',
      [...spec.shape],
      value.dtype as 'float32' | 'int32',
      initializer as unknown as Parameters<typeof this.addWeight>[3],
      undefined,
      isTrainable && !isRounded,
    );
    const variable = weight.read();
    if (hasMixedProducts) markMixed(variable);
    return variable;
  }
}
