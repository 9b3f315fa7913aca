// Gradients as tfjs computes them, to the last bit, but with each tensor freed as soon as it is of no more use: tfjs 4.22
// keeps all that the forward pass has saved, and every gradient on the way, until the last one is done. This is the only
// place that touches the private state of tfjs's engine.
import * as tf from '@tensorflow/tfjs';

export interface ValueAndGradients<T extends tf.Tensor> {
  readonly value: T;
  /** One for each x; undefined for one that the value does not depend on. */
  readonly gradients: readonly (tf.Tensor | undefined)[];
}

/**
 * The value of f and its gradients with respect to tensors or variables that it uses.
 * May be called while other gradients are being computed (tensor/recompute.ts), which tf.grads does not survive.
 * @param dy the gradient with respect to the value; default: ones
 */
export function valueAndGradients<T extends tf.Tensor>(
  f: () => T,
  xs: readonly tf.Tensor[],
  dy?: tf.Tensor,
): ValueAndGradients<T> {
  const { value, tape } = record(f);
  try {
    const gradients = tf.tidy(() => walkBack(reduced(tape, xs, value), { xs, value, dy }));
    return { value, gradients };
  } catch (error) {
    value.dispose();
    throw error;
  } finally {
    freeSaved(tape);
  }
}

/** One kernel or custom gradient of the forward pass; `gradient` gives a function for each input. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  readonly gradient?: (dys: readonly (tf.Tensor | null)[]) => Readonly<Record<string, () => tf.Tensor>>;
}

interface EngineState {
  activeTape: TapeNode[] | null;
  gradientDepth: number;
}

/** Runs f with a tape of its own; that of an outer computation is put aside. */
function record<T extends tf.Tensor>(f: () => T): { value: T; tape: readonly TapeNode[] } {
  const { state } = tf.engine() as unknown as { state: EngineState };
  const { activeTape, gradientDepth } = state;
  const tape: TapeNode[] = [];
  Object.assign(state, { activeTape: tape, gradientDepth: 1 });
  try {
    return { value: tf.tidy(f), tape };
  } catch (error) {
    freeSaved(tape);
    throw error;
  } finally {
    Object.assign(state, { activeTape, gradientDepth });
  }
}

/** The nodes on a way from an x to y, with only the inputs that depend on an x; what the others have saved is freed. */
function reduced(tape: readonly TapeNode[], xs: readonly tf.Tensor[], y: tf.Tensor): TapeNode[] {
  const fromX = new Set(xs.map(({ id }) => id));
  const dependent = tape.filter(({ inputs, outputs }) => {
    const depends = Object.values(inputs).some(({ id }) => fromX.has(id));
    if (depends) for (const { id } of outputs) fromX.add(id);
    return depends;
  });
  const toY = new Set([y.id]);
  const used = new Set<TapeNode>();
  for (const node of dependent.toReversed()) {
    if (!node.outputs.some(({ id }) => toY.has(id))) continue;
    used.add(node);
    for (const { id } of Object.values(node.inputs)) toY.add(id);
  }
  freeSaved(tape.filter((node) => !used.has(node)));
  return [...used].map((node) => ({
    ...node,
    inputs: Object.fromEntries(Object.entries(node.inputs).filter(([, { id }]) => fromX.has(id))),
  }));
}

interface Ends {
  readonly xs: readonly tf.Tensor[];
  readonly value: tf.Tensor;
  readonly dy: tf.Tensor | undefined;
}

/** @param nodes the last one first */
function walkBack(nodes: readonly TapeNode[], { xs, value, dy }: Ends): (tf.Tensor | undefined)[] {
  const gradients = new Map([[value.id, dy ? dy.clone() : tf.ones(value.shape)]]);
  const wanted = new Set(xs.map(({ id }) => id));
  for (const node of nodes) {
    const dys = node.outputs.map(({ id }) => gradients.get(id) ?? null);
    const dxs = tf.tidy(() => inputGradients(node, dys));
    Object.values(node.inputs).forEach(({ id }, i) => {
      const [dx, sum] = [dxs[i] as tf.Tensor, gradients.get(id)];
      gradients.set(id, sum ? tf.add(sum, dx) : dx);
      if (sum) tf.dispose([sum, dx]);
    });
    for (const { id } of node.outputs) {
      if (wanted.has(id)) continue;
      gradients.get(id)?.dispose();
      gradients.delete(id);
    }
    tf.dispose([...node.saved]);
  }
  return xs.map(({ id }) => gradients.get(id));
}

/** The gradients of a node's inputs, each a tensor of its own. */
function inputGradients(node: TapeNode, dys: readonly (tf.Tensor | null)[]): tf.Tensor[] {
  if (!node.gradient) throw new Error(`gradients: ${node.kernelName} has none; see test/backend for the ops that do`);
  const gradients = node.gradient(dys);
  const taken = new Set<tf.Tensor | null>(dys);
  return Object.entries(node.inputs).map(([name, x]) => {
    const dx = (gradients[name] as () => tf.Tensor)();
    if (dx.shape.join() !== x.shape.join())
      throw new Error(
        `gradients: ${node.kernelName}: expected a gradient of shape [${x.shape.join(', ')}] for ${name}, got [${dx.shape.join(', ')}]`,
      );
    if (taken.has(dx)) return dx.clone();
    taken.add(dx);
    return dx;
  });
}

function freeSaved(nodes: readonly TapeNode[]): void {
  for (const { saved } of nodes) tf.dispose([...saved]);
}
