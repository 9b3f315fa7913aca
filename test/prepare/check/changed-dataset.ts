import type { DatasetType } from '#data/dataset-type.ts';
import { datasetTypes } from '#data/registry.ts';
import type { RawView } from '#data/view.ts';

/** Kinds of dataset as they are, but that the two views of one kind's pairs are changed once they are read. */
export function changedTypes(name: string, change: (view: RawView, number: number) => RawView) {
  const type = datasetTypes[name] as DatasetType;
  const changed: DatasetType = {
    ...type,
    open: async (values) => {
      const dataset = await type.open(values);
      return {
        ...dataset,
        pair: async (index, random) => {
          const [first, second] = await dataset.pair(index, random);
          return [change(first, 0), change(second, 1)];
        },
      };
    },
  };
  return { ...datasetTypes, [name]: changed };
}
