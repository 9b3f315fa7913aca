import { describe, expect, it } from '@jest/globals';
import { cropResize, planCropResize, principalBox } from '#data/crop-resize.ts';
import type { RawView, Resolution } from '#data/view.ts';
import { identityTransform } from '#geometry/rigid.ts';
import { createNumpyRandom, type NumpyRandom } from '#tensor/random.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

const cameraOf = ({ width, height }: Size, principalPx: readonly [number, number] = [width / 2, height / 2]) =>
  ({ width, height, focalPx: [500, 500], principalPx, camToWorld: identityTransform() }) as const;

/** Depth counts its pixels; colours too, in red and green. */
function viewOf(size: Size, principalPx?: readonly [number, number]): RawView {
  const { width, height } = size;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return [pixel % width, Math.floor(pixel / width), 0][i % 3] as number;
  });
  return {
    image: { ...size, data },
    depth: Float32Array.from({ length: width * height }, (_, i) => i),
    camera: cameraOf(size, principalPx),
    dataset: 'set',
    label: 'scene',
    instance: 'one',
  };
}

/** A generator that notes how it is asked for integers, and answers with the given ones. */
function scripted(answers: readonly number[]): NumpyRandom & { readonly asked: number[] } {
  const asked: number[] = [];
  const integers = (_low: number, high: number) => answers[asked.push(high) - 1] as number;
  return { ...createNumpyRandom(0), integers, asked };
}

const silent = () => scripted([]);

describe('data/crop-resize: planCropResize', () => {
  it("follows the specification's example: 640 × 480 about (315, 245) to 512 × 384", () => {
    const camera = cameraOf({ width: 640, height: 480 }, [315, 245]);
    const plan = planCropResize(camera, { resolution: [512, 384] }, silent());
    // The principal point allows 630 × 470, whose short side becomes 384.
    expect(plan.aroundPrincipal).toEqual({ left: 0, top: 10, width: 630, height: 470 });
    expect(plan.resized).toEqual({ width: 514, height: 384 });
    expect(plan.crop).toEqual({ left: 1, top: 0, width: 512, height: 384 });
    const scale = 384 / 470;
    expect(plan.camera.focalPx[0]).toBeCloseTo(500 * scale, 4);
    // c' = (c + ½)·s − ½ − half of what flooring lost − the crop
    expect(plan.camera.principalPx[0]).toBeCloseTo(315.5 * scale - 0.5 - (630 * scale - 514) / 2 - 1, 4);
    expect(plan.camera.principalPx[1]).toBeCloseTo(235.5 * scale - 0.5, 4);
  });

  it('rounds the principal point half to even', () => {
    const left = (x: number) =>
      planCropResize(cameraOf({ width: 100, height: 60 }, [x, 30]), { resolution: [40, 20] }, silent()).aroundPrincipal;
    expect(left(52.5)).toMatchObject({ left: 4, width: 96 });
    expect(left(53.5)).toMatchObject({ left: 8, width: 92 });
  });

  it('turns the resolution for portrait photographs', () => {
    const { camera } = planCropResize(cameraOf({ width: 300, height: 400 }), { resolution: [64, 48] }, silent());
    expect([camera.width, camera.height]).toEqual([48, 64]);
  });

  it('tosses a coin for nearly square photographs before it draws the zoom, and for them only', () => {
    const nearlySquare = cameraOf({ width: 400, height: 420 });
    const drawn = (camera: typeof nearlySquare, resolution: Resolution, augCrop: number) => {
      const random = scripted([1, 3]);
      const { width, height } = planCropResize(camera, { resolution, augCrop }, random).camera;
      return { asked: random.asked, size: [width, height] };
    };
    expect(drawn(nearlySquare, [64, 48], 16)).toEqual({ asked: [2, 16], size: [48, 64] });
    expect(drawn(nearlySquare, [64, 64], 16)).toEqual({ asked: [16], size: [64, 64] });
    expect(drawn(cameraOf({ width: 640, height: 480 }), [64, 48], 1)).toEqual({ asked: [], size: [64, 48] });
    expect(drawn(cameraOf({ width: 640, height: 480 }), [64, 48], 0)).toEqual({ asked: [], size: [64, 48] });
  });

  it('zooms by the same number of pixels in both directions', () => {
    const camera = cameraOf({ width: 640, height: 480 });
    const zoomed = planCropResize(camera, { resolution: [64, 48], augCrop: 32 }, scripted([16]));
    expect(zoomed.resized).toEqual({ width: 85, height: 64 });
    expect(zoomed.camera).toMatchObject({ width: 64, height: 48 });
    expect(zoomed.camera.focalPx[0]).toBeCloseTo((500 * 64) / 480, 4);
  });
});

