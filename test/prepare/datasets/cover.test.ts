import { describe, expect, it } from '@jest/globals';
import type { Camera } from '#geometry/camera.ts';
import { coverImage, coverMap, expectSizeOf, planCover } from '#prepare/datasets/cover.ts';

function cameraOf(width: number, height: number, principalPx: readonly [number, number]): Camera {
  return { width, height, focalPx: [50, 52], principalPx, camToWorld: new Float64Array(16) };
}

describe('prepare/datasets/cover: planCover', () => {
  it('covers the target by one factor', () => {
    // The numbers of spec 4.2.
    const camera = { ...cameraOf(640, 480, [315, 245]), focalPx: [500, 500] as const };
    const { size, camera: covered } = planCover(camera, { width: 512, height: 384 });
    expect(size).toEqual({ width: 512, height: 384 });
    expect(covered.focalPx[0]).toBeCloseTo(400, 4);
    expect(covered.principalPx[0]).toBeCloseTo(251.9, 4);
    expect(covered.principalPx[1]).toBeCloseTo(195.9, 4);
    expect(planCover(camera, { width: 100, height: 100 }).size).toEqual({ width: 133, height: 100 });
  });

  it('leaves small images as they are where it only shrinks', () => {
    const camera = cameraOf(64, 48, [30, 20]);
    const box = { left: 2, top: 1, width: 60, height: 44 };
    const plan = planCover(camera, { width: 80, height: 60 }, { box, shrinkOnly: true });
    expect(plan.size).toEqual({ width: 60, height: 44 });
    expect(plan.camera).toMatchObject({ width: 60, height: 44, focalPx: [50, 52], principalPx: [28, 19] });
    expect(planCover(camera, { width: 30, height: 20 }, { shrinkOnly: true }).size).toEqual({ width: 30, height: 22 });
  });
});

/** Columns as grey values, so that a pixel says from where it came. */
const [width, height] = [80, 60];
const columns = Uint8Array.from({ length: width * height }, (_, i) => 3 * (i % width));

describe('prepare/datasets/cover: coverImage, coverMap', () => {
  it.each([
    { target: { width: 31, height: 20 }, box: { left: 4, top: 6, width: 71, height: 50 } },
    { target: { width: 120, height: 90 }, box: { left: 10, top: 0, width: 60, height: 58 } },
  ])('keep the ray of every pixel, to $target.width × $target.height', ({ target, box }) => {
    const camera = cameraOf(width, height, [39.2, 30.6]);
    const plan = planCover(camera, target, { box });
    const image = {
      width,
      height,
      data: Uint8Array.from({ length: 3 * columns.length }, (_, i) => columns[Math.floor(i / 3)] as number),
    };
    const covered = coverImage(image, plan);
    const map = coverMap({ width, height, values: Float32Array.from(columns, (value) => value / 3) }, plan, 'centre');
    expect([covered.width, covered.height, map.width, map.height]).toEqual([
      ...[plan.size.width, plan.size.height, plan.size.width, plan.size.height],
    ]);
    const row = 5 * plan.size.width;
    let shift = 0;
    const step = box.width / plan.size.width;
    // Near the edges the kernel is cut off.
    for (let x = 8; x < plan.size.width - 8; x++) {
      const ray = (x - plan.camera.principalPx[0]) / plan.camera.focalPx[0];
      const expected = ray * camera.focalPx[0] + camera.principalPx[0];
      expect(Math.abs((covered.data[3 * (row + x)] as number) / 3 - expected)).toBeLessThan(0.3);
      expect(Math.abs((map.values[row + x] as number) - expected)).toBeLessThan(0.6);
      shift += ((map.values[row + x] as number) - expected) / (plan.size.width - 16);
    }
    expect(Math.abs(shift)).toBeLessThan(0.15);
    const corner = coverMap({ width, height, values: columns }, plan, 'corner');
    expect(corner.values[row + 2]).toBe(3 * (box.left + Math.floor(2 * step)));
  });

  it('name the file whose size is another', () => {
    expect(() => expectSizeOf({ width: 3, height: 2 }, 'a.jpg', { width: 2, height: 3 }, 'a.png')).toThrow(
      'a.png: expected 3 × 2 pixels as in a.jpg, found 2 × 3',
    );
  });
});
