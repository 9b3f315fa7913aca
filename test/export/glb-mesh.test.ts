import { type Document, Logger, WebIO } from '@gltf-transform/core';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Mesh, type PerspectiveCamera, PropertyBinding, Raycaster, Vector3 } from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { encodeMeshGlb, type MeshView } from '#export/glb-mesh.ts';
import { type Camera, depthToPoints } from '#geometry/camera.ts';
import { encodeJpeg } from '#image/jpeg.ts';
import { sideways } from './cameras.ts';

const size = { width: 16, height: 12 };

/** A wall with a nearer left half. */
async function twoWalls(camera: Camera): Promise<MeshView> {
  const depth = Float32Array.from({ length: 192 }, (_, i) => (i % 16 < 8 ? 2 : 3));
  const photograph = await encodeJpeg({ ...size, data: new Uint8Array(3 * 192).fill(99) });
  return {
    name: 'sideways.jpg',
    camera,
    depth,
    points: depthToPoints(camera, depth),
    confidence: new Float32Array(192).fill(5),
    photograph: { mime: 'image/jpeg', bytes: photograph },
  };
}

const camera: Camera = { ...sideways.camera, ...size, focalPx: [20, 24], principalPx: [7, 6] };
let view: MeshView;
let glb: Uint8Array;
beforeAll(async () => {
  view = await twoWalls(camera);
  glb = await encodeMeshGlb([view]);
});

/** The textures are not decoded: node has no browser's images. */
async function withoutTextures(bytes: Uint8Array): Promise<Uint8Array> {
  const io = quietIo();
  const document: Document = await io.readBinary(bytes);
  for (const texture of document.getRoot().listTextures()) texture.dispose();
  return io.writeBinary(document);
}

/** It does not know the extension, and would say so. */
const quietIo = () => new WebIO().setLogger(new Logger(Logger.Verbosity.SILENT));
const threeName = (name: string) => PropertyBinding.sanitizeNodeName(name);

describe('export/glb-mesh: encodeMeshGlb', () => {
  it('holds a mesh with its texture once, and the camera with its photograph', async () => {
    const root = (await quietIo().readBinary(glb)).getRoot();
    expect(root.listNodes().map((node) => node.getName())).toEqual([
      ...['world', 'sideways.jpg mesh', 'sideways.jpg', 'sideways.jpg lens'],
    ]);
    expect(root.listTextures()).toHaveLength(1);
    expect(root.listTextures()[0]?.getImage()).toEqual(Uint8Array.from(view.photograph.bytes));
    const [primitive] = root.listMeshes()[0]?.listPrimitives() ?? [];
    expect(primitive?.getIndices()?.getArray()).toBeInstanceOf(Uint32Array);
    expect(primitive?.getIndices()?.getCount()).toBe(3 * 2 * 11 * (15 - 1)); // the column between the walls is cut
    expect(primitive?.getAttribute('TEXCOORD_0')?.getElement(0, [])).toEqual([
      Math.fround(0.5 / 16),
      Math.fround(0.5 / 12),
    ]);
  });

  it('says that photographs need no light', () => {
    const json = JSON.parse(Buffer.from(glb).toString('latin1', 20, 20 + Buffer.from(glb).readUInt32LE(12)));
    expect(json.extensionsUsed).toEqual(['KHR_materials_unlit']);
    const unlit = json.materials.filter(
      (material: { extensions?: object }) => material.extensions && 'KHR_materials_unlit' in material.extensions,
    );
    expect(unlit).toHaveLength(2);
  });

  it('is met by the rays of its own pixels at its own depths, front side first', async () => {
    const { scene } = await new GLTFLoader().parseAsync(Uint8Array.from(await withoutTextures(glb)).buffer, '');
    scene.updateMatrixWorld(true);
    const mesh = scene.getObjectByName(threeName('sideways.jpg mesh')) as Mesh;
    const lens = scene.getObjectByName(threeName('sideways.jpg lens')) as PerspectiveCamera;
    const centre = new Vector3().setFromMatrixPosition(lens.matrixWorld);
    expect(centre.distanceTo(new Vector3(1, -2, -3))).toBeLessThan(1e-6);
    for (const [u, v, z] of [
      [2.25, 3.75, 2],
      [12.25, 8.75, 3],
    ] as const) {
      const local = new Vector3(((u - 7) / 20) * z, (-(v - 6) / 24) * z, -z);
      const direction = lens.localToWorld(local).sub(centre);
      const [hit] = new Raycaster(centre, direction.clone().normalize()).intersectObject(mesh);
      expect(hit?.distance).toBeCloseTo(direction.length(), 5);
      expect(hit?.face?.normal.transformDirection(mesh.matrixWorld).dot(direction)).toBeLessThan(0);
      expect(hit?.uv?.x).toBeCloseTo((u + 0.5) / 16, 5);
      expect(hit?.uv?.y).toBeCloseTo((v + 0.5) / 12, 5);
    }
  });

  it('leaves a camera where no triangle is left', async () => {
    const root = (await quietIo().readBinary(await encodeMeshGlb([view], { minConfidence: 6 }))).getRoot();
    expect(root.listNodes().map((node) => node.getName())).toEqual(['world', 'sideways.jpg', 'sideways.jpg lens']);
  });

  it('refuses points that do not fit the depths, naming the view', () => {
    const short = { ...view, points: view.points.subarray(3) };
    expect(() => encodeMeshGlb([short])).toThrow('encodeMeshGlb: view "sideways.jpg" needs 576 coordinates');
    const points = view.points.slice().fill(Number.NaN, 12, 13);
    expect(() => encodeMeshGlb([{ ...view, points }])).toThrow('has a depth but no finite point at pixel 4');
  });
});
