import type { DatasetType } from '#data/dataset-type.ts';

/** A dataset whose reading throws an error of its own, or ends the thread. */
export const faultyDataset: DatasetType = {
  name: 'Faulty',
  positional: ['mode'],
  arguments: { mode: { describe: "'throws' or 'exits'", read: String } },
  open: async ({ mode }) => ({
    name: 'Faulty',
    length: 4,
    pair: async () => {
      if (mode === 'exits') process.exit(3); // in a worker this ends the worker alone
      throw new Error('a fault in the dataset');
    },
  }),
};
