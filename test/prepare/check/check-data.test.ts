import { beforeAll, describe, expect, it } from '@jest/globals';
import { checkData } from '#prepare/check/check-data.ts';
import { fixturePath } from '#test/data/published/fixture.ts';
import { writePosedRgbd } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();

beforeAll(() => writePosedRgbd(path('own (1)'), roomWalk(3)));

describe('prepare/check: checkData', () => {
  it('takes a folder that is there for a folder, whatever its name', async () => {
    const { report } = await checkData(path('own (1)'), { overlap: [0, 1] });
    expect(report).toMatchObject({ sequences: [{ layout: 'posed-rgbd', frames: 3 }], datasets: [] });
  });

  it('tells a folder of prepared data, and an expression', async () => {
    const root = fixturePath('waymo');
    const expression = `Waymo(ROOT='${root}')`;
    const [folder, written] = [await checkData(root, { pairs: 4 }), await checkData(expression, { pairs: 4 })];
    expect(folder.report.datasets).toMatchObject([{ label: expression, pairs: 12, tested: 4 }]);
    expect(written.report).toEqual(folder.report);
  });

  it.each([
    ['Absent(1)', /no dataset is called Absent; known: /],
    ['Co3d', /a dataset such as .* is expected/],
    ['absent', /^absent: no such folder$/],
  ])('says in one line what is wrong with %s', async (target, message) => {
    await expect(checkData(target)).rejects.toThrow(message);
  });

  it.each([
    [{ every: 2 }, 'every'],
    [{ layout: 'tum' as const }, 'layout'],
    [{ intrinsics: { focalPx: [1, 1], principalPx: [0, 0] } as const }, 'intrinsics'],
    [{ depthScale: 0.001 }, 'depthScale'],
  ])('refuses %j with an expression', async (options, name) => {
    const expression = `Waymo(ROOT='${fixturePath('waymo')}')`;
    await expect(checkData(expression, options)).rejects.toThrow(`${name}: for folders of posed RGB-D frames only`);
  });
});
