import { describe, expect, it } from '@jest/globals';
import { measureOverlap } from '#data/posed-rgbd-overlap.ts';
import { viewThumbnail } from '#prepare/check/view-thumbnail.ts';
import { renderRoom, roomCamera } from '#test/data/room.ts';

const camera = roomCamera([0, 0, 0]);
const { image, depth } = renderRoom(camera);
const view = { image, depth: depth.values, camera, dataset: 'd', label: 'l', instance: 'i' };

describe('prepare/check: viewThumbnail', () => {
  it('keeps a small view as it is, which overlaps with itself wholly', () => {
    const thumbnail = viewThumbnail(view);
    expect(thumbnail).toMatchObject({ camera, depth: depth.values, imageSize: { width: 64, height: 48 } });
    expect(measureOverlap(thumbnail, thumbnail)).toBe(1);
  });

  it('shrinks a large one to a long side of 96, with the field of view that it has', () => {
    const [width, height] = [192, 480];
    const large = { width, height, focalPx: [300, 300], principalPx: [95.5, 239.5] } as const;
    const {
      camera: small,
      depth: values,
      points,
    } = viewThumbnail({
      ...view,
      image: { width, height, data: new Uint8Array(3 * width * height) },
      depth: new Float32Array(width * height).fill(2),
      camera: { ...large, camToWorld: camera.camToWorld },
    });
    expect(small).toMatchObject({ width: 38, height: 96 });
    expect(small.height / small.focalPx[1]).toBeCloseTo(1.6, 10);
    expect(values).toEqual(new Float32Array(38 * 96).fill(2));
    expect(points).toHaveLength(3 * 13 * 32);
  });

  it('takes sky and what is not finite for unknown', () => {
    const odd = depth.values.slice();
    odd.set([-1, Number.NaN, Number.POSITIVE_INFINITY, 0]);
    const { depth: values } = viewThumbnail({ ...view, depth: odd });
    expect(Array.from(values.subarray(0, 5))).toEqual([0, 0, 0, 0, depth.values[4]]);
  });
});
