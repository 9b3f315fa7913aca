import type * as tf from '@tensorflow/tfjs';
import type { Chain } from './chain.ts';

/** One of the library's tensors, by its number there. */
type Id = number;

/** Matrices in the type in which a layer multiplies, and the way there from tfjs's float32 tensors and back. */
export interface Products {
  /** Tokens [..., C] as a matrix [R, C]. */
  rows(x: Id, info: tf.TensorInfo): Id;
  /** The same of a gradient, and the sum of its rows: the bias's gradient. */
  rowsAndSum(dy: Id, info: tf.TensorInfo): readonly [rows: Id, sum: Id];
  weight(float32: Id): Id;
  multiply(factors: readonly [Id, Id], transposed?: 'a' | 'b'): Id;
  addBias(product: Id, bias: Id, like: Id): Id;
  /** GELU(product + bias) */
  biasGelu(product: Id, bias: Id): Id;
  /** The same once more, and the gradients of product and bias. */
  biasGeluGradient(product: Id, bias: Id, dy: Id): readonly [y: Id, dProduct: Id, dBias: Id];
  /** A matrix [R, C] as float32 tokens with the leading axes of `like`. */
  tokens(rows: Id, like: Id, info: { readonly shape: readonly number[]; readonly width: number }): Id;
  /** A matrix as a float32 one. */
  matrix(x: Id): Id;
  /** A matrix [R, C] as tfjs can hold it, and back. */
  keep(x: Id, width: number): Id;
  kept(x: Id, width: number): Id;
}

export type ProductType = 'float32' | 'bfloat16';

export function productsOf(type: ProductType, chain: Chain): Products {
  return type === 'float32' ? new Float32Products(chain) : new Bfloat16Products(chain);
}

class Float32Products implements Products {
  private readonly chain: Chain;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  rows(x: Id, { shape }: tf.TensorInfo): Id {
    return shape.length === 2 ? x : this.chain.reshape(x, [-1, shape.at(-1) as number]);
  }

  rowsAndSum(dy: Id, info: tf.TensorInfo): readonly [Id, Id] {
    return [this.rows(dy, info), this.chain.run('Dust3rSumRows', {}, [dy])];
  }

  weight(float32: Id): Id {
    return float32;
  }

  multiply(factors: readonly [Id, Id], transposed?: 'a' | 'b'): Id {
    return this.chain.product(factors, 'float32', transposed);
  }

  addBias(product: Id, bias: Id, like: Id): Id {
    return this.chain.run('Dust3rAddBias', {}, [product, bias, like]);
  }

  biasGelu(product: Id, bias: Id): Id {
    return this.chain.run('Dust3rBiasGelu', {}, [product, bias]);
  }

  biasGeluGradient(product: Id, bias: Id, dy: Id): readonly [Id, Id, Id] {
    return this.chain.runOutputs('Dust3rBiasGeluGrad', {}, [product, bias, dy], 3) as unknown as [Id, Id, Id];
  }

  tokens(rows: Id, _: Id, { shape, width }: { shape: readonly number[]; width: number }): Id {
    return shape.length === 2 ? rows : this.chain.reshape(rows, shape.with(-1, width));
  }

  matrix(x: Id): Id {
    return x;
  }

  keep(x: Id): Id {
    return x;
  }

  kept(x: Id): Id {
    return x;
  }
}

/** What is kept is int32 [R, C/2], two numbers in each, since tfjs knows no bfloat16. */
class Bfloat16Products implements Products {
  private readonly chain: Chain;

  constructor(chain: Chain) {
    this.chain = chain;
  }

  rows(x: Id): Id {
    return this.chain.run('Dust3rToBfloat16', {}, [x]);
  }

  rowsAndSum(dy: Id): readonly [Id, Id] {
    return this.chain.runOutputs('Dust3rToBfloat16AndSum', {}, [dy], 2) as unknown as [Id, Id];
  }

  weight(float32: Id): Id {
    return this.chain.cast(float32, 'float32', 'bfloat16');
  }

  multiply(factors: readonly [Id, Id], transposed?: 'a' | 'b'): Id {
    return this.chain.product(factors, 'bfloat16', transposed);
  }

  addBias(product: Id, bias: Id, like: Id): Id {
    return this.chain.run('Dust3rAddBiasBfloat16', {}, [product, bias, like]);
  }

  biasGelu(product: Id, bias: Id): Id {
    return this.chain.run('Dust3rBiasGeluBfloat16', {}, [product, bias]);
  }

  biasGeluGradient(product: Id, bias: Id, dy: Id): readonly [Id, Id, Id] {
    return this.chain.runOutputs('Dust3rBiasGeluGradBfloat16', {}, [product, bias, dy], 3) as unknown as [Id, Id, Id];
  }

  tokens(rows: Id, like: Id): Id {
    return this.chain.run('Dust3rToFloat32', {}, [rows, like]);
  }

  matrix(x: Id): Id {
    return this.chain.cast(x, 'bfloat16', 'float32');
  }

  keep(x: Id, width: number): Id {
    return this.chain.bitcast(this.chain.reshape(x, [-1, width / 2, 2], 'bfloat16'), 'bfloat16', 'int32');
  }

  kept(x: Id, width: number): Id {
    return this.chain.reshape(this.chain.bitcast(x, 'int32', 'bfloat16'), [-1, width], 'bfloat16');
  }
}
