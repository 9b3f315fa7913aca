import type * as tf from '@tensorflow/tfjs';

/** How a parameter starts when nothing is loaded (spec 1.9); `fanIn`/`fanOut` are counted as PyTorch does. */
export type Initializer =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'xavierUniform'; readonly fanIn: number; readonly fanOut: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** One tensor of a model: a leaf of the specification tree. Shapes are PyTorch's. */
export interface ParamSpec {
  readonly shape: readonly number[];
  readonly init: Initializer;
}

/** The tree with every ParamSpec replaced by a Leaf. A leaf's dotted path is its name in a checkpoint. */
export type Mapped<Spec, Leaf> = Spec extends ParamSpec
  ? Leaf
  : { readonly [Key in keyof Spec]: Mapped<Spec[Key], Leaf> };
export type Params<Spec> = Mapped<Spec, tf.Tensor>;

export function param(shape: readonly number[], init: Initializer): ParamSpec {
  return { shape, init };
}

export function mapParams<Spec, Leaf>(spec: Spec, make: (leaf: ParamSpec, name: string) => Leaf): Mapped<Spec, Leaf> {
  return mapNode(spec, '', make) as Mapped<Spec, Leaf>;
}

function mapNode<Leaf>(node: unknown, path: string, make: (leaf: ParamSpec, name: string) => Leaf): unknown {
  if (isParamSpec(node)) return make(node, path);
  const at = (key: string | number) => (path ? `${path}.${key}` : String(key));
  if (Array.isArray(node)) return node.map((child, i) => mapNode(child, at(i), make));
  return Object.fromEntries(Object.entries(node as object).map(([k, child]) => [k, mapNode(child, at(k), make)]));
}

function isParamSpec(node: unknown): node is ParamSpec {
  return typeof node === 'object' && node !== null && 'shape' in node && 'init' in node;
}

/** Every parameter of a specification, named by its path, in declaration order. */
export function listSpecs(spec: unknown): ReadonlyMap<string, ParamSpec> {
  const list = new Map<string, ParamSpec>();
  mapParams(spec, (leaf, name) => list.set(name, leaf));
  return list;
}

export function countParams(spec: unknown): number {
  let count = 0;
  for (const { shape } of listSpecs(spec).values()) count += shape.reduce((a, b) => a * b, 1);
  return count;
}

/** The tensors of a parameter tree with the names that the specification gives them. */
export function listParams<Spec>(spec: Spec, params: Params<Spec>): ReadonlyMap<string, tf.Tensor> {
  const list = new Map<string, tf.Tensor>();
  mapParams(spec, (_, name) => list.set(name, paramAt(params, name)));
  return list;
}

function paramAt(params: unknown, name: string): tf.Tensor {
  let node = params;
  for (const key of name.split('.')) node = (node as Record<string, unknown>)[key];
  return node as tf.Tensor;
}
