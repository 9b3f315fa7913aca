import { access, readFile, truncate } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { invertRigid } from '#geometry/rigid.ts';
import { writePlaneFolder } from '#test/data/plane-folder.ts';
import { fixturePath } from '#test/data/published/fixture.ts';
import { writePosedRgbd, writePoses } from '#test/data/rgbd-folder.ts';
import { roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { prepareCheckCommand } from '../../src/cli/prepare-check.ts';

const path = useTemporaryFolder();
const walk = roomWalk(8);

beforeAll(async () => {
  await writePosedRgbd(path('good'), walk);
  await writePosedRgbd(path('bad'), walk);
  await writePoses(
    path('bad'),
    walk.map(({ camToWorld }) => invertRigid(camToWorld)),
  );
});

afterEach(() => {
  process.exitCode = 0;
  jest.restoreAllMocks();
});

/** What yargs fills in. */
const defaults = { every: 1, pairs: 50, seed: 0, 'min-overlap': 0.3, 'max-overlap': 0.95, json: false };

/** What the command prints, and the exit code that it asks for. */
async function check(data: string, given: Readonly<Record<string, unknown>> = {}) {
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const named = Object.entries({ ...defaults, ...given }).map(([name, value]) => [camelCase(name), value]);
  const args = { _: ['check'], $0: 'dust3r', data, ...Object.fromEntries(named) };
  await prepareCheckCommand.handler(args as Parameters<typeof prepareCheckCommand.handler>[0]);
  return { printed: log.mock.calls.flat().join('\n'), code: process.exitCode ?? 0 };
}

function camelCase(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

describe('cli/prepare-check', () => {
  it('prints a line for each item and writes a page', async () => {
    const { printed, code } = await check(path('good'), { output: path('out') });
    expect(printed).toMatch(/ {2}ok {6}reprojection: depth of \d+ pairs differs by/);
    expect(printed).toMatch(/look at .*out\/index\.html\n.*good: ok$/);
    expect(code).toBe(0);
    await access(path('out/index.html'));
  });

  it('fails on errors, with the way out', async () => {
    const { printed, code } = await check(path('bad'));
    expect(printed).toMatch(/ {2}ERROR {3}pose convention: .*; invert the matrices\./);
    expect(code).toBe(1);
  });

  it('lists every damaged file on a line of its own', async () => {
    await writePosedRgbd(path('damaged'), walk);
    for (const name of ['0002.png', '0005.png']) await truncate(path(`damaged/images/${name}`), 200);
    const { printed, code } = await check(path('damaged'));
    expect(printed).toMatch(
      /ERROR {3}files: 2 of 8 frames have .*\n {10}\S+0002\.png: damaged.*\n {10}\S+0005\.png: damaged.*\n {2}ok/,
    );
    expect(code).toBe(1);
  });

  it('prints JSON and nothing else', async () => {
    const { printed } = await check(path('good'), { json: true });
    expect(JSON.parse(printed)).toMatchObject({ verdict: 'ok', sequences: [{ layout: 'posed-rgbd', frames: 8 }] });
  });

  it('checks the pairs of an expression, and says how many there are', async () => {
    const call = `Co3d(split='train', ROOT='${fixturePath('co3d')}')`;
    const { printed, code } = await check(call, { pairs: 6, output: path('co3d') });
    expect(printed).toContain(`${call}: 6 of 990 pairs, 12 frames\n  ok      files: 6 pairs`);
    expect(printed).toMatch(/ {2}ok {6}reprojection: depth of 6 pairs differs by/);
    expect(code).toBe(0);
    expect(await readFile(path('co3d/index.html'), 'utf8')).toContain('<p>6 of 990 pairs, 12 frames</p>');
  });

  it('checks own kinds of dataset, which a module exports', async () => {
    await writePlaneFolder(path('plane'), 4);
    const { printed } = await check(`Plane(ROOT='${path('plane')}')`, {
      'dataset-module': 'test/data/example-dataset.ts',
    });
    expect(printed).toMatch(/^Plane\(ROOT='.*'\): \d+ of \d+ pairs/);
  });

  it('tells the prepared folder of a known dataset', async () => {
    const { printed } = await check(fixturePath('arkitscenes'), { pairs: 4, json: true });
    expect(JSON.parse(printed)).toMatchObject({
      verdict: 'ok',
      datasets: [
        { label: expect.stringMatching(/^ARKitScenes\(split='train'/), pairs: 12, tested: 4 },
        { label: expect.stringMatching(/^ARKitScenes\(split='test'/), pairs: 6, tested: 4 },
      ],
    });
  });

  it.each([
    [{ pairs: 0 }, /--pairs: expected a whole number from 1, got 0/],
    [{ seed: -1 }, /--seed: expected a whole number from 0, got -1/],
    [{ every: 0 }, /--every: expected a whole number from 1, got 0/],
    [{ 'min-overlap': 0.9, 'max-overlap': 0.2 }, /--min-overlap, --max-overlap: expected shares/],
    [{ intrinsics: '500,500,x,1' }, /--intrinsics: expected fx,fy,cx,cy/],
    [{ 'depth-scale': 0 }, /--depth-scale: expected metres above 0/],
  ])('refuses %j', async (given, message) => {
    await expect(check(path('good'), given)).rejects.toThrow(message);
  });

  it('names a folder or a dataset that is none', async () => {
    await expect(check("Absent(split='train')")).rejects.toThrow(/no dataset is called Absent/);
    await expect(check('Co3d')).rejects.toThrow(/a dataset such as Synthetic\(…, resolution=224\) is expected/);
    await expect(check(path('absent'))).rejects.toThrow(/absent: no such folder/);
  });
});
