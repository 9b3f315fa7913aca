import type { NearestConvention } from '#image/resize-nearest.ts';
import { type Expression, literalValue } from '#notation/python-call.ts';
import { syntaxError } from '#notation/python-tokens.ts';
import type { ArgumentSpec } from './dataset-type.ts';
import { type TransformName, transforms } from './transform.ts';
import type { Resolution } from './view.ts';

/** What every dataset of an expression takes besides its own arguments (spec 4.1). */
export interface CommonArguments {
  /** Each batch has one of them. */
  readonly resolutions: readonly Resolution[];
  readonly transform: TransformName;
  readonly augCrop: number;
  /** Fixes every sample's random draws for all epochs; null (and 0, as in the original) leaves them to the run. */
  readonly seed: number | null;
  readonly depthNearest: NearestConvention;
}

const maxResolution = 4096;

/** By the names that expressions use. `resolution` is read apart, since it tells tuples from lists. */
export const commonArguments = {
  transform: {
    describe: 'ImgNorm or ColorJitter',
    read: (value) => oneOf(value, Object.keys(transforms)),
    default: 'ImgNorm',
  },
  aug_crop: {
    describe: 'random zoom: up to this many pixels are cut off after resizing; False for none',
    read: (value) => wholeNumber(value === false ? 0 : value),
    default: 0,
  },
  seed: {
    describe: 'fixes the random draws of every sample, for tests; None for none',
    read: (value) => (value === null ? null : wholeNumber(value)),
    default: null,
  },
  depth_nearest: {
    describe: "'centre', or 'corner' for the original's depth, which is half a pixel off",
    read: (value) => oneOf(value, ['centre', 'corner']),
    default: 'centre',
  },
} as const satisfies Record<string, ArgumentSpec>;

export function toCommonArguments(
  values: Readonly<Record<string, unknown>>,
  resolutions: readonly Resolution[],
): CommonArguments {
  return {
    resolutions,
    transform: values['transform'] as TransformName,
    augCrop: values['aug_crop'] as number,
    seed: values['seed'] as number | null,
    depthNearest: values['depth_nearest'] as NearestConvention,
  };
}

/**
 * `224`, `(512, 384)`, or a list of these. A list of numbers is a list of squares, a tuple one rectangle.
 * @throws SyntaxError that points at the place
 */
export function readResolutions(expression: Expression, text: string): readonly Resolution[] {
  const items = expression.kind === 'list' ? expression.items : [expression];
  if (items.length === 0) throw syntaxError('resolution: the list is empty', text, expression.at);
  return items.map((item) => readResolution(item, text));
}

function readResolution(expression: Expression, text: string): Resolution {
  const value = literalValue(expression, text);
  const [width, height] = Array.isArray(value) ? value : [value, value];
  const isPair = !Array.isArray(value) || (expression.kind === 'tuple' && value.length === 2);
  if (isPair && isSide(width) && isSide(height) && width >= height) return [width, height];
  throw syntaxError(
    `resolution: a whole number or (width, height) with ${maxResolution} ≥ width ≥ height is expected; portrait photographs take it turned`,
    text,
    expression.at,
  );
}

function isSide(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxResolution;
}

function wholeNumber(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32) return value as number;
  throw new TypeError(`expected a whole number from 0 to 2^32 − 1, got ${JSON.stringify(value)}`);
}

function oneOf(value: unknown, names: readonly string[]): string {
  if (names.includes(value as string)) return value as string;
  throw new TypeError(`expected ${names.join(' or ')}, got ${JSON.stringify(value)}`);
}
