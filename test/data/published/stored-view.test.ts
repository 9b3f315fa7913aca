import { cp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { BrokenSampleError } from '#data/pair-dataset.ts';
import { readSample, readStoredView, type StoredFrame } from '#data/published/stored-view.ts';
import { encodeExr } from '#formats/exr-write.ts';
import { encodeNpz } from '#formats/npy-write.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { createNumpyRandom } from '#tensor/random.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { fixturePath, openPublished } from './fixture.ts';

const temporary = useTemporaryFolder();
const sequence = 'co3d/apple/110_13051_23361';
const image = 'images/frame000001.jpg';
const depth = 'depths/frame000001.jpg.geometric.png';
const mask = 'masks/frame000001.png';

const frame = (changes: Partial<StoredFrame> = {}): StoredFrame => ({
  imagePath: fixturePath(`${sequence}/${image}`),
  depthPath: fixturePath(`${sequence}/${depth}`),
  camera: { focalPx: [60, 60], principalPx: [32, 24], camToWorld: identityTransform() },
  dataset: 'Co3d',
  label: 'apple/a',
  instance: 'apple/a/1',
  ...changes,
});

beforeAll(() => cp(fixturePath('co3d'), temporary('co3d'), { recursive: true }));

/** Breaks a file of a copy of the Co3d fixture, of which a pair is then read. */
async function readBroken(file: string, breakFile: (path: string) => Promise<void>): Promise<unknown> {
  const path = temporary(`${sequence}/${file}`);
  await breakFile(path);
  try {
    const dataset = await openPublished(`Co3d(ROOT='${temporary('co3d')}')`);
    // Seed 1 moves places 0 and 5 by nothing.
    return await dataset.pair(0, createNumpyRandom(1)).catch((error: unknown) => error);
  } finally {
    await cp(fixturePath(`${sequence}/${file}`), path);
  }
}

describe('data/published/stored-view: readStoredView', () => {
  it('gives the camera the size of the image, and depth in steps', async () => {
    const view = await readStoredView(frame({ depthStep: 0.5 }));
    expect(view.camera).toMatchObject({ width: 64, height: 48, focalPx: [60, 60] });
    expect(view.depth).toHaveLength(64 * 48);
    expect(view.depth.every((z) => Number.isInteger(2 * z))).toBe(true);
    const nearer = await readStoredView(frame({ depthStep: 0.5, maxDepth: 20_000 }));
    expect(nearer.depth).toEqual(view.depth.map((z) => (z <= 20_000 ? z : 0)));
  });

  it('reads EXR as it is, but for what is not finite or too deep', async () => {
    const values = new Float32Array(64 * 48).fill(2.5);
    values.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1, 300, 0.125]);
    await writeFile(temporary('depth.exr'), encodeExr({ width: 64, height: 48, values }));
    const depthPath = temporary('depth.exr');
    expect((await readStoredView(frame({ depthPath }))).depth.slice(0, 7)).toEqual(
      Float32Array.of(0, 0, 0, -1, 300, 0.125, 2.5),
    );
    expect((await readStoredView(frame({ depthPath, maxDepth: 200 }))).depth[4]).toBe(0);
  });

  it('names depth and masks of another size than the image, and the image', async () => {
    const other = fixturePath('co3d/bench/415_57112_110099');
    const paths = {
      depthPath: `${other}/depths/frame000002.jpg.geometric.png`,
      maskPath: `${other}/masks/frame000002.png`,
    };
    const { depthPath, maskPath } = paths;
    const expected = `: expected 64 × 48 pixels as in ${frame().imagePath}, found 48 × 64`;
    await expect(readStoredView(frame({ depthPath }))).rejects.toThrow(`${depthPath}${expected}`);
    await expect(readStoredView(frame({ maskPath }))).rejects.toThrow(`${maskPath}${expected}`);
    await writeFile(temporary('small.exr'), encodeExr({ width: 2, height: 1, values: new Float32Array(2) }));
    await expect(readStoredView(frame({ depthPath: temporary('small.exr') }))).rejects.toThrow(
      `${temporary('small.exr')}: expected 64 × 48 pixels`,
    );
  });

  it('names a broken EXR', async () => {
    const whole = encodeExr({ width: 64, height: 48, values: Float32Array.from({ length: 64 * 48 }, Math.sin) });
    const path = temporary('broken.exr');
    await writeFile(path, whole.subarray(0, whole.length - 9));
    await expect(readStoredView(frame({ depthPath: path }))).rejects.toThrow(`${path}: `);
    await writeFile(path, 'no EXR');
    await expect(readStoredView(frame({ depthPath: path }))).rejects.toThrow(`${path}: expected an EXR file`);
  });
});

describe('data/published/stored-view: readSample', () => {
  it('makes every failure a broken sample, and keeps those that are', async () => {
    const fail = (error: Error) => readSample(() => Promise.reject(error));
    await expect(fail(new Error('a.png: damaged'))).rejects.toEqual(new BrokenSampleError('a.png: damaged'));
    const broken = new BrokenSampleError('b.png: damaged');
    await expect(fail(broken)).rejects.toBe(broken);
  });

  it.each([
    ['a missing image', image, rm, 'no such image file'],
    ['a damaged image', image, (path: string) => truncate(path, 900), 'damaged or unsupported JPEG image'],
    ['a missing depth', depth, rm, 'no such depth file'],
    ['a damaged depth', depth, (path: string) => truncate(path, 900), 'damaged depth PNG'],
    ['depth of 8 bit', depth, async (path: string) => cp(fixturePath(`${sequence}/${mask}`), path), 'found 8 bits'],
    ['a missing mask', mask, rm, 'no such image file'],
  ] as const)('breaks the sample, naming the file, for %s', async (_, file, breakFile, message) => {
    const error = await readBroken(file, breakFile);
    expect(error).toBeInstanceOf(BrokenSampleError);
    expect((error as Error).message).toContain(`${temporary(`${sequence}/${file}`)}: `);
    expect((error as Error).message).toContain(message);
  });

  it.each([
    ['damaged', async () => Buffer.from('PK'), 'a zip archive'],
    ['of another shape', async () => encodeNpz(misshapen), 'camera_intrinsics: expected the shape [3, 3], found [1]'],
    ['without arrays', async () => encodeNpz({ other: one }), 'expected an array named camera_intrinsics, found other'],
  ] as const)('breaks the sample for a camera file that is %s', async (_, contents, message) => {
    const error = await readBroken('images/frame000001.npz', async (path) => writeFile(path, await contents()));
    expect(error).toBeInstanceOf(BrokenSampleError);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).toContain('frame000001.npz: ');
  });

  it('reads the sample again once its files are whole', async () => {
    expect(await readFile(temporary(`${sequence}/${image}`))).toEqual(await readFile(frame().imagePath));
    expect(await readBroken(image, async () => {})).toHaveLength(2);
  });
});

const one = { values: Float32Array.of(1), shape: [1] };
const misshapen = { camera_intrinsics: one, camera_pose: one, maximum_depth: one };
