import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { datasetTypes, loadDatasetTypes } from '#data/registry.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();

describe('data/registry: loadDatasetTypes', () => {
  it('adds the kinds of dataset that modules export', async () => {
    const types = await loadDatasetTypes(['test/data/example-dataset.ts']);
    expect(Object.keys(types)).toEqual([...Object.keys(datasetTypes), 'Plane']);
  });

  it('refuses modules that are missing, export none, or take a name twice', async () => {
    await expect(loadDatasetTypes(['nowhere.js'])).rejects.toThrow('dataset module nowhere.js: there is no such file');
    const failing = temporary('failing.js');
    await writeFile(failing, "require('./nothing-here.js');");
    await expect(loadDatasetTypes([failing])).rejects.toThrow(
      /^dataset module .*: cannot be imported \(Cannot find.*\)$/,
    );
    const none = 'test/data/plane-folder.ts';
    await expect(loadDatasetTypes([none])).rejects.toThrow(`dataset module ${none}: expected an exported DatasetType`);
    const twice = ['test/data/example-dataset.ts', resolve('test/data/example-dataset.ts')];
    await expect(loadDatasetTypes(twice)).rejects.toThrow('two kinds of dataset are called Plane; rename one');
  });

  it('names every kind as it is registered', () => {
    for (const [name, type] of Object.entries(datasetTypes)) expect(type.name).toBe(name);
  });
});

describe('data/loader-worker', () => {
  it('never imports TensorFlow.js, so that it starts quickly', async () => {
    const { metafile } = await build({
      entryPoints: ['src/data/loader-worker.ts'],
      ...{ bundle: true, write: false, metafile: true, packages: 'external', platform: 'node', format: 'esm' },
    });
    const imported = Object.values(metafile.inputs).flatMap(({ imports }) => imports.map(({ path }) => path));
    expect(imported).toContain('sharp');
    expect(imported.filter((path) => path.includes('tensorflow'))).toEqual([]);
  });
});
