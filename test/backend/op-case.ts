import type * as tf from '@tensorflow/tfjs';

/** One op of the network or its losses, on small inputs. */
export interface OpCase {
  readonly name: string;
  /** Shapes of the inputs; they are filled with numbers that the case's `range` holds. */
  readonly shapes: readonly (readonly number[])[];
  readonly run: (...inputs: tf.Tensor[]) => tf.Tensor;
  /** Default [-1, 1]. */
  readonly range?: readonly [number, number];
  /** For ops that no gradient passes through. */
  readonly valueOnly?: true;
}

type Run = OpCase['run'];

/** Away from the poles of log, sqrt and division. */
export const POSITIVE = { range: [0.5, 2] } as const;

export function op(name: string, shapes: OpCase['shapes'], run: Run, more: Partial<OpCase> = {}): OpCase {
  return { name, shapes, run, ...more };
}

/** An op of one tensor. */
export function one(name: string, run: Run, more: Partial<OpCase> = {}): OpCase {
  return op(name, [[2, 3, 4]], run, more);
}

export function valueOnly(name: string, run: Run, more: Partial<OpCase> = {}): OpCase {
  return one(name, run, { ...more, valueOnly: true });
}
