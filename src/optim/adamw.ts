import * as tf from '@tensorflow/tfjs';
import { hasKernel } from '#tensor/kernel.ts';
import { holdAlone, holdVariableAlone, runOnLists } from '#tensor/overwrite.ts';
import {
  expectNoOther,
  readState,
  readStateTensor,
  type State,
  type StateTensor,
  stateNumber,
  stateTensor,
} from './state.ts';

export interface AdamWOptions {
  /** Of the running means of the gradient and of its square. Training: [0.9, 0.95]; alignment: [0.9, 0.9]. */
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  /** Decoupled; variables with fewer than two axes and names that end in `.bias` have none (spec 3.2). */
  readonly weightDecay: number;
}

/** Training's settings (spec 3.2). */
const adamWDefaults: AdamWOptions = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.05 };

/** What is kept of a variable that has had a gradient. */
interface Moments {
  mean: tf.Tensor;
  square: tf.Tensor;
  /** How many gradients it has had. */
  steps: number;
}

/** The numbers of one step of one variable, in the order that the kernel takes them (backend/kernels.ts). */
export type AdamWNumbers = readonly [
  rate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  decay: number,
  correction1: number,
  correction2: number,
  /** Of the gradient. */
  factor: number,
];

/**
 * AdamW as PyTorch computes it: p ← p·(1 − lr·wd), then the Adam step with bias correction (spec 3.2, pitfall 30).
 * Variables that are not trainable are left out. It owns its moments; the variables stay the caller's.
 */
export class AdamW {
  readonly options: AdamWOptions;
  private readonly variables: ReadonlyMap<string, tf.Variable>;
  private readonly moments = new Map<string, Moments>();

  /** @param variables by the names under which the state is saved */
  constructor(variables: ReadonlyMap<string, tf.Variable>, options: Partial<AdamWOptions> = {}) {
    this.options = { ...adamWDefaults, ...options };
    this.variables = new Map([...variables].filter(([, { trainable }]) => trainable));
  }

  /** How many steps were taken. */
  get steps(): number {
    let most = 0;
    for (const { steps } of this.moments.values()) most = Math.max(most, steps);
    return most;
  }

  /**
   * Updates the variables that have a gradient here; one without is skipped wholly: no decay, no change of its moments.
   * The gradients stay the caller's.
   * @param factor what every gradient is multiplied with, such as clipFactor()
   * @throws RangeError for a gradient of a name that is not among the trainable variables
   */
  step(gradients: ReadonlyMap<string, tf.Tensor>, learningRate: number, factor = 1): void {
    for (const name of gradients.keys()) {
      if (!this.variables.has(name))
        throw new RangeError(`AdamW: expected gradients of its trainable variables, got one of "${name}"`);
    }
    const updates = [...gradients].map(([name, gradient]) => this.updateOf(name, gradient, [learningRate, factor]));
    if (hasKernel('Dust3rAdamW')) overwrite(updates);
    else updates.forEach(plainUpdate);
  }

  /** The moments, as `<name>.mean`, `<name>.square` and `<name>.steps`. Read them before the next step. */
  state(): State {
    const tensors = new Map<string, StateTensor>();
    for (const [name, { mean, square, steps }] of this.moments) {
      tensors.set(`${name}.mean`, stateTensor(mean));
      tensors.set(`${name}.square`, stateTensor(square));
      tensors.set(`${name}.steps`, stateNumber(steps));
    }
    return tensors;
  }

  /**
   * Takes over a state that was saved.
   * @throws RangeError if it is of other variables; the optimizer is then as it was
   */
  async restore(state: State): Promise<void> {
    const saved = [...this.variables].filter(([name]) => state.has(`${name}.steps`));
    expectNoOther('AdamW', state, new Set(saved.flatMap(([name]) => parts.map((part) => `${name}.${part}`))));
    const restored = new Map<string, Moments>();
    try {
      for (const [name, { shape }] of saved) restored.set(name, await readMoments(state, name, shape));
    } catch (error) {
      disposeMoments(restored);
      throw error;
    }
    this.dispose();
    for (const [name, moments] of restored) this.moments.set(name, moments);
  }

