import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { encodeCamerasJson } from '#export/cameras-json.ts';
import { colmapModel } from '#export/colmap-model.ts';
import { colmapTextFiles } from '#export/colmap-text.ts';
import { encodeTransformsJson } from '#export/nerfstudio.ts';
import type { Camera } from '#geometry/camera.ts';
import type { KnownCamera } from '#reconstruct/known-cameras.ts';
import { readKnownCameras } from '#reconstruct/read-known-cameras.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const temporary = useTemporaryFolder();
const camToWorld = Float64Array.of(0, 0, 1, 2, 0, 1, 0, 3, -1, 0, 0, 4, 0, 0, 0, 1);
const camera: Camera = { width: 100, height: 80, focalPx: [90, 95], principalPx: [49, 41], camToWorld };
const { width, height, focalPx, principalPx } = camera;
const expected = { name: 'a.jpg', camToWorld, intrinsics: { width, height, focalPx, principalPx } };

async function fileOf(content: unknown, name = 'known.json'): Promise<string> {
  const path = temporary(name);
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function expectCamera([actual]: readonly KnownCamera[]): void {
  const numbers = ({ camToWorld: pose, intrinsics }: KnownCamera) => [
    ...[...(pose ?? []), ...(intrinsics?.focalPx ?? []), ...(intrinsics?.principalPx ?? [])],
    ...[intrinsics?.width ?? 0, intrinsics?.height ?? 0],
  ];
  numbers(actual as KnownCamera).forEach((value, i) => {
    expect(value).toBeCloseTo(numbers(expected)[i] as number, 9);
  });
}

describe('reconstruct/read-known-cameras: readKnownCameras', () => {
  it('reads back our own cameras.json', async () => {
    expect(await readKnownCameras(await fileOf(encodeCamerasJson([{ name: 'a.jpg', camera }])))).toEqual([expected]);
  });

  it('reads back the transforms.json that we write for nerfstudio', async () => {
    const frames = [{ name: 'a.jpg', camera, filePath: 'images/a.jpg' }];
    const known = await readKnownCameras(await fileOf(encodeTransformsJson(frames)));
    expectCamera(known);
    expect(known[0]?.name).toBe('images/a.jpg');
  });

  it('takes the intrinsics that a transforms.json gives for all frames, and frames without any', async () => {
    const frame = {
      file_path: 'a.jpg',
      transform_matrix: [
        [1, 0, 0, 0],
        [0, 1, 0, 0],
        [0, 0, 1, 5],
        [0, 0, 0, 1],
      ],
    };
    const lens = { w: 100, h: 80, fl_x: 90, cx: 50, cy: 40 };
    const [shared] = await readKnownCameras(await fileOf({ ...lens, frames: [frame] }));
    expect(shared?.intrinsics).toEqual({ width: 100, height: 80, focalPx: [90, 90], principalPx: [49.5, 39.5] });
    expect([...(shared?.camToWorld ?? [])]).toEqual([1, 0, 0, 0, 0, -1, 0, 0, 0, 0, -1, 5, 0, 0, 0, 1]);
    expect(Object.keys((await readKnownCameras(await fileOf({ frames: [frame] })))[0] as object)).toEqual([
      'name',
      'camToWorld',
    ]);
    const bent = readKnownCameras(await fileOf({ ...lens, k1: 0.1, frames: [frame] }));
    await expect(bent).rejects.toThrow('frame 0: the lens has distortion (k1 = 0.1); undistort the photographs first');
  });

  it('reads back the COLMAP text that we write', async () => {
    const folder = temporary('sparse');
    await mkdir(folder);
    const view = {
      name: 'a.jpg',
      camera,
      originalCamera: camera,
      depth: new Float32Array(8000),
      confidence: new Float32Array(8000),
    };
    const cloud = { positions: new Float32Array(0), colors: new Uint8Array(0), confidence: new Float32Array(0) };
    for (const [name, chunks] of colmapTextFiles(colmapModel([view], cloud)))
      await writeFile(join(folder, name), Buffer.concat([...chunks]));
    const known = await readKnownCameras(folder);
    expectCamera(known);
    expect(known.map(({ name }) => name)).toEqual(['a.jpg']);
  });

  it('refuses COLMAP lenses with distortion, and images of no camera', async () => {
    const folder = temporary('bad');
    await mkdir(folder);
    const write = (cameras: string) => writeFile(join(folder, 'cameras.txt'), cameras);
    await writeFile(join(folder, 'images.txt'), '# images\n1 1 0 0 0 0 0 0 7 my photo.jpg\n\n');
    await write('7 OPENCV 100 80 90 90 50 40 0.1 0 0 0\n');
    await expect(readKnownCameras(folder)).rejects.toThrow('bad, camera 7: expected no distortion');
    await write('1 PINHOLE 100 80 90 90 50 40\n');
    await expect(readKnownCameras(folder)).rejects.toThrow('images.txt: expected the camera 7 of my photo.jpg');
    await write('7 SIMPLE_PINHOLE 100 80 90 50 40\n');
    expect((await readKnownCameras(folder))[0]).toMatchObject({
      name: 'my photo.jpg',
      intrinsics: { focalPx: [90, 90] },
    });
  });

  it('reads the angle that NeRF’s own files give instead of focal lengths', async () => {
    const identity = [0, 1, 2, 3].map((row) => [0, 1, 2, 3].map((column) => Number(row === column)));
    const frames = [{ file_path: './train/r_0', transform_matrix: identity }];
    const [known] = await readKnownCameras(await fileOf({ camera_angle_x: 0.7, frames }));
    expect(known).toMatchObject({ name: './train/r_0', fieldOfViewX: 0.7 });
    const flat = readKnownCameras(await fileOf({ camera_angle_x: 4, frames }));
    await expect(flat).rejects.toThrow('frame 0, camera_angle_x: expected an angle between 0 and π, got 4');
  });

  it('looks into a folder, and asks where it has several', async () => {
    const folder = temporary('output');
    await mkdir(join(folder, 'sparse/0'), { recursive: true });
    await expect(readKnownCameras(folder)).rejects.toThrow('output: expected a COLMAP model (cameras and images');
    await writeFile(join(folder, 'sparse/0/cameras.txt'), '7 SIMPLE_PINHOLE 100 80 90 50 40\n');
    await writeFile(join(folder, 'sparse/0/images.txt'), '1 1 0 0 0 0 0 0 7 a.jpg\n\n');
    expect((await readKnownCameras(folder))[0]?.name).toBe('a.jpg');
    await writeFile(join(folder, 'cameras.json'), encodeCamerasJson([{ name: 'b.jpg', camera }]));
    await expect(readKnownCameras(folder)).rejects.toThrow(
      `has known cameras in ${join(folder, 'sparse/0')}, ${join(folder, 'cameras.json')}; give one of them`,
    );
  });

  it('refuses skew, which the alignment’s cameras do not have', async () => {
    const intrinsics = [
      [90, 2, 49],
      [0, 95, 41],
      [0, 0, 1],
    ];
    const skewed = readKnownCameras(await fileOf({ cameras: [{ name: 'a', width: 100, height: 80, intrinsics }] }));
    await expect(skewed).rejects.toThrow('(a), intrinsics: expected no skew, got 2');
  });

  it('takes entries of cameras.json that know only a part', async () => {
    const content = {
      cameras: [
        { name: 'a.jpg' },
        {
          name: 'b.jpg',
          camToWorld: [
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
          ],
        },
      ],
    };
    const known = await readKnownCameras(await fileOf(content));
    expect(known.map((each) => Object.keys(each))).toEqual([['name'], ['name', 'camToWorld']]);
  });

  it.each([
    ['no JSON', 'nothing', 'expected JSON like cameras.json ('],
    ['null', null, 'expected "cameras", as in our cameras.json, or "frames"'],
    ['a camera without a name', { cameras: [{}] }, 'camera 0: expected the photograph\'s name under "name"'],
    [
      'another matrix',
      { cameras: [{ name: 'a', camToWorld: [[1]] }] },
      '(a), camToWorld: expected 4 rows of 4 numbers',
    ],
    [
      'no size',
      {
        cameras: [
          {
            name: 'a',
            intrinsics: [
              [1, 0, 0],
              [0, 1, 0],
              [0, 0, 1],
            ],
          },
        ],
      },
      "(a), width: expected the photograph's in pixels",
    ],
    [
      'a frame without a pose',
      { frames: [{ file_path: 'a' }] },
      'frame 0, transform_matrix: expected 4 rows of 4 numbers',
    ],
    ['no frame', { frames: [null] }, 'frame 0: expected the photograph under "file_path"'],
  ])('refuses %s', async (_, content, message) => {
    await expect(readKnownCameras(await fileOf(content))).rejects.toThrow(message);
  });

  it('names a file that is not there', async () => {
    await expect(readKnownCameras('no.json')).rejects.toThrow('no.json: no such file of known cameras');
  });
});
