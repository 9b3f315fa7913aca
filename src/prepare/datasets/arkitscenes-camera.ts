import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRows, rowNumbers } from '#data/rgbd-layouts/number-rows.ts';
import type { Camera, Matrix4 } from '#geometry/camera.ts';
import type { QuarterTurns } from '#geometry/quarter-turn.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { invertRigid, rigidTransform } from '#geometry/rigid.ts';
import { axisAngleToQuaternion } from '#geometry/squad.ts';
import { createTrajectory, poseAt, type TimedPose, type Trajectory } from '#geometry/trajectory.ts';
import type { Size } from './cover.ts';

/** The intrinsics that a scene may come with, the film's own first. */
const intrinsicsFolders = ['vga_wide_intrinsics', 'lowres_wide_intrinsics'] as const;

/** Poses come ten times a second. Where tracking was lost for longer than this nothing is made up. */
const limits = { margin: 0.005, longestGap: 1 } as const;

/**
 * `lowres_wide.traj`: a line for each pose, its time in seconds, then from world to camera axis · angle and translation.
 * @throws Error naming the file and the line
 */
export async function readTrajectory(path: string): Promise<Trajectory> {
  const poses: TimedPose[] = [];
  for (const row of await readRows(path)) {
    const numbers = rowNumbers(row, path);
    if (numbers.length !== 7 || !numbers.every(Number.isFinite))
      throw new Error(
        `${path}, line ${row.line}: expected 7 numbers: time, rotation, translation; found "${row.fields.join(' ').slice(0, 60)}"`,
      );
    const [time, x, y, z, ...translation] = numbers as [number, number, number, number, ...number[]];
    const worldToCam = rigidTransform(quaternionToRotation(axisAngleToQuaternion([x, y, z])), translation);
    poses.push({ time, camToWorld: invertRigid(worldToCam) });
  }
  if (poses.length === 0) throw new Error(`${path}: expected poses, found none`);
  return createTrajectory(poses);
}

/** The seconds that an image's name ends with: `41069021_305.377`. @throws Error naming it */
export function imageTime(name: string): number {
  const [, seconds] = /_(\d+\.\d+)$/.exec(name) ?? [];
  if (seconds !== undefined) return Number(seconds);
  throw new Error(`${name}: expected an image named <scene>_<seconds>, as 41069021_305.377`);
}

/** Camera to world when an image was taken. @throws RangeError, one line, where there is no pose near */
export function imagePose(trajectory: Trajectory, name: string): Matrix4 {
  return poseAt(trajectory, imageTime(name), limits);
}

/**
 * The film's lens when an image was taken, in pixels of the film. Intrinsics of another size are scaled by the factor
 * alone, since Apple's files are: 127.93 of 256 pixels is 959.5 of 1920.
 * @throws Error, one line that names the file
 */
export async function readLens(
  scene: string,
  name: string,
  film: Size,
): Promise<Pick<Camera, 'focalPx' | 'principalPx'>> {
  const path = await findIntrinsics(scene, name);
  const rows = await readRows(path);
  const [width = 0, height = 0, fx = 0, fy = 0, cx = 0, cy = 0] = rows[0] ? rowNumbers(rows[0], path) : [];
  if (!(width > 0 && height > 0 && fx > 0 && fy > 0 && cx > 0 && cy > 0 && cx < width && cy < height))
    throw new Error(
      `${path}: expected width, height, two focal lengths and the principal point, found ${rows[0]?.fields.join(' ')}`,
    );
  const [sx, sy] = [film.width / width, film.height / height];
  if (Math.abs(sx - sy) > 0.01 * sx)
    throw new Error(`${path}: its ${width} × ${height} pixels are no scaled ${film.width} × ${film.height}`);
  return { focalPx: [fx * sx, fy * sy], principalPx: [cx * sx, cy * sy] };
}

async function findIntrinsics(scene: string, name: string): Promise<string> {
  for (const folder of intrinsicsFolders) {
    const path = await findNear(join(scene, folder), name, '.pincam').catch(() => undefined);
    if (path !== undefined) return path;
  }
  throw new Error(`${join(scene, intrinsicsFolders[1], `${name}.pincam`)}: no such file, nor one a millisecond off`);
}

/** Names carry milliseconds, which are rounded differently here and there. @throws Error naming the file */
export async function findNear(folder: string, name: string, ending: string): Promise<string> {
  const prefix = name.slice(0, name.lastIndexOf('_') + 1);
  for (const shift of [0, -0.001, 0.001]) {
    const path = join(
      folder,
      shift === 0 ? `${name}${ending}` : `${prefix}${(imageTime(name) + shift).toFixed(3)}${ending}`,
    );
    if (await stat(path).catch(() => undefined)) return path;
  }
  throw new Error(`${join(folder, `${name}${ending}`)}: no such file, nor one a millisecond off`);
}

/** Where the sky is in a film's images. */
export type SkyDirection = 'UP' | 'LEFT' | 'RIGHT' | 'DOWN';

/** How often the images are turned clockwise until the sky is up. */
export const turnsOf: Readonly<Record<SkyDirection, QuarterTurns>> = { UP: 0, LEFT: 1, DOWN: 2, RIGHT: 3 };

/** From the mean of the images' up and right vectors: whichever is nearer to the world's z, or its opposite. */
export function skyDirection(poses: readonly Matrix4[]): SkyDirection {
  let up = 0;
  let right = 0;
  for (const camToWorld of poses) {
    up -= camToWorld[9] as number;
    right += camToWorld[8] as number;
  }
  if (Math.abs(right) > Math.abs(up)) return right > 0 ? 'RIGHT' : 'LEFT';
  return up < 0 ? 'DOWN' : 'UP';
}
