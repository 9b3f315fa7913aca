import { describe, expect, it } from '@jest/globals';
import { encodeTransformsJson } from '#export/nerfstudio.ts';
import { projectPoints } from '#geometry/camera.ts';
import { identity, sideways } from './cameras.ts';

const frames = [sideways, identity].map((named) => ({ ...named, filePath: `images/${named.name}` }));
const written = JSON.parse(encodeTransformsJson(frames, 'sparse_pc.ply'));

describe('export/nerfstudio: encodeTransformsJson', () => {
  it('projects points as our cameras do, by nerfstudio’s documented convention', () => {
    const point = [4.3, 1.7, 2.5] as const;
    const frame = written.frames[0];
    const [x, y, z] = [0, 1, 2].map((column) =>
      point.reduce(
        (sum, p, row) => sum + frame.transform_matrix[row][column] * (p - frame.transform_matrix[row][3]),
        0,
      ),
    ) as [number, number, number];
    const [u, v] = projectPoints(sideways.camera, Float64Array.from(point)).pixels;
    expect(-z).toBeGreaterThan(0); // OpenGL cameras look along −z
    expect((frame.fl_x * x) / -z + frame.cx).toBeCloseTo((u as number) + 0.5, 10);
    expect((-frame.fl_y * y) / -z + frame.cy).toBeCloseTo((v as number) + 0.5, 10);
  });

  it('names sizes, files and points', () => {
    expect(written).toMatchObject({ camera_model: 'PINHOLE', ply_file_path: 'sparse_pc.ply' });
    expect(written.frames[1]).toEqual({
      file_path: 'images/identity.jpg',
      ...{ w: 64, h: 48, fl_x: 50, fl_y: 60, cx: 30.5, cy: 25.5 },
      transform_matrix: [
        [1, 0, 0, 0],
        [0, -1, 0, 0],
        [0, 0, -1, 0],
        [0, 0, 0, 1],
      ],
    });
    const depth = JSON.parse(encodeTransformsJson([{ ...identity, filePath: 'a', depthFilePath: 'depths/a.png' }]));
    expect(depth.frames[0].depth_file_path).toBe('depths/a.png');
    expect(depth).not.toHaveProperty('ply_file_path');
  });

  it('refuses a camera that is none', () => {
    const broken = { ...identity, filePath: 'a', camera: { ...identity.camera, focalPx: [0, 1] as const } };
    expect(() => encodeTransformsJson([broken])).toThrow('encodeTransformsJson: camera "identity.jpg" needs');
  });
});
