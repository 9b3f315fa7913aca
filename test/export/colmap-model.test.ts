import { describe, expect, it } from '@jest/globals';
import { colmapModel } from '#export/colmap-model.ts';
import { quaternionToRotation } from '#geometry/quaternion.ts';
import { multiplyVector3, transpose3 } from '#geometry/rigid.ts';
import { planePoints, planeViews } from './depth-views.ts';

const model = colmapModel(planeViews(), planePoints);

describe('export/colmap-model: colmapModel', () => {
  it('turns world to camera: the centre is −Rᵀt', () => {
    model.images.forEach(({ rotation: [w, x, y, z], translation }, i) => {
      const inverse = transpose3(quaternionToRotation([x, y, z, w]));
      const centre = multiplyVector3(inverse, translation).map((value) => -value);
      const { camToWorld } = planeViews()[i as 0 | 1].camera;
      expect(centre[0]).toBeCloseTo(camToWorld[3] as number, 12);
      expect(centre[1]).toBeCloseTo(camToWorld[7] as number, 12);
      expect(centre[2]).toBeCloseTo(camToWorld[11] as number, 12);
      expect(w).toBeGreaterThanOrEqual(0);
    });
  });

  it('sees each point where its cameras project it, with pixel centres at halves of the original photograph', () => {
    const { positions } = planePoints;
    for (const { cameraId, rotation, translation, points2D, pointIds } of model.images) {
      const [fx = 0, fy = 0, cx = 0, cy = 0] = model.cameras[cameraId - 1]?.params ?? [];
      const [w, x, y, z] = rotation;
      const matrix = quaternionToRotation([x, y, z, w]);
      pointIds.forEach((id, k) => {
        const point = positions.subarray(3 * (id - 1), 3 * id);
        const [X, Y, Z] = multiplyVector3(matrix, point).map((value, axis) => value + (translation[axis] as number));
        expect(points2D[2 * k]).toBeCloseTo((fx * (X as number)) / (Z as number) + cx, 10);
        expect(points2D[2 * k + 1]).toBeCloseTo((fy * (Y as number)) / (Z as number) + cy, 10);
      });
    }
    // The middle of the map, 3, 2 and so 9, 5.5 of the photograph, has its centre half a pixel further.
    expect([...(model.images[0]?.points2D.subarray(0, 2) ?? [])]).toEqual([9.5, 6]);
  });

  it('gives every track to the images in it, and none to points that one view sees', () => {
    const { starts, imageIds, places } = model.points;
    expect([...starts]).toEqual([0, 2, 4, 6, 6]);
    imageIds.forEach((id, o) => {
      const point = starts.findIndex((start) => start > o) - 1;
      expect(model.images[id - 1]?.pointIds[places[o] as number]).toBe(point + 1);
    });
  });

  it('shares a camera between views of equal intrinsics, and knows a single focal length', () => {
    const [first] = planeViews();
    const square = { ...first.originalCamera, focalPx: [16, 16] } as const;
    const views = ['a.jpg', 'b.jpg'].map((name) => ({ ...first, name, originalCamera: square }));
    const shared = colmapModel([...views, first], planePoints);
    expect(shared.cameras.map(({ id, model: lens, params }) => [id, lens, ...params])).toEqual([
      [1, 'SIMPLE_PINHOLE', 16, 9.5, 6],
      [2, 'PINHOLE', 16, 20, 9.5, 6],
    ]);
    expect(shared.images.map(({ cameraId }) => cameraId)).toEqual([1, 1, 2]);
  });

  it('refuses names that COLMAP would cut, and names given twice', () => {
    const [first, second] = planeViews();
    for (const name of ['a b.jpg', '', first.name, 'a\n.jpg']) {
      expect(() => colmapModel([first, { ...second, name }], planePoints)).toThrow(
        `colmapModel: expected file names that differ and have no white space, got ${JSON.stringify(name)}`,
      );
    }
  });
});
