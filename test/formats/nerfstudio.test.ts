import { describe, expect, it } from '@jest/globals';
import { fromOpenGl, nerfstudioPhotograph } from '#formats/nerfstudio.ts';

const transform_matrix = [
  [1, 0, 0, 2],
  [0, 1, 0, 3],
  [0, 0, 1, 5],
  [0, 0, 0, 1],
];
const frame = { file_path: 'images/a.jpg', transform_matrix };
const lens = { w: 100, h: 80, fl_x: 90, cx: 50, cy: 40 };
const read = (shared: object, own: object = {}) =>
  nerfstudioPhotograph({ ...shared, frames: [{ ...frame, ...own }] }, 0, 'transforms.json');

describe('formats/nerfstudio', () => {
  it('turns OpenGL axes to OpenCV’s, and principal points to pixel centres at integers', () => {
    const { filePath, camToWorld, lens: found, depthFilePath } = read(lens, { depth_file_path: 'depth/a.png' });
    expect([filePath, depthFilePath]).toEqual(['images/a.jpg', 'depth/a.png']);
    expect([...camToWorld]).toEqual([1, 0, 0, 2, 0, -1, 0, 3, 0, 0, -1, 5, 0, 0, 0, 1]);
    expect(found).toEqual({ width: 100, height: 80, focalPx: [90, 90], principalPx: [49.5, 39.5] });
    expect([...fromOpenGl(camToWorld)]).toEqual(transform_matrix.flat());
  });

  it('prefers what a frame says of its lens to what is said of all, and needs neither', () => {
    expect(read(lens, { fl_x: 70, fl_y: 71 }).lens?.focalPx).toEqual([70, 71]);
    expect(Object.keys(read({}))).toEqual(['filePath', 'camToWorld']);
  });

  it.each([
    [{ ...lens, k1: 0.1 }, {}, 'frame 0: the lens has distortion (k1 = 0.1); undistort the photographs first'],
    [{ ...lens, camera_model: 'OPENCV_FISHEYE' }, {}, 'frame 0: the lens has distortion (OPENCV_FISHEYE); undistort'],
    [lens, { file_path: '' }, 'frame 0: expected the photograph under "file_path"'],
    [lens, { transform_matrix: [[1, 2]] }, 'frame 0, transform_matrix: expected 4 rows of 4 numbers'],
    [lens, { w: 99.5 }, "frame 0, w: expected the photograph's in pixels, got 99.5"],
    [lens, { cx: '50' }, 'frame 0, cx: expected a number, got 50'],
  ])('refuses %j with %j', (shared, own, message) => {
    expect(() => read(shared, own)).toThrow(`transforms.json: ${message}`);
  });

  it.each(['OPENCV', 'PINHOLE', 'SIMPLE_RADIAL'])('takes a lens of the model %s without distortion', (camera_model) => {
    expect(read({ ...lens, camera_model, k1: 0, p1: 0 }).lens?.focalPx).toEqual([90, 90]);
  });
});
