import { readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { encode } from 'fast-png';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { posedRgbdDataset } from '#data/posed-rgbd.ts';
import type { PosedRgbdPairs } from '#data/posed-rgbd-pairs.ts';
import type { RawView } from '#data/view.ts';
import { type Camera, depthToPoints, projectPoints } from '#geometry/camera.ts';
import type { PythonValue } from '#notation/python-call.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { writePosedRgbd, writeSevenScenes, writeTum } from '#test/data/rgbd-folder.ts';
import { renderRoom, roomCamera, roomWalk } from '#test/data/room.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const path = useTemporaryFolder();
const walk = roomWalk(12);
const random = createNumpyRandom(0);

/** As an expression opens it: every argument is read, or has its default. */
function open(given: Readonly<Record<string, PythonValue>>): Promise<PosedRgbdPairs> {
  const values = Object.entries(posedRgbdDataset.arguments).map(([name, spec]) => {
    const value = given[name];
    return [name, value === undefined ? spec.default : spec.read(value)];
  });
  const withCache = { cache: path('cache'), ...Object.fromEntries(values) };
  if (given['cache'] === undefined) withCache.cache = path('cache');
  return posedRgbdDataset.open(withCache) as Promise<PosedRgbdPairs>;
}

const pointsInWorld = ({ camera, depth }: RawView) => depthToPoints(camera, depth);

/** The largest distance of a stored point from the wall that it was rendered from. */
function largestError(view: RawView, camera: Camera): number {
  const truth = depthToPoints(camera, renderRoom(camera).depth.values);
  return pointsInWorld(view).reduce((worst, value, i) => Math.max(worst, Math.abs(value - (truth[i] as number))), 0);
}

beforeAll(async () => {
  await writePosedRgbd(path('rooms/a'), walk);
  await writePosedRgbd(path('rooms/b'), roomWalk(6, 60));
});

describe('data/posed-rgbd', () => {
  it('gives points of both views that agree in the world within float precision', async () => {
    // Towards a wall at whole millimetres, moved by whole pixels: 4 px · 2 m / 40 px = 0.2 m.
    const cameras = [roomCamera([0.2, 0, 1]), roomCamera([0.4, 0, 1])].map((camera) => ({
      ...camera,
      width: 40,
      height: 30,
      principalPx: [20, 15] as const,
    }));
    await writePosedRgbd(path('wall'), cameras);
    const [first, second] = await (await open({ ROOT: path('wall'), overlap: [0.5, 1] })).pair(0, random);
    const [a, b] = [pointsInWorld(first), pointsInWorld(second)];
    for (let y = 0; y < 30; y++) {
      for (let x = 4; x < 40; x++) {
        for (let k = 0; k < 3; k++) {
          expect(Math.abs((a[3 * (40 * y + x) + k] as number) - (b[3 * (40 * y + x - 4) + k] as number))).toBeLessThan(
            1e-6,
          );
        }
      }
    }
    expect(first).toMatchObject({ dataset: 'wall', label: 'wall', instance: '0000' });
    expect(first.image).toEqual(renderRoom(cameras[0] as Camera).image);
  });

  it.each<[string, (folder: string) => Promise<void>, number]>([
    ['posed-rgbd', (folder) => writePosedRgbd(folder, walk), 1e-3],
    ['7-scenes', (folder) => writeSevenScenes(folder, walk), 1e-3],
    ['tum', (folder) => writeTum(folder, walk), 2e-4],
  ])('reads %s back to the ground truth, to the step of the stored depth', async (layout, write, step) => {
    await write(path(`as/${layout}`));
    const dataset = await open({ ROOT: path(`as/${layout}`), intrinsics: [40, 40, 31.5, 23.5, 64, 48] });
    expect(dataset.sequences[0]?.layout).toBe(layout);
    for (const index of [0, dataset.length - 1]) {
      for (const view of await dataset.pair(index, random)) {
        const place = dataset.sequences[0]?.frames.findIndex(({ name }) => name === view.instance) as number;
        expect(largestError(view, walk[place] as Camera)).toBeLessThan(step);
      }
    }
  });

  it('opens a folder of sequences in a stable order and names views uniquely', async () => {
    const dataset = await open({ ROOT: path('rooms') });
    expect(dataset.notes).toEqual([]);
    expect(dataset.sequences.map(({ label }) => label)).toEqual(['a', 'b']);
    const views = await dataset.pair(dataset.length - 1, random);
    expect(views.map(({ dataset: name, label, instance }) => [name, label, instance.slice(0, 4)])).toEqual([
      ['rooms', 'b', 'b/00'],
      ['rooms', 'b', 'b/00'],
    ]);
    expect((await open({ ROOT: path('rooms'), cache: path('other-cache') })).overlaps).toEqual(dataset.overlaps);
    expect(dataset.overlaps.every((overlap) => overlap >= 0.3 && overlap <= 0.95)).toBe(true);
  });

  it('keeps what it measured, and measures anew when a file has changed', async () => {
    await writePosedRgbd(path('changing'), walk);
    const options = { ROOT: path('changing'), cache: path('own-cache') };
    const before = await open(options);
    const [entry] = await readdir(path('own-cache'));
    await open(options);
    expect(await readdir(path('own-cache'))).toEqual([entry]);
    await writeFile(join(path('own-cache'), entry as string), '{"pairs": [[0, 99, 1]]');
    expect((await open(options)).overlaps).toEqual(before.overlaps);
    await rm(path('changing/depth/0003.png'));
    expect((await open(options)).length).toBeLessThan(before.length);
    expect(await readdir(path('own-cache'))).toHaveLength(2);
  });

  it('works without a cache that can be written, and says so', async () => {
    await writeFile(path('no-folder'), '');
    const { notes, length } = await open({ ROOT: path('rooms'), cache: path('no-folder') });
    expect(length).toBeGreaterThan(0);
    expect(notes).toEqual([expect.stringMatching(/^overlaps are measured anew every time: .*no-folder is a file/)]);
  });

  it('takes some frames, and some pairs balanced over their overlaps', async () => {
    const all = await open({ ROOT: path('rooms/a') });
    const few = await open({ ROOT: path('rooms/a'), max_pairs: 6 });
    expect(few.length).toBe(6);
    expect(new Set(few.overlaps.map((overlap) => Math.floor(((overlap - 0.3) / 0.65) * 10))).size).toBeGreaterThan(3);
    expect((await open({ ROOT: path('rooms/a'), every: 2 })).sequences[0]?.frames).toHaveLength(6);
    const part = await open({ ROOT: path('rooms/a'), frames: [2, 7] });
    expect(part.sequences[0]?.frames.map(({ name }) => name)).toEqual(['0002', '0003', '0004', '0005', '0006']);
    expect(part.length).toBeLessThan(all.length);
  });

  it('brings smaller depth to the size of the image, and refuses depth of another shape', async () => {
    await writePosedRgbd(path('small-depth'), walk);
    const half = (camera: Camera): Camera => ({
      ...camera,
      width: 32,
      height: 24,
      focalPx: [20, 20],
      principalPx: [15.5, 11.5],
    });
    for (const [i, camera] of walk.entries()) {
      const { values } = renderRoom(half(camera)).depth;
      const data = Uint16Array.from(values, (z) => Math.round(1000 * z));
      const png = encode({ width: 32, height: 24, data, depth: 16, channels: 1 });
      await writeFile(path(`small-depth/depth/${String(i).padStart(4, '0')}.png`), png);
    }
    const [view] = await (await open({ ROOT: path('small-depth') })).pair(0, random);
    expect(view.depth).toHaveLength(64 * 48);
    const { depths } = projectPoints(view.camera, pointsInWorld(view));
    expect(depths[64 * 24 + 32]).toBeCloseTo(renderRoom(walk[0] as Camera).depth.values[64 * 24 + 32] as number, 1);
    const square = encode({ width: 24, height: 24, data: new Uint16Array(576).fill(1000), depth: 16, channels: 1 });
    await writeFile(path('small-depth/depth/0003.png'), square);
    expect((await open({ ROOT: path('small-depth') })).notes).toEqual([
      expect.stringMatching(
        /1 of 12 frames cannot be used, .*0003\.png: depth of 24×24 cannot belong to an image of 64×48/,
      ),
    ]);
  });

  it('names the file of a frame that breaks after the folder was opened', async () => {
    await writePosedRgbd(path('breaking'), walk);
    const dataset = await open({ ROOT: path('breaking') });
    await truncate(path('breaking/images/0000.png'), 300);
    const failure = await dataset.pair(0, random).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BrokenSampleError);
    expect((failure as Error).message).toMatch(/breaking\/images\/0000\.png: damaged or unsupported PNG image/);
  });

  it('counts broken frames, and refuses too many', async () => {
    await writePosedRgbd(path('broken'), walk);
    for (const i of [1, 2, 3]) await truncate(path(`broken/depth/000${i}.png`), 60);
    expect((await open({ ROOT: path('broken') })).notes).toEqual([
      expect.stringMatching(
        /broken: 3 of 12 frames cannot be used, the first because of .*0001\.png: damaged depth PNG.*prepare check/,
      ),
    ]);
    await expect(open({ ROOT: path('broken'), max_broken: 0.1 })).rejects.toThrow(
      /3 of 12 frames.*max_broken allows 1/,
    );
  });

  it('says which overlaps there are where none is in the range', async () => {
    await expect(open({ ROOT: path('rooms'), overlap: [0.999, 1] })).rejects.toThrow(
      /rooms: no pair has an overlap from 0\.999 to 1: \d+ pairs overlap by up to 0\.\d+/,
    );
  });

  it.each<[string, PythonValue, RegExp]>([
    ['overlap', [0.9, 0.3], /^expected \(least, largest\) .*, got \[0\.9,0\.3\]$/],
    ['max_pairs', 0.5, /^expected a whole number from 1, got 0\.5$/],
    ['layout', 'colmap', /^expected one of 'posed-rgbd', '7-scenes', 'tum', got "colmap"$/],
    ['intrinsics', [500, 500], /^expected \(fx, fy, cx, cy\)/],
    ['frames', [5, 5], /^expected \(start, stop\)/],
    ['ROOT', 3, /^expected a text, got 3$/],
    ['max_broken', 2, /^expected a share from 0 to 1, got 2$/],
    ['depth_scale', -1, /^expected a number above 0, got -1$/],
  ])('refuses a wrong %s', (name, value, message) => {
    expect(() => posedRgbdDataset.arguments[name]?.read(value)).toThrow(message);
  });
});