  /** Frees the moments: the next step would begin anew. */
  dispose(): void {
    disposeMoments(this.moments);
    this.moments.clear();
  }

  private updateOf(name: string, gradient: tf.Tensor, [rate, factor]: readonly [number, number]): Update {
    const variable = this.variables.get(name) as tf.Variable;
    const { betas, epsilon } = this.options;
    const moments = this.moments.get(name) ?? newMoments(gradient);
    this.moments.set(name, moments);
    moments.steps += 1;
    const corrections = [1 - betas[0] ** moments.steps, 1 - betas[1] ** moments.steps] as const;
    const step: AdamWNumbers = [rate, ...betas, epsilon, this.decayOf(name, variable), ...corrections, factor];
    return { variable, gradient, moments, step };
  }

  private decayOf(name: string, { rank }: tf.Tensor): number {
    return rank < 2 || name.endsWith('.bias') ? 0 : this.options.weightDecay;
  }
}

interface Update {
  readonly variable: tf.Variable;
  readonly gradient: tf.Tensor;
  readonly moments: Moments;
  readonly step: AdamWNumbers;
}

function newMoments(gradient: tf.Tensor): Moments {
  return { mean: tf.keep(tf.zerosLike(gradient)), square: tf.keep(tf.zerosLike(gradient)), steps: 0 };
}

/** All updates as one op, which writes over variables and moments. */
function overwrite(updates: readonly Update[]): void {
  if (updates.length === 0) return;
  for (const { variable, moments } of updates) {
    holdVariableAlone(variable);
    moments.mean = holdAlone(moments.mean);
    moments.square = holdAlone(moments.square);
  }
  const lists = [
    updates.map(({ variable }) => variable),
    updates.map(({ gradient }) => gradient),
    updates.map(({ moments }) => moments.mean),
    updates.map(({ moments }) => moments.square),
  ];
  const steps = tf.tensor2d(updates.map(({ step }) => [...step]));
  runOnLists('Dust3rAdamW', lists, [steps]);
  steps.dispose();
}

function plainUpdate({ variable, gradient, moments, step }: Update): void {
  const [next, mean, square] = plainAdamWStep([variable, gradient, moments.mean, moments.square], step);
  variable.assign(next);
  tf.dispose([next, moments.mean, moments.square]);
  Object.assign(moments, { mean: tf.keep(mean), square: tf.keep(square) });
}

type Operands = readonly [parameter: tf.Tensor, gradient: tf.Tensor, mean: tf.Tensor, square: tf.Tensor];
type Outputs = readonly [next: tf.Tensor, mean: tf.Tensor, square: tf.Tensor];

/** One step of one variable in plain ops: the reference for the kernel. */
export function plainAdamWStep([parameter, unscaled, mean, square]: Operands, step: AdamWNumbers): Outputs {
  const [rate, beta1, beta2, epsilon, decay, correction1, correction2, factor] = step;
  return tf.tidy((): [tf.Tensor, tf.Tensor, tf.Tensor] => {
    const gradient = unscaled.mul(factor);
    const nextMean = mean.mul(beta1).add(gradient.mul(1 - beta1));
    const nextSquare = square.mul(beta2).add(gradient.square().mul(1 - beta2));
    const scale = nextSquare.sqrt().div(Math.sqrt(correction2)).add(epsilon);
    const next = parameter.mul(1 - rate * decay).sub(nextMean.mul(rate / correction1).div(scale));
    return [next, nextMean, nextSquare];
  });
}

const parts = ['mean', 'square', 'steps'] as const;

async function readMoments(state: State, name: string, shape: readonly number[]): Promise<Moments> {
  const [steps] = await readState('AdamW', state, `${name}.steps`, [1]);
  const mean = await readStateTensor('AdamW', state, `${name}.mean`, shape);
  const square = await readStateTensor('AdamW', state, `${name}.square`, shape).catch((error: unknown) => {
    mean.dispose();
    throw error;
  });
  return { mean, square, steps: steps as number };
}

function disposeMoments(moments: ReadonlyMap<string, Moments>): void {
  for (const { mean, square } of moments.values()) tf.dispose([mean, square]);
}
