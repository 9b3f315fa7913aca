import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readIndex } from '#data/published/dataset-folder.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixturePath, openPublished } from './fixture.ts';

const temporary = useTemporaryFolder();

/** By the fixtures' folders: what expressions call the datasets, and their index. */
const datasets = {
  co3d: ['Co3d', 'selected_seqs_train.json'],
  wildrgbd: ['WildRGBD', 'selected_seqs_train.json'],
  arkitscenes: ['ARKitScenes', 'Training/all_metadata.npz'],
  scannetpp: ['ScanNetpp', 'all_metadata.npz'],
  blendedmvs: ['BlendedMVS', 'blendedmvs_pairs.npy'],
  megadepth: ['MegaDepth', 'all_metadata.npz'],
  staticthings3d: ['StaticThings3D', 'staticthings_pairs.npy'],
  waymo: ['Waymo', 'waymo_pairs.npz'],
  habitat: ['Habitat', 'Habitat_1000000_scenes_train.txt'],
} as const;
const entries = Object.entries(datasets);

/** As the published commands write the dataset, with another ROOT or none. */
function open(name: string, root?: string): Promise<unknown> {
  const size = name === 'Habitat' ? ['1_000_000'] : [];
  return openPublished(`${name}(${[...size, ...(root === undefined ? [] : [`ROOT='${root}'`])].join(', ')})`);
}

async function empty(name: string): Promise<string> {
  await rm(temporary(name), { recursive: true, force: true });
  await mkdir(temporary(name));
  return temporary(name);
}

describe('data/published/dataset-folder: readIndex', () => {
  it('gives the path of the index and returns what was read', async () => {
    const index = { dataset: 'Co3d', root: fixturePath('co3d'), file: 'selected_seqs_test.json' };
    expect(await readIndex(index, async (path) => path)).toBe(fixturePath('co3d/selected_seqs_test.json'));
  });

  it.each(entries)('names a root of %s that is missing or a file', async (_, [name]) => {
    await expect(open(name, '/nowhere')).rejects.toThrow(
      `${name}: /nowhere: no such folder; give the folder of the prepared data as ROOT='…'`,
    );
    const file = fixturePath('truth.json');
    await expect(open(name, file)).rejects.toThrow(`${name}: ${file}: expected a folder, found a file; give`);
  });

  it.each(entries)('looks for %s in data/ where the published commands leave ROOT out', async (_, [name]) => {
    const folder = `data/${name.toLowerCase()}_processed`;
    await expect(open(name)).rejects.toThrow(`${name}: ${folder}: no such folder`);
  });

  it.each(entries)('names the missing index of %s', async (dataset, [name, file]) => {
    const root = await empty('bare');
    await expect(open(name, root)).rejects.toThrow(
      `${name}: ${join(root, file)}: no such file; see datasets/${dataset}/README.md for the layout`,
    );
  });

  it.each(entries)('says what a folder of another dataset than %s looks like', async (dataset, [name]) => {
    for (const [other, [otherName]] of entries) {
      if (other === dataset) continue;
      const opened = open(name, fixturePath(other));
      await expect(opened).rejects.toThrow(`${fixturePath(other)} looks like ${otherName}`);
      await expect(opened).rejects.toThrow(/^[^\n]*$/);
    }
  });

  it('knows the raw download of CO3D', async () => {
    const root = await empty('raw');
    await mkdir(join(root, 'apple'));
    await writeFile(join(root, 'apple', 'frame_annotations.jgz'), '');
    await expect(openPublished(`Co3d(ROOT='${root}')`)).rejects.toThrow(
      `${root} looks like the raw CO3D, which \`dust3r prepare co3d\` prepares`,
    );
  });

  // A damaged list of Habitat's places is a list of places that are not there.
  it.each(entries.filter(([dataset]) => dataset !== 'habitat'))(
    'names the damaged index of %s',
    async (dataset, [name, file]) => {
      await empty('damaged');
      const root = temporary('damaged');
      await cp(fixturePath(dataset), root, { recursive: true });
      await writeFile(join(root, file), '{"apple": ');
      const opened = open(name, root);
      await expect(opened).rejects.toThrow(`${name}: ${join(root, file)}: `);
      await expect(opened).rejects.toThrow(/no valid JSON|a zip archive|a \.npy file/);
    },
  );
});
