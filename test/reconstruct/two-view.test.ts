import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Camera, projectPoints } from '#geometry/camera.ts';
import { invertRigid } from '#geometry/rigid.ts';
import { type InferenceImage, loadForInference } from '#image/fit.ts';
import type { PredictProgress } from '#infer/predict.ts';
import type { Dust3r } from '#model/dust3r.ts';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
import { reconstructTwoViews } from '#reconstruct/two-view.ts';
import { tensorsLeftBy } from '#test/infer/left-behind.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyLinear } from '#test/support/tiny-model.ts';

useBackend();
let model: Dust3r;
let photographs: [InferenceImage, InferenceImage];
let scene: Reconstruction;
let tensorsLeft: number;
const steps: number[] = [];
beforeAll(async () => {
  model = randomModel(tinyLinear);
  const load = (name: string, size: number) => loadForInference(`examples/images/${name}`, { size, name });
  photographs = [await load('office-1.jpg', 64), await load('office-2.jpg', 48)];
  const onProgress = ({ done }: PredictProgress) => steps.push(done);
  tensorsLeft = await tensorsLeftBy(async () => {
    scene = await reconstructTwoViews(model, photographs, { minConfidence: 1, onProgress });
  });
});
afterAll(() => {
  model.dispose();
});

/** A rotation matrix and a position, all finite. */
function expectRigid(camToWorld: Camera['camToWorld']): void {
  const product = [...invertRigid(camToWorld)];
  const rotation = [0, 1, 2].map((row) => [0, 1, 2].map((column) => camToWorld[4 * row + column] as number));
  rotation.forEach((row, i) => {
    rotation.forEach((other, j) => {
      const dot = row.reduce((sum, value, k) => sum + value * (other[k] as number), 0);
      expect(dot).toBeCloseTo(i === j ? 1 : 0, 9);
    });
  });
  expect(product.every(Number.isFinite)).toBe(true);
}

function expectView(view: ReconstructedView, { name, image, original }: InferenceImage): void {
  const { camera, originalCamera, depth, points, confidence } = view;
  const { width, height } = image;
  expect(view).toMatchObject({ name, image });
  expect([camera.width, camera.height]).toEqual([width, height]);
  expect([depth.length, points.length, confidence.length]).toEqual([
    width * height,
    3 * width * height,
    width * height,
  ]);
  for (const map of [depth, points, confidence]) expect(map.every(Number.isFinite)).toBe(true);
  expect(confidence.every((value) => value > 1)).toBe(true);
  expect(originalCamera).toMatchObject({ ...original, camToWorld: camera.camToWorld });
  expect(originalCamera.focalPx[0]).toBeGreaterThan(camera.focalPx[0]);
  expectRigid(camera.camToWorld);
}

describe('reconstruct/two-view: reconstructTwoViews', () => {
  it('gives two valid cameras with finite maps, whatever the network predicts', () => {
    const { views, reference } = scene;
    views.forEach((view, i) => {
      expectView(view, photographs[i] as InferenceImage);
    });
    const { camToWorld } = (views[reference] as ReconstructedView).camera;
    expect([...camToWorld]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('sees every point of a view in its own pixel, also in the original photograph', () => {
    scene.views.forEach(({ camera, originalCamera, points, depth }, i) => {
      const { mapping, image } = photographs[i] as InferenceImage;
      const [inMap, inPhotograph] = [projectPoints(camera, points), projectPoints(originalCamera, points)];
      depth.forEach((z, pixel) => {
        expect(Math.abs((inMap.depths[pixel] as number) - z)).toBeLessThan(1e-4 * Math.max(1, Math.abs(z)));
        if (z < 0.01) return;
        for (const [axis, at] of [pixel % image.width, Math.floor(pixel / image.width)].entries()) {
          expect(inMap.pixels[2 * pixel + axis]).toBeCloseTo(at, 1);
          const expected = (mapping.scale[axis] as number) * at + (mapping.offset[axis] as number);
          expect(inPhotograph.pixels[2 * pixel + axis]).toBeCloseTo(expected, 0);
        }
      });
    });
  });

  it('lowers the threshold of the pose where too few pixels reach it', async () => {
    expect(scene.minConfidence).toBe(1);
    const { minConfidence } = await reconstructTwoViews(model, photographs, { minConfidence: 1e30 });
    expect(minConfidence).toBeLessThan(1e30);
  });

  it('tells its progress and obeys its signal', async () => {
    expect(steps).toEqual([0, 1, 2, 3, 4]);
    const signal = AbortSignal.abort(new Error('the user left'));
    await expect(reconstructTwoViews(model, photographs, { signal })).rejects.toThrow('the user left');
  });

  it('leaves no tensor behind', () => {
    expect(tensorsLeft).toBe(0);
  });
});