describe('data/crop-resize: cropResize', () => {
  it('keeps a pixel, its depth and its ray together', () => {
    const view = viewOf({ width: 120, height: 96 }, [60, 48]);
    const { image, depth, camera } = cropResize(view, { resolution: [40, 32] }, silent());
    for (const [x, y] of [
      [3, 2],
      [20, 16],
      [36, 29],
    ] as const) {
      const i = y * 40 + x;
      const [fromX, fromY] = [(depth[i] as number) % 120, Math.floor((depth[i] as number) / 120)];
      // Three source pixels become one: the middle one gives the depth, their mean the colour.
      expect(Math.abs((image.data[3 * i] as number) - fromX)).toBeLessThanOrEqual(1);
      expect(Math.abs((image.data[3 * i + 1] as number) - fromY)).toBeLessThanOrEqual(1);
      expect((x - camera.principalPx[0]) / camera.focalPx[0]).toBeCloseTo((fromX - 60) / 500, 4);
      expect((y - camera.principalPx[1]) / camera.focalPx[1]).toBeCloseTo((fromY - 48) / 500, 4);
    }
  });

  it("takes the original's depth, which is off by up to half a pixel, with the switch", () => {
    const view = viewOf({ width: 120, height: 96 }, [60, 48]);
    const original = cropResize(view, { resolution: [40, 32], depthNearest: 'corner' }, silent());
    const centred = cropResize(view, { resolution: [40, 32] }, silent());
    expect(original.depth[0]).toBe(0);
    expect(centred.depth[0]).toBe(121);
  });

  it('names the photograph that it cannot use', () => {
    const use = (view: RawView) => () => cropResize(view, { resolution: [32, 32] }, silent());
    const size = { width: 64, height: 48 };
    expect(use(viewOf(size, [-3, 24]))).toThrow('set/scene/one: the principal point (-3, 24) lies outside the image');
    expect(use(viewOf(size, [Number.NaN, 24]))).toThrow('lies outside');
    expect(use({ ...viewOf(size), depth: new Float32Array(7) })).toThrow('there are 7 depths; all must agree');
    expect(use({ ...viewOf(size), camera: cameraOf({ width: 32, height: 48 }) })).toThrow('its camera 32 × 48');
  });
});

describe('data/crop-resize: principalBox', () => {
  it('is the largest box about the principal point, rounded half to even', () => {
    expect(principalBox(cameraOf({ width: 640, height: 480 }, [315, 245]), 'a')).toEqual({
      left: 0,
      top: 10,
      width: 630,
      height: 470,
    });
    expect(principalBox(cameraOf({ width: 64, height: 48 }, [32.5, 23.5]), 'a.jpg')).toEqual({
      left: 0,
      top: 0,
      width: 64,
      height: 48,
    });
    expect(principalBox(cameraOf({ width: 64, height: 48 }, [33.5, 22.5]), 'a.jpg')).toEqual({
      left: 4,
      top: 0,
      width: 60,
      height: 44,
    });
  });

  it('refuses a point outside the image', () => {
    expect(() => principalBox(cameraOf({ width: 64, height: 48 }, [64, 20]), 'a.jpg')).toThrow(
      'the principal point (64, 20) lies outside the image of 64 × 48 pixels',
    );
  });
});
