import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Logger, WebIO } from '@gltf-transform/core';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import sharp from 'sharp';
import { decodeNpy } from '#formats/npy.ts';
import { npyNumbers } from '#formats/npy-array.ts';
import { depthToPoints, projectPoints } from '#geometry/camera.ts';
import { decodeImage } from '#image/decode.ts';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
import { exportScene } from '#reconstruct/scene-file-export.ts';
import { exportFormats } from '#reconstruct/scene-file-format.ts';
import { type ReadModel, readBinaryModel, readTextModel } from '#test/export/colmap-reader.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { smallReconstruction } from './small-reconstruction.ts';

const temporary = useTemporaryFolder();
/** Both views see the plane z = 2. */
const scene = onPlane(smallReconstruction(['x/my photo.jpg', 'my photo.jpg']));

function onPlane(reconstruction: Reconstruction): Reconstruction {
  const views = reconstruction.views.map((view) => {
    const depth = view.depth.map(() => 2);
    return { ...view, depth, points: depthToPoints(view.camera, depth) };
  });
  return { ...reconstruction, views };
}

let folder: string;
let photographs: string[];
beforeAll(async () => {
  folder = temporary('out');
  photographs = [temporary('upright.jpg'), temporary('lying.jpg')];
  const gray = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 9, g: 99, b: 199 } } });
  await gray(24, 16)
    .png()
    .toFile(photographs[0] as string);
  await gray(24, 16)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(photographs[1] as string);
  await exportScene(folder, scene, { formats: exportFormats, minConfidence: 50, photographs, withDepth: true });
});

const filesIn = async (path: string) => (await readdir(join(folder, path), { recursive: true })).sort();
const jsonOf = async (path: string) => JSON.parse(await readFile(join(folder, path), 'utf8'));

async function readModel(format: string, ending: 'bin' | 'txt'): Promise<ReadModel> {
  const names = ['cameras', 'images', 'points3D'].map((name) => `${name}.${ending}`);
  const files = await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, format, 'sparse/0', name))] as const),
  );
  return (ending === 'bin' ? readBinaryModel : readTextModel)(Object.fromEntries(files));
}

