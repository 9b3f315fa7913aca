import { cp, readFile, truncate } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { RawView } from '#data/view.ts';
import { projectPoints } from '#geometry/camera.ts';
import { runPreparation } from '#prepare/datasets/run-preparation.ts';
import { OutputError } from '#prepare/datasets/skipped.ts';
import { waymoPreparation } from '#prepare/datasets/waymo.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { openPublished } from '#test/data/published/fixture.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { contentsOf, rawFixture } from './raw-fixture.ts';
import { type RenderedFrame, readTruth } from './rendered-points.ts';

const place = useTemporaryFolder();
const truth = readTruth<Record<string, Record<string, RenderedFrame>>>('waymo');
const segments = Object.keys(truth) as [string, string];
const ending = '_with_camera_labels.tfrecord';

function prepare(output: string, { input = rawFixture('waymo'), asOriginal = false, workers = 0 } = {}) {
  return runPreparation(waymoPreparation, { input, output, workers, options: { asOriginal } });
}

const open = (folder: string) => openPublished(`Waymo(ROOT='${place(folder)}')`);

/**
 * From where the ray caster says that the lidars' points are in the view to where they are found by their depth, in pixels;
 * undefined for those that are not found within reach.
 */
function misses({ camera, depth }: RawView, { points }: RenderedFrame, reach: number) {
  const { width, height } = camera;
  const { pixels, depths } = projectPoints(camera, worldOf(points));
  return points.flatMap((_, i) => {
    const [u, v, z] = [pixels[2 * i] as number, pixels[2 * i + 1] as number, depths[i] as number];
    if (!(u >= 0 && v >= 0 && u <= width - 1 && v <= height - 1)) return [];
    const found: { readonly x: number; readonly y: number }[] = [];
    for (let y = Math.max(0, Math.ceil(v - reach)); y <= Math.min(height - 1, v + reach); y++) {
      for (let x = Math.max(0, Math.ceil(u - reach)); x <= Math.min(width - 1, u + reach); x++) {
        if (Math.abs((depth[y * width + x] as number) / z - 1) < 1e-5) found.push({ x: x - u, y: y - v });
      }
    }
    return [found.sort((p, q) => Math.hypot(p.x, p.y) - Math.hypot(q.x, q.y))[0]];
  });
}

