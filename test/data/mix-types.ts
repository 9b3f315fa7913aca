import type { DatasetTypes } from '#data/expression.ts';
import type { PairDataset } from '#data/pair-dataset.ts';

const readText = (value: unknown) => {
  if (typeof value === 'string') return value;
  throw new TypeError(`expected a text, got ${JSON.stringify(value)}`);
};

/** Kinds of dataset for tests of expressions; their pairs are never read. */
export const mixTypes: DatasetTypes = {
  Rooms: {
    name: 'Rooms',
    positional: ['length'],
    arguments: {
      length: { describe: 'number of pairs', read: Number, default: 10 },
      split: { describe: 'train or val', read: readText, default: 'train' },
    },
    open: async (values) => opened('Rooms', values),
  },
  Streets: {
    name: 'Streets',
    positional: ['length', 'city'],
    arguments: {
      length: { describe: 'number of pairs', read: Number },
      city: { describe: 'a name', read: readText, default: 'any' },
    },
    open: async (values) => opened('Streets', values),
  },
};

function opened(name: string, { length }: Readonly<Record<string, unknown>>): PairDataset {
  return {
    name,
    length: length as number,
    pair: () => Promise.reject(new Error('not to be read')),
  };
}
