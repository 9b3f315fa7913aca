import type { KnownCamera, KnownIntrinsics } from './known-cameras.ts';
import { expectMatrix, expectNumber, expectSide, HALF_PIXEL } from './known-numbers.ts';

const distortions = ['k1', 'k2', 'k3', 'k4', 'p1', 'p2'];

/**
 * The frames of nerfstudio's transforms.json: camera to world with OpenGL axes; intrinsics of each frame, or of all, with
 * pixel centres at halves. A lens with distortion is refused: the alignment's cameras have none.
 * @throws Error naming the file and the frame
 */
export function nerfstudioCameras(content: Readonly<Record<string, unknown>>, path: string): KnownCamera[] {
  return (content['frames'] as unknown[]).map((frame, i) => {
    const where = `${path}: frame ${i}`;
    const own = { ...content, ...(frame as Record<string, unknown> | null) };
    const name = own['file_path'];
    if (typeof name !== 'string' || name === '') throw new Error(`${where}: expected the photograph under "file_path"`);
    const pose = expectMatrix(own['transform_matrix'], 4, `${where}, transform_matrix`);
    const intrinsics = own['fl_x'] === undefined ? {} : { intrinsics: parseIntrinsics(own, where) };
    return { name, camToWorld: turnAxes(pose), ...intrinsics };
  });
}

function parseIntrinsics(own: Readonly<Record<string, unknown>>, where: string): KnownIntrinsics {
  const distorted = distortions.find((key) => own[key] !== undefined && own[key] !== 0);
  if (distorted !== undefined)
    throw new Error(
      `${where}: the lens has distortion (${distorted} = ${own[distorted]}); undistort the photographs first`,
    );
  const number = (key: string) => expectNumber(own[key], `${where}, ${key}`);
  return {
    width: expectSide(own['w'], `${where}, w`),
    height: expectSide(own['h'], `${where}, h`),
    focalPx: [number('fl_x'), own['fl_y'] === undefined ? number('fl_x') : number('fl_y')],
    principalPx: [number('cx') - HALF_PIXEL, number('cy') - HALF_PIXEL],
  };
}

/** OpenGL's camera looks along −z with y up. */
function turnAxes(pose: Float64Array): Float64Array {
  return pose.map((value, i) => (i % 4 === 1 || i % 4 === 2 ? -value || 0 : value));
}