function worldOf(points: RenderedFrame['points']): Float64Array {
  return Float64Array.from(points.flatMap(([, , ...point]) => point));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const isFound = <Miss>(miss: Miss | undefined): miss is Miss => miss !== undefined;

/** What the view's photograph shows where the points are: its brightness, or undefined outside. */
function colorsAt({ camera, image }: RawView, points: RenderedFrame['points']): (number | undefined)[] {
  const { pixels } = projectPoints(camera, worldOf(points));
  return points.map((_, i) => {
    const [x, y] = [Math.round(pixels[2 * i] as number), Math.round(pixels[2 * i + 1] as number)];
    const isInside = x >= 0 && y >= 0 && x < image.width && y < image.height;
    return isInside ? image.data[3 * (y * image.width + x) + 1] : undefined;
  });
}

function frameOf(view: RawView): RenderedFrame {
  const frame = truth[view.label.replace(ending, '')]?.[view.instance.slice(-7)];
  if (!frame) throw new Error(`no such frame: ${view.instance}`);
  return frame;
}

/** A raw pixel of 96 becomes more than five of 512. */
const rawPixel = 512 / 96;

/** Waymo rounds to raw pixels: half of one each way, more where the straightened photograph is larger; we to ours. */
function expectPointsInPlace(view: RawView): void {
  const all = misses(view, frameOf(view), 2 * rawPixel);
  const found = all.filter(isFound);
  expect(all.length).toBeGreaterThan(15);
  expect(found.length).toBeGreaterThan(0.85 * all.length);
  for (const { x, y } of found) expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThan(0.75 * rawPixel);
  for (const axis of ['x', 'y'] as const)
    expect(Math.abs(mean(found.map((miss) => miss[axis])))).toBeLessThan(0.2 * rawPixel);
}

describe('prepare/datasets/waymo: waymoPreparation', () => {
  beforeAll(async () => {
    expect(await prepare(place('whole'))).toMatchObject({ prepared: 2, skippedItems: 1, skippedFrames: 1 });
  });

  it('is loaded with the points that the lidars met, at the pixels that show them', async () => {
    const dataset = await open('whole');
    expect(dataset.length).toBe(12);
    for (const index of [0, 4, 6, 10]) {
      for (const view of await dataset.pair(index, createNumpyRandom(0))) {
        expect([view.camera.width, view.camera.height]).toEqual([512, 341]);
        const { camera } = frameOf(view);
        expect(
          view.camera.camToWorld.every((value, i) => Math.abs(value - (camera.camToWorld[i] as number)) < 1e-5),
        ).toBe(true);
        expectPointsInPlace(view);
      }
    }
  });

  it('shows the same at the same points in both photographs', async () => {
    const dataset = await open('whole');
    for (const index of [0, 6]) {
      const views = await dataset.pair(index, createNumpyRandom(0));
      const { points } = frameOf(views[0]);
      const [first, second] = views.map((view) => colorsAt(view, points)) as [number[], number[]];
      const differences = first.flatMap((color, i) => {
        const other = second[i];
        return color === undefined || other === undefined ? [] : [Math.abs(color - other)];
      });
      expect(differences.length).toBeGreaterThan(12);
      expect(differences.sort((x, y) => x - y)[Math.floor(differences.length / 2)]).toBeLessThan(12);
    }
  });

  it('makes photographs straight that the lens has bent', async () => {
    await prepare(place('original'), { asOriginal: true });
    const first = async (folder: string) => (await (await open(folder)).pair(0, createNumpyRandom(0)))[0];
    const [ours, original] = [await first('whole'), await first('original')];
    const farthest = (view: RawView) =>
      Math.max(...misses(view, frameOf(view), 8 * rawPixel).map((miss) => (miss ? Math.hypot(miss.x, miss.y) : 0)));
    expect(farthest(ours)).toBeLessThan(0.75 * rawPixel);
    expect(farthest(original)).toBeGreaterThan(2 * rawPixel);
    expect(original.camera.focalPx[0]).toBeCloseTo(92 * rawPixel, 3);
    expect(original.camera.principalPx[0]).toBeCloseTo(47.7 * rawPixel - 0.5, 3);
  });

  it('gives the same bytes in worker threads', async () => {
    await prepare(place('threads'), { workers: 2 });
    expect(await contentsOf(place('threads'))).toEqual(await contentsOf(place('whole')));
  });

  it('leaves out what is damaged, and lists it', async () => {
    const raw = place('raw');
    await cp(rawFixture('waymo'), raw, { recursive: true });
    await truncate(`${raw}/training/${segments[0]}${ending}`, 60_000);
    expect(await prepare(place('broken'), { input: raw })).toMatchObject({
      prepared: 2,
      skippedItems: 1,
      skippedFrames: 3,
    });
    expect((await open('broken')).length).toBe(7);
    const lines = (await readFile(place('broken/skipped.txt'), 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(4);
    const [first, other] = [`${segments[0]}${ending}`, `segment-1_0_0_0_0${ending}`];
    expect(lines[3]).toMatch(/segment/);
    expect(lines).toContain(`${other}\t${other}\tthe list of pairs names it, the input does not hold it`);
    for (const line of lines.filter((each) => each.startsWith(`${first}\t`)))
      expect(line).toMatch(
        /\ttraining\/\S+\tdamaged TFRecord at byte \d+: expected \d+ bytes, found the end of the file/,
      );
  });

  it('stops where nothing can be written, instead of leaving photographs out', async () => {
    const source = rawFixture(`waymo/training/${segments[0]}${ending}`);
    const item = { key: 'a', frames: 2, source, images: ['00000_1', '00001_1'] };
    const tried: string[] = [];
    const frame = async <Result>(name: string, prepare: () => Promise<Result>) => {
      tried.push(name);
      return prepare();
    };
    const write = () => Promise.reject(new OutputError('a/00000_1.jpg: the disk is full'));
    const options = { pairs: undefined, asOriginal: true };
    const preparing = waymoPreparation.prepareItem(item, { input: '', frame, write }, options);
    await expect(preparing).rejects.toThrow('the disk is full');
    expect(tried).toEqual(['a/00000_1']);
  });

  it('lists photographs of records that a whole file does not have, and of no camera', async () => {
    const source = rawFixture(`waymo/training/${segments[0]}${ending}`);
    const item = { key: 'a', frames: 3, source, images: ['00001_2', '00002_1', '00000_6', 'front'] };
    const failures: string[] = [];
    const frame = async <Result>(name: string, prepare: () => Promise<Result>) =>
      prepare().catch((error: Error) => void failures.push(`${name}: ${error.message}`)) as Promise<Result>;
    const context = { input: '', frame, write: async () => undefined };
    const facts = await waymoPreparation.prepareItem(item, context, { pairs: undefined, asOriginal: true });
    expect(facts.images).toEqual(['00001_2']);
    expect(failures).toEqual([
      'a/00000_6: expected the numbers of a record and of a camera (1 to 5)',
      'a/front: expected the numbers of a record and of a camera (1 to 5)',
      `a/00002_1: ${source}: expected more records, found the end of the file`,
    ]);
  });
});
