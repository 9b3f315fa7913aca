import { join } from 'node:path';
import { readRows, rowNumbers } from './number-rows.ts';
import type { Intrinsics } from './rgbd-sequence.ts';

/**
 * K.txt: one 3×3 matrix for all frames, or a row of nine numbers for each frame.
 * @returns one entry, or one per frame
 * @throws Error, one line that names the file
 */
export async function readIntrinsics(folder: string): Promise<Intrinsics[]> {
  const path = join(folder, 'K.txt');
  const rows = (await readRows(path)).map((row) => rowNumbers(row, path));
  const isMatrix = rows.length === 3 && rows.every((row) => row.length === 3);
  const matrices = isMatrix ? [rows.flat()] : rows;
  if (matrices.length === 0 || matrices.some((matrix) => matrix.length !== 9))
    throw new Error(`${path}: expected a 3×3 matrix, or nine numbers a line with one line per image`);
  return matrices.map((matrix, at) => intrinsicsFrom(matrix, matrices.length > 1 ? `${path}, matrix ${at + 1}` : path));
}

/** @throws Error unless the nine numbers are [fx 0 cx; 0 fy cy; 0 0 1] with positive focal lengths */
function intrinsicsFrom(matrix: readonly number[], name: string): Intrinsics {
  const [fx, skew, cx, zero, fy, cy, ...last] = matrix as [number, number, number, number, number, number];
  const isPinhole = zero === 0 && last.join() === '0,0,1' && fx > 0 && fy > 0 && matrix.every(Number.isFinite);
  if (!isPinhole) throw new Error(`${name}: expected [fx 0 cx; 0 fy cy; 0 0 1] in pixels, got [${matrix.join(' ')}]`);
  if (skew !== 0) throw new Error(`${name}: the matrix has a skew of ${skew}; rectify the images first`);
  return { focalPx: [fx, fy], principalPx: [cx, cy] };
}

/** What Kinect-like cameras write: all their published intrinsics are for it. */
const vga = { width: 640, height: 480 };

/** The depth camera of 7-Scenes, as its authors give it. */
export const sevenScenesIntrinsics: Intrinsics = { focalPx: [585, 585], principalPx: [320, 240], size: vga };

/** TUM RGB-D's calibrated colour cameras, by the number of the Freiburg setup. */
const tumCameras: Readonly<Record<string, Intrinsics>> = {
  1: { focalPx: [517.3, 516.5], principalPx: [318.6, 255.3], size: vga },
  2: { focalPx: [520.9, 521.0], principalPx: [325.1, 249.7], size: vga },
  3: { focalPx: [535.4, 539.2], principalPx: [320.1, 247.6], size: vga },
};

/** By the folder's name, as in `rgbd_dataset_freiburg1_desk` or `fr1_desk`. */
export function tumIntrinsics(folderName: string): Intrinsics | undefined {
  const setup = /(?:freiburg|fr)[-_ ]?([123])(?!\d)/i.exec(folderName)?.[1];
  return setup === undefined ? undefined : tumCameras[setup];
}
