import type { ArgumentSpec } from '#data/dataset-type.ts';
import type { PythonValue } from '#notation/python-call.ts';

/** The folder of the prepared data. The published commands leave it out, so there is a place where it is looked for. */
export function rootArgument(folder: string): ArgumentSpec {
  return {
    describe: 'folder of the prepared data',
    default: folder,
    read: (value) => {
      if (typeof value === 'string' && value !== '') return value;
      throw expected('a folder', value);
    },
  };
}

/** One of the splits that a dataset has; the first unless the expression says which. */
export function splitArgument(...splits: readonly [string, ...string[]]): ArgumentSpec {
  return { describe: listed(splits), default: splits[0], read: (value) => oneOf(splits, value) };
}

/** A whole number from `least` on, which must be given. */
export function countArgument(describe: string, least = 1): ArgumentSpec {
  return {
    describe,
    read: (value) => {
      if (Number.isSafeInteger(value) && (value as number) >= least) return value;
      throw expected(`a whole number from ${least}`, value);
    },
  };
}

/** An argument with a few possible values, of any type. */
export function choiceArgument(
  describe: string,
  choices: readonly PythonValue[],
  byDefault: PythonValue,
): ArgumentSpec {
  return { describe, default: byDefault, read: (value) => oneOf(choices, value) };
}

function oneOf(choices: readonly PythonValue[], value: PythonValue): PythonValue {
  if (choices.includes(value)) return value;
  throw expected(listed(choices), value);
}

/** As Python writes them. */
function listed(choices: readonly PythonValue[]): string {
  return choices.map(pythonText).join(' or ');
}

function pythonText(value: PythonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function expected(what: string, value: PythonValue): TypeError {
  return new TypeError(`expected ${what}, got ${pythonText(value)}`);
}
