import { type PythonValue, parseCall } from '#notation/python-call.ts';
import type { JsonValue } from './lenient-json.ts';
import type { PythonData } from './torch-contents.ts';

/** Constructor keyword arguments of a model; Python's tuples are arrays, None is null, a dict nests. */
export type ModelKwargs = { readonly [name: string]: PythonValue | ModelKwargs };

const numbersAsText: ReadonlyMap<unknown, number> = new Map([
  ['inf', Number.POSITIVE_INFINITY],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);

/**
 * The arguments that a training checkpoint keeps: in `args.model`, the text of a constructor call, or in
 * `croco_kwargs`, a dict. Undefined where it has neither, as a bare state dict.
 * @throws Error when args.model is there but is no call with plain arguments
 */
export function kwargsFromContents(contents: PythonData): ModelKwargs | undefined {
  if (!isRecord(contents)) return undefined;
  const { args, croco_kwargs: crocoKwargs } = contents;
  if (isRecord(crocoKwargs)) return kwargsFromRecord(crocoKwargs, 'croco_kwargs');
  const call = isRecord(args) ? args['model'] : undefined;
  if (typeof call !== 'string') return undefined;
  try {
    return parseCall(call).kwargs;
  } catch (error) {
    throw new Error(`its args.model is not a constructor call: ${(error as Error).message}`, { cause: error });
  }
}

/** The arguments in a hub folder's config.json, in which infinities may also be the texts "inf" and "-inf". */
export function kwargsFromConfig(config: JsonValue, source: string): ModelKwargs {
  if (!isRecord(config)) throw new Error(`${source}: expected an object of constructor arguments`);
  return kwargsFromRecord(config, source);
}

function kwargsFromRecord(record: Readonly<Record<string, unknown>>, source: string): ModelKwargs {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, plainArgument(value, `${source}.${key}`)]),
  );
}

function plainArgument(value: unknown, where: string): PythonValue | ModelKwargs {
  return isRecord(value) ? kwargsFromRecord(value, where) : plainValue(value, where);
}

function plainValue(value: unknown, where: string): PythonValue {
  const number = numbersAsText.get(value);
  if (number !== undefined) return number;
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as PythonValue;
  if (Array.isArray(value)) return value.map((item) => plainValue(item, where));
  throw new Error(`${where}: a number, text, true, false, null, a list or an object of these is expected`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