describe('reconstruct/scene-file-export: exportScene', () => {
  it('writes every format into its place', async () => {
    expect((await readdir(folder)).sort()).toEqual([
      ...['colmap', 'colmap-text', 'depth', 'mesh.glb', 'nerfstudio', 'scene.glb', 'scene.ply', 'trajectory.txt'],
    ]);
    expect(await filesIn('colmap')).toEqual([
      ...['images', 'images/my_photo-2.jpg', 'images/my_photo.jpg'],
      ...['sparse', 'sparse/0', 'sparse/0/cameras.bin', 'sparse/0/images.bin', 'sparse/0/points3D.bin'],
    ]);
    expect(await filesIn('nerfstudio')).toEqual([
      ...['depths', 'depths/my_photo-2.png', 'depths/my_photo.png'],
      ...['images', 'images/my_photo-2.jpg', 'images/my_photo.jpg', 'sparse_pc.ply', 'transforms.json'],
    ]);
  });

  it('gives COLMAP upright photographs of the sizes that its cameras have, under the names of its images', async () => {
    const { cameras, images } = await readModel('colmap', 'bin');
    expect(await readModel('colmap-text', 'txt')).toEqual(await readModel('colmap', 'bin'));
    for (const { name, cameraId } of images) {
      const camera = cameras[cameraId - 1];
      const bytes = await readFile(join(folder, 'colmap/images', name));
      const stored = await sharp(bytes).metadata();
      expect([stored.width, stored.height, stored.orientation ?? 1]).toEqual([camera?.width, camera?.height, 1]);
    }
  });

  it('takes the confident points only, where the original cameras see them', async () => {
    const { points, images } = await readModel('colmap', 'bin');
    const confident = scene.views.flatMap(({ confidence }) => [...confidence].filter((value) => value >= 50));
    expect(points).toHaveLength(confident.length);
    images.forEach(({ points2D }, i) => {
      const { originalCamera } = scene.views[i] as ReconstructedView;
      for (const [x, y, id] of points2D as [number, number, number][]) {
        const [u, v] = projectPoints(originalCamera, Float64Array.from(points[id - 1]?.xyz ?? [])).pixels;
        expect(x).toBeCloseTo((u as number) + 0.5, 9);
        expect(y).toBeCloseTo((v as number) + 0.5, 9);
      }
    });
    expect(images.flatMap(({ points2D }) => points2D).length).toBeGreaterThan(0);
  });

  it('gives nerfstudio depth maps in its unit, of the photographs’ sizes', async () => {
    const { frames } = await jsonOf('nerfstudio/transforms.json');
    for (const [i, { file_path, depth_file_path, w, h }] of frames.entries()) {
      const { width, height } = await decodeImage(join(folder, 'nerfstudio', file_path));
      const depth = decode(await readFile(join(folder, 'nerfstudio', depth_file_path)));
      expect([width, height, depth.width, depth.height]).toEqual([w, h, w, h]);
      const view = scene.views[i] as ReconstructedView;
      // Network pixel (3, 4) lies at 2 · 3 + 0.5, 2 · 4 + 0.5 of the photograph.
      const z = view.depth[4 * view.camera.width + 3] as number;
      expect(Math.abs((depth.data[8 * w + 6] as number) * 0.001 - z)).toBeLessThanOrEqual(0.0005);
    }
  });

  it('writes depth as .npy and 16-bit .png at both sizes, with one scale', async () => {
    const { scale, views } = await jsonOf('depth/depth.json');
    for (const [i, view] of views.entries()) {
      for (const { width, height, npy, png } of [view.network, view.original]) {
        const { values, shape } = npyNumbers(decodeNpy(await readFile(join(folder, 'depth', npy))), 'depth');
        const stored = decode(await readFile(join(folder, 'depth', png)));
        expect([shape, stored.width, stored.height, stored.depth]).toEqual([[height, width], width, height, 16]);
        values.forEach((z, pixel) => {
          expect(Math.abs((stored.data[pixel] as number) * scale - z)).toBeLessThanOrEqual(scale / 2 + 1e-6);
        });
      }
      expect(npyNumbers(decodeNpy(await readFile(join(folder, 'depth', view.network.npy))), 'depth').values).toEqual(
        scene.views[i]?.depth,
      );
    }
  });

  it('thins points and meshes to what is asked for', async () => {
    const small = temporary('small');
    await exportScene(small, scene, { formats: ['ply', 'colmap', 'glb-mesh'], maxPoints: 30 });
    expect((await readFile(join(small, 'scene.ply'))).toString('latin1')).toContain('element vertex 30\n');
    const io = new WebIO().setLogger(new Logger(Logger.Verbosity.SILENT)); // does not know KHR_materials_unlit
    const root = (await io.readBinary(await readFile(join(small, 'mesh.glb')))).getRoot();
    const vertices = root.listMeshes().filter((mesh) => mesh.getName().endsWith(' mesh'));
    const count = vertices.reduce(
      (sum, mesh) => sum + (mesh.listPrimitives()[0]?.getAttribute('POSITION')?.getCount() ?? 0),
      0,
    );
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThanOrEqual(30);
    expect(await readdir(join(small, 'colmap'))).toEqual(['sparse']); // no photographs were given
  });

  it('refuses photographs that are missing or of another size, before it writes', async () => {
    const refused = temporary('refused');
    const [upright] = photographs as [string];
    const formats = ['colmap'] as const;
    await expect(exportScene(refused, scene, { formats, photographs: [upright, upright] })).rejects.toThrow(
      'upright.jpg: the photograph has 24 × 16 pixels, but the scene was made of 16 × 24',
    );
    await expect(exportScene(refused, scene, { formats, photographs: [upright] })).rejects.toThrow(
      'expected the photograph of view "my photo.jpg", got none',
    );
    expect(await readdir(refused).catch(() => 'nothing')).toBe('nothing');
  });

  it('tells its progress, obeys its signal, and replaces files', async () => {
    const told: unknown[] = [];
    const path = temporary('twice');
    await writeFile(temporary('other'), '');
    for (const _ of [1, 2]) {
      await exportScene(path, scene, { formats: ['tum', 'ply', 'tum'], onProgress: (progress) => told.push(progress) });
    }
    expect(told.slice(2)).toEqual([
      { format: 'tum', done: 0, total: 2 },
      { format: 'ply', done: 1, total: 2 },
    ]);
    expect((await readdir(path)).sort()).toEqual(['scene.ply', 'trajectory.txt']);
    const signal = AbortSignal.abort(new Error('the user left'));
    await expect(exportScene(path, scene, { formats: ['tum'], signal })).rejects.toThrow('the user left');
  });
});
