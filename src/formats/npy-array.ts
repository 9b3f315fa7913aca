import type { BigValues, NumberValues } from './elements.ts';

export type NpyValues = NumberValues | BigValues | readonly string[];

/** An array as NumPy knows it: values in C order (the last axis changes fastest); no axis is a single value. */
export interface NpyArray<Values extends NpyValues = NpyValues> {
  readonly values: Values;
  readonly shape: readonly number[];
}

/** An array of records (a structured type): one array a field, each with the records' shape first. */
export interface NpyRecords {
  readonly fields: ReadonlyMap<string, NpyArray>;
  readonly shape: readonly number[];
}

export type NpyContents = NpyArray | NpyRecords;

/**
 * The array, if it holds numbers. 64-bit integers, NumPy's default, become float64, which holds them up to 2⁵³.
 * @param shape what is expected; -1 for any size
 * @throws Error naming the array if it holds something else, has another shape or a number that would be rounded
 */
export function npyNumbers(contents: NpyContents, name: string, shape?: readonly number[]): NpyArray<NumberValues> {
  const { values } = expectArray(contents, name, shape);
  if (isText(values)) throw new Error(`${name}: expected numbers, found text`);
  if (!isBig(values)) return { values, shape: contents.shape };
  const numbers = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    numbers[i] = Number(values[i]);
    if (!Number.isSafeInteger(numbers[i])) throw new Error(`${name}: expected numbers up to 2^53, found ${values[i]}`);
  }
  return { values: numbers, shape: contents.shape };
}

/** The array, if it holds text. @throws Error naming it otherwise, or if it has another shape (-1: any size) */
export function npyTexts(contents: NpyContents, name: string, shape?: readonly number[]): NpyArray<readonly string[]> {
  const { values } = expectArray(contents, name, shape);
  if (!isText(values)) throw new Error(`${name}: expected text, found numbers`);
  return { values, shape: contents.shape };
}

/** The array of records, if it is one. @throws Error naming the array otherwise */
export function npyRecords(contents: NpyContents, name: string): NpyRecords {
  if ('fields' in contents) return contents;
  throw new Error(`${name}: expected records (a structured type), found ${describeValues(contents.values)}`);
}

export function countElements(shape: readonly number[]): number {
  return shape.reduce((count, size) => count * size, 1);
}

function expectArray(contents: NpyContents, name: string, shape?: readonly number[]): NpyArray {
  if ('fields' in contents) {
    throw new Error(`${name}: expected a plain array, found records of ${[...contents.fields.keys()].join(', ')}`);
  }
  const fits = shape?.length === contents.shape.length && shape.every((n, i) => n < 0 || n === contents.shape[i]);
  if (shape && !fits) {
    const expected = shape.map((size) => (size < 0 ? 'any' : size));
    throw new Error(`${name}: expected the shape [${expected.join(', ')}], found [${contents.shape.join(', ')}]`);
  }
  return contents;
}

function describeValues(values: NpyValues): string {
  return isText(values) ? 'text' : values.constructor.name;
}

function isText(values: NpyValues): values is readonly string[] {
  return Array.isArray(values);
}

function isBig(values: NpyValues): values is BigValues {
  return values instanceof BigInt64Array || values instanceof BigUint64Array;
}
