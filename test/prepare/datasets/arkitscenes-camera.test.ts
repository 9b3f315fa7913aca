import { mkdir, writeFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { identityTransform, rigidTransform } from '#geometry/rigid.ts';
import {
  findNear,
  imagePose,
  imageTime,
  readLens,
  readTrajectory,
  skyDirection,
} from '#prepare/datasets/arkitscenes-camera.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

const place = useTemporaryFolder();

describe('prepare/datasets/arkitscenes-camera', () => {
  it('inverts a trajectory from world to camera', async () => {
    // A quarter turn about z, then 2 along the camera's x: the camera stands where R · C + t = 0.
    await writeFile(place('turn.traj'), `7.5 0 0 ${Math.PI / 2} 2 0 0\n`);
    const pose = imagePose(await readTrajectory(place('turn.traj')), '41_7.500');
    for (const [i, value] of [0, 1, 0, 0, -1, 0, 0, 2, 0, 0, 1, 0, 0, 0, 0, 1].entries())
      expect(pose[i]).toBeCloseTo(value, 12);
  });

  it('tells of what is wrong in a trajectory', async () => {
    await writeFile(place('short.traj'), '1 0 0 0 0 0 0\n2 0 0 0\n');
    await expect(readTrajectory(place('short.traj'))).rejects.toThrow(
      `${place('short.traj')}, line 2: expected 7 numbers: time, rotation, translation; found "2 0 0 0"`,
    );
    await writeFile(place('nan.traj'), '1 0 nan 0 0 0 0\n');
    await expect(readTrajectory(place('nan.traj'))).rejects.toThrow('expected 7 numbers');
    await writeFile(place('empty.traj'), '\n');
    await expect(readTrajectory(place('empty.traj'))).rejects.toThrow('expected poses, found none');
  });

  it('knows when an image was taken by its name', () => {
    expect(imageTime('41069021_305.377')).toBe(305.377);
    expect(() => imageTime('305377')).toThrow('305377: expected an image named <scene>_<seconds>, as 41069021_305.377');
  });

  it('scales intrinsics of a smaller film by the factor alone, and takes the own ones where they are', async () => {
    await mkdir(place('film/lowres_wide_intrinsics'), { recursive: true });
    await writeFile(place('film/lowres_wide_intrinsics/41_7.501.pincam'), '256 192 212 211 127.933 95.9333\n');
    const film = { width: 640, height: 480 };
    const lens = await readLens(place('film'), '41_7.500', film);
    expect(lens.focalPx).toEqual([530, 527.5]);
    expect(lens.principalPx[0]).toBeCloseTo(319.8325, 9);
    await expect(readLens(place('film'), '41_7.500', { width: 640, height: 640 })).rejects.toThrow(
      'its 256 × 192 pixels are no scaled 640 × 640',
    );
    await mkdir(place('film/vga_wide_intrinsics'), { recursive: true });
    await writeFile(place('film/vga_wide_intrinsics/41_7.500.pincam'), '640 480 529 528 320 240');
    expect(await readLens(place('film'), '41_7.500', film)).toEqual({ focalPx: [529, 528], principalPx: [320, 240] });
    await writeFile(place('film/vga_wide_intrinsics/41_7.500.pincam'), '640 480 529 528');
    await expect(readLens(place('film'), '41_7.500', film)).rejects.toThrow(
      '41_7.500.pincam: expected width, height, two focal lengths and the principal point, found 640 480 529 528',
    );
  });

  it('finds files whose milliseconds were rounded otherwise, no others', async () => {
    await mkdir(place('near'), { recursive: true });
    await writeFile(place('near/41_8.000.png'), '');
    for (const name of ['41_8.000', '41_7.999', '41_8.001'])
      expect(await findNear(place('near'), name, '.png')).toBe(place('near/41_8.000.png'));
    await expect(findNear(place('near'), '41_8.002', '.png')).rejects.toThrow(
      `${place('near/41_8.002.png')}: no such file, nor one a millisecond off`,
    );
  });

  it('sees where the sky is by the cameras’ axes in a world whose z is up', () => {
    // Columns: the camera's right, down and forward.
    const upright = rigidTransform([1, 0, 0, 0, 0, 1, 0, -1, 0], [5, 5, 5]);
    const leftUp = rigidTransform([0, 1, 0, 0, 0, 1, 1, 0, 0], [0, 0, 0]);
    const rightUp = rigidTransform([0, -1, 0, 0, 0, 1, -1, 0, 0], [0, 0, 0]);
    const headOver = rigidTransform([-1, 0, 0, 0, 0, 1, 0, 1, 0], [0, 0, 0]);
    expect(skyDirection([upright, upright, leftUp])).toBe('UP');
    expect(skyDirection([leftUp])).toBe('RIGHT');
    expect(skyDirection([rightUp])).toBe('LEFT');
    expect(skyDirection([headOver])).toBe('DOWN');
    expect(skyDirection([identityTransform()])).toBe('UP');
    expect(skyDirection([])).toBe('UP');
  });
});
