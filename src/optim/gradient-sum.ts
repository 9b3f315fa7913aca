import * as tf from '@tensorflow/tfjs';

/**
 * Sums the gradients of several micro-batches by name. It takes over every gradient that it is given; a name that some
 * micro-batches lack is summed over the others.
 */
export class GradientSum {
  private readonly sums = new Map<string, tf.Tensor>();

  get gradients(): ReadonlyMap<string, tf.Tensor> {
    return this.sums;
  }

  /** Frees each addend before it adds the next, so that at most one tensor exists twice. */
  add(gradients: ReadonlyMap<string, tf.Tensor>): void {
    for (const [name, gradient] of gradients) {
      const sum = this.sums.get(name);
      this.sums.set(name, tf.keep(sum ? tf.add(sum, gradient) : gradient));
      if (sum) tf.dispose([sum, gradient]);
    }
  }

  clear(): void {
    tf.dispose([...this.sums.values()]);
    this.sums.clear();
  }
}
