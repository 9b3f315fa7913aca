import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeDepthPng, encodeRgbPng } from '#export/png.ts';
import { type Camera, intrinsicsOf, type Matrix4 } from '#geometry/camera.ts';
import { rotationToQuaternion } from '#geometry/quaternion.ts';
import { rotationOf, translationOf } from '#geometry/rigid.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { renderRoom } from './room.ts';

const frameName = (i: number) => String(i).padStart(4, '0');

/** Row by row, with all digits. */
export const matrixText = (matrix: ArrayLike<number>) => Array.from(matrix, (value) => String(value)).join(' ');

/** The room as these cameras see it, in our own layout. */
export async function writePosedRgbd(folder: string, cameras: readonly Camera[]): Promise<void> {
  await mkdir(join(folder, 'images'), { recursive: true });
  await mkdir(join(folder, 'depth'));
  for (const [i, camera] of cameras.entries()) {
    const { image, depth } = renderRoom(camera);
    await writeFile(join(folder, 'images', `${frameName(i)}.png`), encodeRgbPng(image));
    await writeFile(join(folder, 'depth', `${frameName(i)}.png`), depthPng(depth, 0.001));
  }
  const [fx, skew, cx, ...rest] = intrinsicsOf(cameras[0] as Camera);
  const [zero, fy, cy] = rest;
  await writeFile(join(folder, 'K.txt'), `${fx} ${skew} ${cx}\n${zero} ${fy} ${cy}\n0 0 1\n`);
  await writePoses(
    folder,
    cameras.map(({ camToWorld }) => camToWorld),
  );
}

export function writePoses(folder: string, poses: readonly ArrayLike<number>[]): Promise<void> {
  return writeFile(join(folder, 'poses.txt'), `${poses.map(matrixText).join('\n')}\n`);
}

/** The same as a sequence of 7-Scenes; without intrinsics, as there. */
export async function writeSevenScenes(folder: string, cameras: readonly Camera[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [i, camera] of cameras.entries()) {
    const { image, depth } = renderRoom(camera);
    const stem = join(folder, `frame-${String(i).padStart(6, '0')}`);
    await writeFile(`${stem}.color.png`, encodeRgbPng(image));
    await writeFile(`${stem}.depth.png`, depthPng(depth, 0.001));
    const rows = [0, 4, 8, 12].map((row) => matrixText(camera.camToWorld.subarray(row, row + 4)));
    await writeFile(`${stem}.pose.txt`, `${rows.join('\n')}\n`);
  }
}

/** The same as a sequence of TUM RGB-D: 30 images a second, depth 10 ms later, poses 100 times a second. */
export async function writeTum(folder: string, cameras: readonly Camera[]): Promise<void> {
  await mkdir(join(folder, 'rgb'), { recursive: true });
  await mkdir(join(folder, 'depth'));
  const [rgb, depths, poses] = [['# color images'], ['# depth maps'], ['# ground truth']];
  for (const [i, camera] of cameras.entries()) {
    const { image, depth } = renderRoom(camera);
    const time = 1305031102 + i / 30;
    const [rgbFile, depthFile] = [`rgb/${time.toFixed(6)}.png`, `depth/${(time + 0.01).toFixed(6)}.png`];
    await writeFile(join(folder, rgbFile), encodeRgbPng(image));
    await writeFile(join(folder, depthFile), depthPng(depth, 1 / 5000));
    rgb.push(`${time.toFixed(6)} ${rgbFile}`);
    depths.push(`${(time + 0.01).toFixed(6)} ${depthFile}`);
    poses.push(`${(time + 0.002).toFixed(4)} ${matrixText(poseNumbers(camera.camToWorld))}`);
  }
  await writeFile(join(folder, 'rgb.txt'), rgb.join('\n'));
  await writeFile(join(folder, 'depth.txt'), depths.join('\n'));
  await writeFile(join(folder, 'groundtruth.txt'), poses.join('\n'));
}

function poseNumbers(camToWorld: Matrix4): number[] {
  return [...translationOf(camToWorld), ...rotationToQuaternion(rotationOf(camToWorld))];
}

function depthPng(depth: PixelMap, scale: number): Uint8Array {
  return encodeDepthPng(depth, { scale }).png;
}
