import type { TensorInfo } from './archive.ts';
import { Namespace } from './torch-globals.ts';
import { TorchTensor } from './torch-tensor.ts';

/** What a pickle holds besides tensor data, as plain data: a dict or a Namespace is an object, a tuple an array. */
export type PythonData =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | TensorInfo
  | readonly PythonData[]
  | { readonly [key: string]: PythonData };

const maxDepth = 64;
const maxPathLength = 1_000;
/** Containers may be shared, so a small pickle can spell out astronomically many paths to one tensor. */
const maxVisits = 200_000;

/**
 * Converts unpickled values to plain data. A tensor becomes its dtype and shape; containers that are shared stay shared.
 * @throws Error for data that contain themselves, are nested deeper than 64, or have keys that are not plain
 */
export function toPlainData(value: unknown): PythonData {
  return convert(value, { done: new Map(), depth: 0 });
}

/**
 * The tensors below a value, named by their dotted path.
 * @throws Error when two tensors have the same path, or there are too many or too deep ones
 */
export function collectTensors(value: unknown): ReadonlyMap<string, TorchTensor> {
  const tensors = new Map<string, TorchTensor>();
  let visits = 0;
  const visit = (node: unknown, path: string, depth: number) => {
    visits += 1;
    if (visits > maxVisits || depth > maxDepth || path.length > maxPathLength) {
      throw new Error('its values are too many, nested too deeply or named too long');
    }
    if (node instanceof TorchTensor) addNew(tensors, path, node);
    for (const [key, child] of childrenOf(node)) visit(child, path ? `${path}.${key}` : key, depth + 1);
  };
  visit(value, '', 0);
  return tensors;
}

function addNew(tensors: Map<string, TorchTensor>, path: string, tensor: TorchTensor): void {
  if (tensors.has(path)) throw new Error(`two tensors are named ${path}`);
  tensors.set(path, tensor);
}

function childrenOf(node: unknown): (readonly [string, unknown])[] {
  if (node instanceof Map) return [...node].map(([key, child]) => [plainKey(key), child]);
  if (Array.isArray(node)) return node.map((child, index) => [String(index), child]);
  return [];
}

interface Conversion {
  readonly done: Map<unknown, PythonData>;
  readonly depth: number;
}

function convert(value: unknown, conversion: Conversion): PythonData {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value as PythonData;
  if (value instanceof TorchTensor) return { dtype: value.dtype, shape: value.shape };
  const known = conversion.done.get(value);
  if (known !== undefined) return known;
  if (conversion.depth > maxDepth) throw new Error(`its data are nested deeper than ${maxDepth} or contain themselves`);
  const plain = convertContainer(value, { ...conversion, depth: conversion.depth + 1 });
  conversion.done.set(value, plain);
  return plain;
}

function convertContainer(value: object, conversion: Conversion): PythonData {
  if (value instanceof Namespace) return convertContainer(value.attributes, conversion);
  if (Array.isArray(value)) return value.map((item) => convert(item, conversion));
  if (value instanceof Map) {
    // fromEntries defines own properties, so a key "__proto__" stays a plain key.
    return Object.fromEntries([...value].map(([key, item]) => [plainKey(key), convert(item, conversion)]));
  }
  return String((value as { name?: unknown }).name ?? 'object');
}

function plainKey(key: unknown): string {
  if (key === null || ['string', 'number', 'boolean', 'bigint'].includes(typeof key)) return String(key);
  throw new Error('a dict has a key that is neither text nor a number');
}
