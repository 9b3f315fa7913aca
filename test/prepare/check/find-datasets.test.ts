import { cp, mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { findDatasets } from '#prepare/check/find-datasets.ts';
import { fixturePath } from '#test/data/published/fixture.ts';
import { writePosedRgbd } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();

describe('prepare/check: findDatasets', () => {
  it.each([
    ['co3d', ["Co3d(split='train'", "Co3d(split='test'"]],
    ['wildrgbd', ["WildRGBD(split='train'", "WildRGBD(split='test'"]],
    ['arkitscenes', ["ARKitScenes(split='train'", "ARKitScenes(split='test'"]],
    ['scannetpp', ["ScanNetpp(split='train'"]],
    ['blendedmvs', ["BlendedMVS(split='train'", "BlendedMVS(split='val'"]],
    ['megadepth', ["MegaDepth(split='train'", "MegaDepth(split='val'"]],
    ['staticthings3d', ['StaticThings3D(']],
    ['waymo', ['Waymo(']],
    ['habitat', ["Habitat(size=1000000, split='train'", "Habitat(size=1000, split='val'"]],
  ])('tells the folder %s by what opens it, split by split', async (name, calls) => {
    const root = fixturePath(name);
    const expected = calls.map((call) => `${call}${call.endsWith('(') ? '' : ', '}ROOT='${root}')`);
    expect(await findDatasets(root)).toBe(expected.join(' + '));
  });

  it('finds none in own frames, in an empty folder and where no folder is', async () => {
    await writePosedRgbd(path('own'), roomWalk(2));
    await mkdir(path('empty'));
    for (const name of ['own', 'empty', 'absent']) expect(await findDatasets(path(name))).toBeUndefined();
  });

  it('names an index that is damaged, also of one split', async () => {
    await cp(fixturePath('co3d'), path('co3d'), { recursive: true });
    await writeFile(path('co3d/selected_seqs_test.json'), '{');
    await expect(findDatasets(path('co3d'))).rejects.toThrow(/selected_seqs_test\.json: no valid JSON/);
    await writeFile(path('co3d/selected_seqs_train.json'), '{');
    await expect(findDatasets(path('co3d'))).rejects.toThrow(/selected_seqs_train\.json: no valid JSON/);
  });
});
