import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect } from '@jest/globals';
import { type ConvertOptions, convertCheckpoint } from '#convert/convert-checkpoint.ts';
import { loadModel } from '#infer/load-model.ts';
import type { ModelConfig } from '#model/config.ts';
import { type StoredWeight, weightsOf, writeHubFolder } from '#test/infer/hub-folder.ts';
import { openFilesIn } from '#test/infer/left-behind.ts';
import { randomModel } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { openCheckpoint } from '#weights/open-checkpoint.ts';

type Weights = Map<string, StoredWeight>;

/** A folder for each test, empty but for what the test makes, and places beside it. */
export function useConversions() {
  const temporary = useTemporaryFolder();
  let count = 0;
  beforeEach(() => mkdir(temporary(`case-${++count}`)));
  const folder = () => temporary(`case-${count}`);
  const target = () => join(folder(), 'converted');

  return {
    temporary,
    folder,
    target,

    /** Writes a random network as a hub folder beside those of the tests. */
    async hubFolder(name: string, config: ModelConfig, change: (weights: Weights) => void = () => undefined) {
      const model = randomModel(config);
      const weights = weightsOf(model);
      model.dispose();
      change(weights);
      return { path: await writeHubFolder(temporary(name), weights, { config }), weights };
    },

    /** The error of a conversion that must leave nothing: no target, no temporary folder, no open file. */
    async failureOf(source: string, options: ConvertOptions = {}): Promise<string> {
      const message = await convertCheckpoint(source, target(), options).then(
        () => 'it was converted',
        (error: Error) => error.message,
      );
      expect(await readdir(folder())).toEqual([]);
      expect(openFilesIn(temporary(''))).toEqual([]);
      return message;
    },
  };
}

export function golden(name: string): string {
  return join('test/fixtures/golden/checkpoints', name);
}

/** Every tensor of a checkpoint, under the names of the file. */
export async function storedIn(path: string): Promise<Weights> {
  const { archive } = await openCheckpoint(path);
  const weights: Weights = new Map();
  for (const [name, { shape }] of archive.tensors) weights.set(name, { shape, data: await archive.readFloat32(name) });
  await archive.close();
  return weights;
}

/** A checkpoint as the network that it makes. */
export async function loadedFrom(path: string): Promise<{ config: ModelConfig; weights: Weights }> {
  const model = await loadModel(path, { forTraining: true });
  const loaded = { config: model.config, weights: weightsOf(model) };
  model.dispose();
  return loaded;
}
