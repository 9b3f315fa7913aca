import { Logger, WebIO } from '@gltf-transform/core';
import { describe, expect, it } from '@jest/globals';
import { type LineSegments, Matrix4, type Object3D, type PerspectiveCamera, type Points, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';

import { encodeGlb } from '#export/glb.ts';
import { encodeRgbPng } from '#export/png.ts';
import { identity, sideways } from './cameras.ts';

const cloud = {
  positions: Float32Array.of(1, 2, 3, -1, 0, 5, 0.5, 0.25, 2),
  colors: Uint8Array.of(255, 0, 0, 0, 188, 255, 1, 2, 3),
};

async function readWithThree(glb: Uint8Array): Promise<Object3D> {
  const { scene } = await new GLTFLoader().parseAsync(Uint8Array.from(glb).buffer, '');
  scene.updateMatrixWorld(true);
  return scene;
}

function find<Found extends Object3D>(scene: Object3D, test: (node: Object3D) => boolean): Found {
  const found: Object3D[] = [];
  scene.traverse((node) => found.push(...(test(node) ? [node] : [])));
  expect(found).toHaveLength(1);
  return found[0] as Found;
}

const isPoints = (node: Object3D) => (node as Points).isPoints;

describe('export/glb: encodeGlb, read by glTF-Transform', () => {
  it('holds the points, their colours and the cameras', async () => {
    const root = (await new WebIO().readBinary(await encodeGlb(cloud, [identity, sideways]))).getRoot();
    expect(root.listNodes().map((node) => node.getName())).toEqual([
      ...['world', 'points', 'identity.jpg', 'identity.jpg lens', 'sideways.jpg', 'sideways.jpg lens'],
    ]);
    const [primitive] = root.listMeshes()[0]?.listPrimitives() ?? [];
    expect(primitive?.getMode()).toBe(0);
    expect(primitive?.getAttribute('POSITION')?.getArray()).toEqual(cloud.positions);
    expect(primitive?.getAttribute('COLOR_0')?.getElement(0, [])).toEqual([1, 0, 0]);
    expect(root.listNodes()[4]?.getExtras()).toEqual({
      width: 64,
      height: 48,
      focalPx: [50, 60],
      principalPx: [30, 25],
    });
    const camera = root.listCameras()[1];
    expect(camera?.getYFov()).toBeCloseTo(2 * Math.atan(24 / 60), 12);
    expect(camera?.getAspectRatio()).toBeCloseTo(64 / 50 / (48 / 60), 12);
  });

  it('writes no empty accessor when there are no points', async () => {
    const empty = { positions: new Float32Array(0), colors: new Uint8Array(0) };
    const root = (await new WebIO().readBinary(await encodeGlb(empty, [identity]))).getRoot();
    expect(root.listMeshes().map((mesh) => mesh.getName())).toEqual(['identity.jpg frustum']);
    expect(root.listAccessors().every((accessor) => accessor.getCount() > 0)).toBe(true);
  });

  it('fills a frustum with its photograph, the right way up', async () => {
    const photograph = {
      mime: 'image/png',
      bytes: encodeRgbPng({ width: 1, height: 1, data: new Uint8Array(3) }),
    } as const;
    const glb = await encodeGlb(cloud, [{ ...identity, photograph }], { frustumDepth: 2 });
    const io = new WebIO().setLogger(new Logger(Logger.Verbosity.SILENT)); // does not know KHR_materials_unlit
    const [, frustum] = (await io.readBinary(glb)).getRoot().listMeshes();
    const [lines, plane] = frustum?.listPrimitives() ?? [];
    const texture = plane?.getMaterial()?.getBaseColorTexture();
    expect([texture?.getImage(), texture?.getMimeType()]).toEqual([photograph.bytes, 'image/png']);
    const corners = plane?.getAttribute('POSITION');
    expect(Array.from(corners?.getArray() ?? [])).toEqual(
      [...(lines?.getAttribute('POSITION')?.getArray() ?? [])].slice(3),
    );
    expect(corners?.getElement(0, [])?.map(Math.sign)).toEqual([-1, 1, -1]); // left, up, before the camera
    expect(plane?.getAttribute('TEXCOORD_0')?.getElement(0, [])).toEqual([0, 0]);
    expect(plane?.getAttribute('TEXCOORD_0')?.getElement(2, [])).toEqual([1, 1]);
  });

  it('refuses points and cameras that are not finite, and a frustum without depth', () => {
    const positions = Float32Array.of(0, 0, Number.NaN);
    expect(() => encodeGlb({ positions, colors: new Uint8Array(3) }, [])).toThrow('encodeGlb: point 0 is not finite');
    expect(() => encodeGlb(cloud, [{ name: 'x', camera: { ...identity.camera, width: 0 } }])).toThrow('camera "x"');
    expect(() => encodeGlb(cloud, [], { frustumDepth: 0 })).toThrow('frustumDepth must be positive, got 0');
  });
});

describe('export/glb: encodeGlb, read by three', () => {
  it('turns OpenCV axes to glTF axes: y up, z backward', async () => {
    const points = find<Points>(await readWithThree(await encodeGlb(cloud, [])), isPoints);
    const first = new Vector3().fromBufferAttribute(points.geometry.getAttribute('position'), 0);
    expect(first.applyMatrix4(points.matrixWorld).toArray()).toEqual([1, -2, -3]);
  });

  it('brings colours back to the same sRGB bytes', async () => {
    const points = find<Points>(await readWithThree(await encodeGlb(cloud, [])), isPoints);
    const linear = Array.from(points.geometry.getAttribute('color').array);
    const srgb = linear.map((c) => Math.round(255 * (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055)));
    expect(srgb).toEqual(Array.from(cloud.colors));
  });

  it('puts the camera at its centre, looking where the photograph looked', async () => {
    const scene = await readWithThree(await encodeGlb(cloud, [sideways]));
    const camera = find<PerspectiveCamera>(scene, (node) => (node as PerspectiveCamera).isPerspectiveCamera);
    const centre = new Vector3().setFromMatrixPosition(camera.matrixWorld);
    expect(centre.distanceTo(new Vector3(1, -2, -3))).toBeLessThan(1e-6);
    const forward = new Vector3(0, 0, -1).transformDirection(camera.matrixWorld);
    expect(forward.distanceTo(new Vector3(1, 0, 0))).toBeLessThan(1e-6);
    const up = new Vector3(0, 1, 0).transformDirection(camera.matrixWorld);
    expect(up.distanceTo(new Vector3(0, 1, 0))).toBeLessThan(1e-6);
  });

  it('draws the frustum through the corners of the image', async () => {
    const scene = await readWithThree(await encodeGlb(cloud, [sideways], { frustumDepth: 2 }));
    const lines = find<LineSegments>(scene, (node) => (node as LineSegments).isLineSegments);
    const position = lines.geometry.getAttribute('position');
    const toWorld = new Matrix4().makeScale(1, -1, -1).multiply(lines.matrixWorld); // back to OpenCV axes
    const corner = new Vector3().fromBufferAttribute(position, 1).applyMatrix4(toWorld);
    // Pixel corner (-0.5, -0.5) at depth 2 of a camera at (1, 2, 3): its x is the world's -z, its z the world's x.
    const [x, y] = [((-0.5 - 30) / 50) * 2, ((-0.5 - 25) / 60) * 2];
    expect(corner.distanceTo(new Vector3(1 + 2, 2 + y, 3 - x))).toBeLessThan(1e-5);
    expect(lines.geometry.getIndex()?.count).toBe(16);
  });
});
