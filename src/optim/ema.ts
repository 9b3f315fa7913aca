import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import { holdAlone, runOnLists } from '#tensor/overwrite.ts';
import {
  expectNoOther,
  readState,
  readStateTensor,
  type State,
  type StateTensor,
  stateNumber,
  stateTensor,
} from './state.ts';

const UPDATES = 'updates';

/**
 * The exponential moving average of weights: average ← d·average + (1 − d)·weight, with d = min(decay, (1 + n)/(10 + n))
 * at update n, so that a short run is not an average of its random start. It owns the averages.
 */
export class WeightAverage {
  readonly decay: number;
  private readonly variables: ReadonlyMap<string, tf.Variable>;
  private readonly averages = new Map<string, tf.Tensor>();
  private updates = 0;

  /**
   * @param variables by the names under which the state is saved; those that are not trainable are left out
   * @param decay from 0 to below 1: of the order of 1 − 1/(the steps that are averaged)
   */
  constructor(variables: ReadonlyMap<string, tf.Variable>, decay: number) {
    if (!(decay >= 0 && decay < 1))
      throw new RangeError(`weight average: expected a decay from 0 to below 1, got ${decay}`);
    this.decay = decay;
    this.variables = new Map([...variables].filter(([, { trainable }]) => trainable));
    for (const [name, variable] of this.variables) this.averages.set(name, tf.keep(tf.clone(variable)));
  }

  /** Call it after every step of the optimizer. */
  update(): void {
    this.updates++;
    const share = 1 - Math.min(this.decay, (1 + this.updates) / (10 + this.updates));
    if (hasKernel('Dust3rAverage')) this.overwrite(share);
    else this.replace((average, variable) => tf.tidy(() => average.add(variable.sub(average).mul(share))));
  }

  /**
   * Runs something with the averages in the place of the weights, such as an evaluation or saving, and puts the weights
   * back, whatever becomes of it. No value is copied.
   */
  async during<T>(run: () => T | Promise<T>): Promise<T> {
    this.swap();
    try {
      return await run();
    } finally {
      this.swap();
    }
  }

  /** The averages by their variables' names, and `updates`. Read them before the next update. */
  state(): State {
    const tensors = new Map<string, StateTensor>([[UPDATES, stateNumber(this.updates)]]);
    for (const [name, average] of this.averages) tensors.set(name, stateTensor(average));
    return tensors;
  }

  /** Takes over a state that was saved. @throws RangeError if it is of other variables; the average is then as it was */
  async restore(state: State): Promise<void> {
    expectNoOther('weight average', state, new Set([UPDATES, ...this.variables.keys()]));
    const [updates] = await readState('weight average', state, UPDATES, [1]);
    const restored = new Map<string, tf.Tensor>();
    try {
      for (const [name, { shape }] of this.variables)
        restored.set(name, await readStateTensor('weight average', state, name, shape));
    } catch (error) {
      tf.dispose([...restored.values()]);
      throw error;
    }
    this.dispose();
    this.updates = updates as number;
    for (const [name, average] of restored) this.averages.set(name, average);
  }

  dispose(): void {
    tf.dispose([...this.averages.values()]);
    this.averages.clear();
  }

  /** All averages as one op, which writes over them. */
  private overwrite(share: number): void {
    if (this.averages.size === 0) return;
    for (const [name, average] of this.averages) this.averages.set(name, holdAlone(average));
    const variables = [...this.averages.keys()].map((name) => this.variables.get(name) as tf.Variable);
    const number = tf.tensor1d([share]);
    runOnLists('Dust3rAverage', [[...this.averages.values()], variables], [number]);
    number.dispose();
  }

  private replace(next: (average: tf.Tensor, variable: tf.Variable) => tf.Tensor): void {
    for (const [name, average] of this.averages) {
      this.averages.set(name, tf.keep(next(average, this.variables.get(name) as tf.Variable)));
      average.dispose();
    }
  }

  private swap(): void {
    for (const [name, average] of this.averages) {
      const variable = this.variables.get(name) as tf.Variable;
      // A clone shares the values and outlives the assignment.
      this.averages.set(name, tf.keep(tf.clone(variable)));
      variable.assign(average);
      average.dispose();
    }
  }
}
