import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { boundsOf } from '#render/mesh.ts';
import { zipFiles } from '#render/model-files.ts';
import { type LibraryModel, openModelLibrary, splitOf } from '#render/model-library.ts';
import { readObj } from '#render/obj.ts';
import { useTemporaryFolder } from '../weights/temporary-folder.ts';
import { writeFurniture } from './furniture.ts';

const place = useTemporaryFolder();

async function folderOf(name: string, count = 30): Promise<string> {
  await mkdir(place(name));
  await writeFurniture(join(place(name), 'some.sh3f'), count);
  return place(name);
}

describe('render/model-library', () => {
  it('lists what the catalogue tells, in metres', async () => {
    const { models } = await openModelLibrary(await folderOf('listed'), 'train');
    const model = models.find(({ name }) => name !== 'Test#model1') as LibraryModel;
    expect(model.size).toEqual([0.5, 1, 0.25]);
    expect(model.topHeight).toBeCloseTo(0.8);
    expect(model).toMatchObject({ category: 'Living room', creator: 'Somebody', licence: 'Public domain' });
    expect(model.title).toMatch(/^Model \d+ é$/);
  });

  it('splits by model: no model is in both parts, and a new one moves no other', async () => {
    const folder = await folderOf('split', 40);
    const names = async (split: 'train' | 'val') =>
      (await openModelLibrary(folder, split)).models.map(({ name }) => name);
    const [train, val] = [await names('train'), await names('val')];
    expect(new Set([...train, ...val]).size).toBe(40);
    expect(val.length).toBeGreaterThan(2);
    expect(train.length).toBeGreaterThan(2 * val.length);
    expect(train.every((name) => splitOf(name) === 'train')).toBe(true);
  });

  it('gives a model at its size, standing on the floor, without its glass', async () => {
    const library = await openModelLibrary(await folderOf('standing'), 'train');
    const mesh = await library.mesh(library.models[0] as LibraryModel);
    if (!mesh) throw new Error('expected a mesh');
    const { min, max } = boundsOf(mesh);
    expect(min[1]).toBeCloseTo(0, 6);
    expect(max.map((value, k) => value - (min[k] as number))).toEqual(
      [0.5, 1, 0.25].map((side) => expect.closeTo(side, 5)),
    );
    expect(mesh.materialOf).toHaveLength(3);
    const [painted, red] = mesh.materials;
    expect(painted?.texture?.levels[0]).toMatchObject({ width: 2, height: 2 });
    expect(red?.color).toEqual([1, 0, 0]);
  });

  it('leaves out a model that is damaged', async () => {
    await mkdir(place('damaged'));
    await writeFurniture(join(place('damaged'), 'some.sh3f'), 30, {
      'm2/part.obj': new TextEncoder().encode('v 0 0 0\nf 1 2 3\n'),
    });
    const library = await openModelLibrary(place('damaged'), splitOf('Test#model2'));
    const model = library.models.find(({ name }) => name === 'Test#model2') as LibraryModel;
    expect(await library.mesh(model)).toBeUndefined();
  });

  it('reads OBJ files and textures that lie in a folder', async () => {
    await mkdir(join(place('loose'), 'textures'), { recursive: true });
    for (const n of Array(12).keys())
      await writeFile(join(place('loose'), `${n}.obj`), 'v 0 0 0\nv 1 0 0\nv 0 2 0\nf 1 2 3\n');
    const { models, mesh } = await openModelLibrary(place('loose'), 'train');
    expect(boundsOf((await mesh(models[0] as LibraryModel)) as never).max).toEqual([0.5, 2, 0]);
  });

  it('names a folder that is missing or has nothing to offer', async () => {
    await expect(openModelLibrary(place('none'), 'train')).rejects.toThrow(/none: expected a folder of models/);
    await mkdir(place('empty'));
    await expect(openModelLibrary(place('empty'), 'train')).rejects.toThrow(/expected .sh3f libraries/);
  });
});

describe('render/model-files: zipFiles', () => {
  it('refuses an archive that was cut short, and a file that is too large', async () => {
    await writeFurniture(place('cut.sh3f'));
    const files = await zipFiles(place('cut.sh3f'));
    await expect(files.read('m1/part.obj', 10)).rejects.toThrow(/cut\.sh3f: m1\/part\.obj: it has \d+ bytes, over 10/);
    await expect(files.read('nothing')).rejects.toThrow(/no file nothing/);
    await truncate(place('cut.sh3f'), 300);
    await expect(zipFiles(place('cut.sh3f'))).rejects.toThrow(/cut\.sh3f: a zip archive has a directory at its end/);
    await expect(files.read('m3/paint.png')).rejects.toThrow(/cut short|leave the archive/);
  });
});

describe('render/obj: readObj', () => {
  it('refuses more triangles than asked for', async () => {
    await writeFurniture(place('large.sh3f'));
    const files = await zipFiles(place('large.sh3f'));
    await expect(readObj(files, 'm1/part.obj', { maxTriangles: 1 })).rejects.toThrow(/more than 1 triangles/);
  });
});
