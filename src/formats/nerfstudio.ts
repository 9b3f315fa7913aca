import { expectMatrix, expectNumber, expectSide } from './json-numbers.ts';

/** A frame of nerfstudio's transforms.json. */
export interface NerfstudioPhotograph {
  /** As it is written: relative to the file, with slashes. */
  readonly filePath: string;
  readonly depthFilePath?: string;
  /** Row-major 4×4, OpenCV axes. */
  readonly camToWorld: Float64Array;
  /** Absent where the file says nothing of it. */
  readonly lens?: NerfstudioLens;
  /** Where there is no `fl_x`, as in NeRF's own files: the angle, in radians, that a photograph's whole width spans. */
  readonly fieldOfViewX?: number;
}

/** Pixel centres at integers. */
interface NerfstudioLens {
  readonly width: number;
  readonly height: number;
  readonly focalPx: readonly [x: number, y: number];
  readonly principalPx: readonly [x: number, y: number];
}

const distortions = ['k1', 'k2', 'k3', 'k4', 'p1', 'p2'];
/** A fisheye bends lines even where all its numbers are 0. */
const straightModels = ['PINHOLE', 'SIMPLE_PINHOLE', 'SIMPLE_RADIAL', 'RADIAL', 'OPENCV'];

/**
 * A frame of transforms.json: camera to world with OpenGL axes; intrinsics of each frame, or of all, with pixel centres at
 * halves. A lens with distortion is refused.
 * @param content of the file, which has "frames"
 * @throws Error naming the file and the frame
 */
export function nerfstudioPhotograph(
  content: Readonly<Record<string, unknown>>,
  frame: number,
  path: string,
): NerfstudioPhotograph {
  const where = `${path}: frame ${frame}`;
  const own = { ...content, ...((content['frames'] as unknown[])[frame] as Record<string, unknown> | null) };
  const { file_path: filePath, depth_file_path: depthFilePath } = own;
  if (typeof filePath !== 'string' || filePath === '')
    throw new Error(`${where}: expected the photograph under "file_path"`);
  const pose = expectMatrix(own['transform_matrix'], 4, `${where}, transform_matrix`);
  return {
    filePath,
    ...(typeof depthFilePath === 'string' && depthFilePath !== '' ? { depthFilePath } : {}),
    camToWorld: fromOpenGl(pose),
    ...(own['fl_x'] === undefined ? parseAngle(own, where) : { lens: parseLens(own, where) }),
  };
}

/** A camera's pose, row-major 4×4, of OpenGL's axes (x right, y up, z backward) with OpenCV's: x right, y down, z forward. */
export function fromOpenGl(camToWorld: Float64Array): Float64Array {
  return camToWorld.map((value, i) => (i % 4 === 1 || i % 4 === 2 ? -value || 0 : value));
}

function parseAngle(own: Readonly<Record<string, unknown>>, where: string): Pick<NerfstudioPhotograph, 'fieldOfViewX'> {
  if (own['camera_angle_x'] === undefined) return {};
  expectStraight(own, where);
  const fieldOfViewX = expectNumber(own['camera_angle_x'], `${where}, camera_angle_x`);
  if (fieldOfViewX > 0 && fieldOfViewX < Math.PI) return { fieldOfViewX };
  throw new Error(`${where}, camera_angle_x: expected an angle between 0 and π, got ${fieldOfViewX}`);
}

function expectStraight(own: Readonly<Record<string, unknown>>, where: string): void {
  const model = own['camera_model'];
  const distorted = distortions.find((key) => own[key] !== undefined && own[key] !== 0);
  const isStraight = typeof model !== 'string' || straightModels.includes(model);
  if (distorted !== undefined || !isStraight) {
    const found = isStraight ? `${distorted} = ${own[distorted as string]}` : model;
    throw new Error(`${where}: the lens has distortion (${found}); undistort the photographs first`);
  }
}

function parseLens(own: Readonly<Record<string, unknown>>, where: string): NerfstudioLens {
  expectStraight(own, where);
  const number = (key: string) => expectNumber(own[key], `${where}, ${key}`);
  return {
    width: expectSide(own['w'], `${where}, w`),
    height: expectSide(own['h'], `${where}, h`),
    focalPx: [number('fl_x'), own['fl_y'] === undefined ? number('fl_x') : number('fl_y')],
    principalPx: [number('cx') - 0.5, number('cy') - 0.5],
  };
}
