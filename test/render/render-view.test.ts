import { describe, expect, it } from '@jest/globals';
import { type Camera, depthToPoints, projectPoints } from '#geometry/camera.ts';
import { drawViews, generateScene, sceneKinds } from '#render/generate-scene.ts';
import { mergeMeshes, plainMaterial, transformMesh } from '#render/mesh.ts';
import { emptyLibrary } from '#render/model-library.ts';
import { translation } from '#render/placement.ts';
import { renderDepth, renderView } from '#render/render-view.ts';
import { prepareScene, type SceneContents } from '#render/scene.ts';
import { createSupplies } from '#render/scene-kit.ts';
import { quad, sphere } from '#render/shapes.ts';
import { lookAt } from '#render/viewpoints.ts';

const grey = plainMaterial([0.5, 0.5, 0.5]);
const surroundings = { zenith: [1, 1, 1], horizon: [1, 1, 1], ground: [1, 1, 1], clouds: 0, seed: 1 } as const;

function camera(camToWorld: Float64Array, width = 64, height = 48): Camera {
  return { width, height, focalPx: [50, 50], principalPx: [31.5, 23.5], camToWorld };
}

function sceneOf(mesh: SceneContents['mesh'], lights: SceneContents['lights'] = []) {
  return prepareScene({ mesh, lights, surroundings, occlusionReach: 0.5 });
}

/** A wall at z = −3, and a ball before it. */
const wall = quad([[-2, -2, -3], [2, -2, -3], [2, 2, -3], [-2, 2, -3]], grey); // biome-ignore format: one line
const ball = transformMesh(sphere(0.4, grey), translation([0, -0.4, -2]));

describe('render/render-view: renderView', () => {
  it('gives z in the frame of the camera, exact for a wall, and 0 where there is only sky', () => {
    const { depth } = renderView(sceneOf(wall), camera(lookAt([0, 0, 0], [0, 0, -1], 0)));
    expect(depth[24 * 64 + 32]).toBeCloseTo(3, 5);
    expect(depth[24 * 64 + 1]).toBeCloseTo(3, 5);
    const wide = { ...camera(lookAt([0, 0, 0], [0, 0, -1], 0)), focalPx: [10, 10] as const };
    expect(renderDepth(sceneOf(wall), wide)[0]).toBe(0);
  });

  it('sees points where projectPoints puts them', () => {
    const view = camera(lookAt([0.7, 0.4, 0.5], [0.1, 0, -2], 0.2));
    const depth = renderDepth(sceneOf(mergeMeshes([wall, ball])), view);
    const points = depthToPoints(view, depth);
    const onWall = [...depth.keys()].filter((i) => Math.abs((points[3 * i + 2] as number) + 3) < 1e-3);
    expect(onWall.length).toBeGreaterThan(500);
    const { pixels } = projectPoints(view, points);
    expect(pixels[2 * (10 * 64 + 5)]).toBeCloseTo(5, 3);
  });

  it('lights what faces a lamp and leaves its shadow dark', () => {
    const lights = [{ kind: 'lamp', position: [0, 0, 1], color: [10, 10, 10], radius: 0 }] as const;
    const dark = { ...surroundings, zenith: [0, 0, 0], horizon: [0, 0, 0], ground: [0, 0, 0] } as const;
    const contents = { lights, surroundings: dark, occlusionReach: 0.5 };
    const view = camera(lookAt([1.9, 0, 0.5], [0, 0, -3], 0));
    const open = renderView(prepareScene({ ...contents, mesh: wall }), view).radiance;
    const shaded = renderView(prepareScene({ ...contents, mesh: mergeMeshes([wall, ball]) }), view).radiance;
    const centre = 3 * (24 * 64 + 32);
    expect(open[centre]).toBeGreaterThan(0.1);
    expect(shaded[centre]).toBeLessThan(0.01 * (open[centre] as number));
    expect(shaded.every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
  });

  it('mixes both sides at the edge of a thing, in colour only', () => {
    const black = plainMaterial([0, 0, 0]);
    const half = quad([[0.03, -2, -3], [2, -2, -3], [2, 2, -3], [0.03, 2, -3]], black); // biome-ignore format: one line
    const far = quad([[-4, -4, -5], [4, -4, -5], [4, 4, -5], [-4, 4, -5]], plainMaterial([1, 1, 1])); // biome-ignore format: one line
    const { radiance, depth } = renderView(sceneOf(mergeMeshes([half, far])), camera(lookAt([0, 0, 0], [0, 0, -1], 0)));
    const row = Array.from({ length: 64 }, (_, x) => radiance[3 * (10 * 64 + x)] as number);
    expect(row.some((value) => value > 0.1 * (row[0] as number) && value < 0.9 * (row[0] as number))).toBe(true);
    expect(new Set(Array.from(depth.subarray(640, 704), (z) => z.toFixed(3)))).toEqual(new Set(['3.000', '5.000']));
  });

  it.each(sceneKinds)('gives two views of a scene (%s) that agree on where things are', async (kind) => {
    const scene = await generateScene(createSupplies(emptyLibrary, 16), { seed: 'agree', split: 'train', kind });
    const request = { width: 96, height: 72, overlap: [0.4, 0.9] as const, count: 2, seed: 'agree' } as const;
    const [first, second] = drawViews(scene, request).map((view) => view.camera) as [Camera, Camera];
    const points = depthToPoints(first, renderDepth(scene.scene, first));
    const depth = renderDepth(scene.scene, second);
    const { pixels, depths } = projectPoints(second, points);
    let [same, inside] = [0, 0];
    depths.forEach((z, i) => {
      const [x, y] = [Math.round(pixels[2 * i] as number), Math.round(pixels[2 * i + 1] as number)];
      if (z <= 0 || x < 0 || y < 0 || x >= 96 || y >= 72) return;
      inside++;
      if (Math.abs((depth[y * 96 + x] as number) - z) < 0.03 * z) same++;
    });
    expect(inside).toBeGreaterThan(0.3 * depths.length);
    expect(same).toBeGreaterThan(0.6 * inside);
  });
});
