import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type GLTF, WebIO } from '@gltf-transform/core';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { decode } from 'fast-png';
import { decodeNpy } from '#formats/npy.ts';
import { npyNumbers } from '#formats/npy-array.ts';
import { decodeImage } from '#image/decode.ts';
import type { ReconstructedView } from '#reconstruct/reconstruction.ts';
import { type WriteReconstructionOptions, writeReconstruction } from '#reconstruct/write-reconstruction.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { smallReconstruction } from './small-reconstruction.ts';

const temporary = useTemporaryFolder();
const perView = [
  ...['image.jpg', 'depth.npy', 'depth.png', 'depth-colored.png'],
  ...['confidence.npy', 'confidence.png', 'confidence-colored.png'],
];
const scene = smallReconstruction();
const [left, right] = scene.views as [ReconstructedView, ReconstructedView];

let folder: string;
let count = 0;
beforeEach(() => {
  folder = temporary(`scene-${count++}`);
});

const write = (options?: WriteReconstructionOptions, content = scene) => writeReconstruction(folder, content, options);
const bytesOf = (name: string) => readFile(join(folder, name));

/** Every file below the folder, temporary ones too. */
async function filesThere(): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

describe('reconstruct/write-reconstruction: writeReconstruction', () => {
  it('writes the scene and the maps of every view, and tells each file as it is done', async () => {
    const told: string[] = [];
    const written = await write({ onFile: (path) => told.push(path) });
    expect(told).toEqual(written);
    expect(written.map((path) => relative(folder, path))).toEqual([
      ...['cameras.json', 'scene.ply', 'scene.glb'],
      ...perView.map((name) => join('view-0', name)),
      ...perView.map((name) => join('view-1', name)),
      ...['index.html', 'scene.safetensors', 'scene.json'],
    ]);
    expect(await filesThere()).toEqual(written.map((path) => relative(folder, path)).sort());
  });

  it("gives the cameras in pixels of the original photographs, and the maps' beside them", async () => {
    await write();
    const { cameras } = JSON.parse(await readFile(join(folder, 'cameras.json'), 'utf8'));
    expect(cameras.map(({ name }: { name: string }) => name)).toEqual(['left.jpg', 'right.png']);
    expect(cameras[1]).toMatchObject({
      width: 16,
      height: 24,
      intrinsics: [
        [20, 0, 8.5],
        [0, 20, 12.5],
        [0, 0, 1],
      ],
      maps: {
        width: 8,
        height: 12,
        intrinsics: [
          [10, 0, 4],
          [0, 10, 6],
          [0, 0, 1],
        ],
      },
    });
    expect(cameras[1].camToWorld[0]).toEqual([1, 0, 0, 0.5]);
  });

  it('gives depth and confidence as numbers', async () => {
    await write();
    expect(decodeNpy(await bytesOf('view-0/depth.npy'))).toEqual({ values: left.depth, shape: [8, 12] });
    const confidence = npyNumbers(decodeNpy(await bytesOf('view-1/confidence.npy')), 'confidence');
    expect(confidence).toEqual({ values: right.confidence, shape: [12, 8] });
  });

  it('gives them as 16-bit pictures that say their scale, and as coloured ones', async () => {
    await write();
    const depth = decode(await bytesOf('view-0/depth.png'));
    expect(depth).toMatchObject({ width: 12, height: 8, depth: 16, channels: 1 });
    const scale = Number(depth.text['depth_scale']);
    depth.data.forEach((stored, i) => {
      expect(stored * scale).toBeCloseTo(left.depth[i] as number, 3);
    });
    expect(decode(await bytesOf('view-1/confidence.png'))).toMatchObject({ width: 8, height: 12, depth: 16 });
    for (const name of ['depth-colored.png', 'confidence-colored.png'])
      expect(decode(await bytesOf(`view-1/${name}`))).toMatchObject({ width: 8, height: 12, channels: 3 });
  });

  it("gives the network's image", async () => {
    await write();
    const image = await decodeImage(join(folder, 'view-1', 'image.jpg'));
    expect(image).toMatchObject({ width: 8, height: 12 });
    const difference = image.data.reduce((sum, value, i) => sum + Math.abs(value - (right.image.data[i] as number)), 0);
    expect(difference / image.data.length).toBeLessThan(20);
  });

  it('writes over an older scene in the same folder', async () => {
    await write({ title: 'older' });
    await write({ title: 'newer', formats: ['viewer'] });
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toContain('<title>newer</title>');
  });
});

describe('reconstruct/write-reconstruction: writeReconstruction, the points', () => {
  const vertices = async () => {
    const ply = await bytesOf('scene.ply');
    const end = ply.indexOf('end_header\n') + 'end_header\n'.length;
    const points = Number(/element vertex (\d+)/.exec(ply.toString('latin1', 0, end))?.[1]);
    return { points, body: ply.subarray(end) };
  };
  const glb = async () => (await new WebIO().readBinary(await bytesOf('scene.glb'))).getRoot();
  const nodesOf = (root: Awaited<ReturnType<typeof glb>>) =>
    root.listNodes().flatMap((node) => (node.getName().endsWith(' lens') ? [] : node.getName()));
  const pointsIn = (root: Awaited<ReturnType<typeof glb>>) =>
    root
      .listMeshes()
      .find((mesh) => mesh.getName() === 'points')
      ?.listPrimitives()[0]
      ?.getAttribute('POSITION');

  it('are those of all views, with colours and confidences, in the PLY', async () => {
    await write();
    const { points, body } = await vertices();
    expect([points, body.length]).toEqual([192, 192 * 19]);
    const last = body.subarray(191 * 19);
    expect([0, 4, 8].map((at) => last.readFloatLE(at))).toEqual([...right.points.slice(-3)]);
    expect([...last.subarray(12, 15)]).toEqual([...right.image.data.slice(-3)]);
    expect(last.readFloatLE(15)).toBe(96);
  });

  it('are the same in the GLB, together with the cameras of the maps', async () => {
    await write();
    const root = await glb();
    expect(nodesOf(root)).toEqual(['world', 'points', 'left.jpg', 'right.png']);
    expect(pointsIn(root)?.getArray()).toEqual(Float32Array.of(...left.points, ...right.points));
    const extras = root
      .listNodes()
      .find((node) => node.getName() === 'right.png')
      ?.getExtras() as GLTF.IProperty['extras'];
    expect(extras).toEqual({ width: 8, height: 12, focalPx: [10, 10], principalPx: [4, 6] });
  });

  it('are only those that are confident enough, while the maps have all', async () => {
    await writeReconstruction(folder, { ...scene, minConfidence: 90 });
    expect((await vertices()).points).toBe(14);
    await write({ minConfidence: 1 });
    expect((await vertices()).points).toBe(192);
    await write({ minConfidence: 90 });
    expect((await vertices()).points).toBe(14);
    expect(pointsIn(await glb())?.getCount()).toBe(14);
    expect(npyNumbers(decodeNpy(await bytesOf('view-0/depth.npy')), 'depth').values).toHaveLength(96);
  });

  it('leave out what is not finite', async () => {
    const points = left.points.slice();
    points[5] = Number.NaN;
    await write({}, { ...scene, views: [{ ...left, points }, right] });
    expect((await vertices()).points).toBe(191);
  });

  it('may be none at all', async () => {
    await write({ minConfidence: 1e9 });
    expect((await vertices()).points).toBe(0);
    expect(nodesOf(await glb())).toEqual(['world', 'left.jpg', 'right.png']);
  });
});

describe('reconstruct/write-reconstruction: writeReconstruction, the page', () => {
  it('names the views, the title, counted views by default, and the note', async () => {
    await write();
    expect(await readFile(join(folder, 'index.html'), 'utf8')).toContain('<title>2 views</title>');
    await write({ title: 'A & B', note: 'The weights are random.' });
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    expect(page).toContain('<title>A &amp; B</title>');
    const header = JSON.parse(/<script type="application\/json" id="scene">(.*?)<\/script>/.exec(page)?.[1] ?? '');
    expect(header).toMatchObject({ title: 'A & B', note: 'The weights are random.' });
    expect(header.views.map(({ name }: { name: string }) => name)).toEqual(['left.jpg', 'right.png']);
    expect(page).toMatch(/id="photograph-1">[\w+/=]{100}/);
  });
});

describe('reconstruct/write-reconstruction: writeReconstruction, names of photographs', () => {
  it.each([
    ['two of the same name', ['a/shot.jpg', 'b/shot.jpg']],
    ['paths that lead elsewhere', ['../../etc/passwd', '..']],
    ['emoji, spaces and other scripts', ['🎉 party 🎉.jpg', 'Übung été 東京.png']],
    ['very long ones', [`${'x'.repeat(300)}.jpg`, 'y']],
  ] as const)('stay out of the names of folders, and in cameras.json: %s', async (_, names) => {
    await write({}, smallReconstruction(names));
    const folders = (await filesThere()).filter((file) => file.endsWith('depth.npy'));
    expect(folders).toEqual(['view-0/depth.npy', 'view-1/depth.npy']);
    const { cameras } = JSON.parse(await readFile(join(folder, 'cameras.json'), 'utf8'));
    expect(cameras.map(({ name }: { name: string }) => name)).toEqual(names);
  });
});

describe('reconstruct/write-reconstruction: writeReconstruction, without a pose', () => {
  it('says so in cameras.json and in the page, beside a note of the caller', async () => {
    await write({ note: 'Mine.' }, { ...scene, poseFound: false });
    const cameras = JSON.parse(await readFile(join(folder, 'cameras.json'), 'utf8'));
    expect(cameras).toMatchObject({ poseFound: false, reference: 0, minConfidence: 1 });
    const page = await readFile(join(folder, 'index.html'), 'utf8');
    expect(page).toContain('Mine. No relative pose was found: all cameras stand at the origin.');
  });
});

describe('reconstruct/write-reconstruction: writeReconstruction, that fails', () => {
  it('says so where a file is in the place of the folder, and leaves it alone', async () => {
    await writeFile(folder, 'mine');
    await expect(write()).rejects.toThrow('is a file; name another');
    expect(await readFile(folder, 'utf8')).toBe('mine');
    folder = join(folder, 'below');
    await expect(write()).rejects.toThrow('is a file; name another');
  });

  it('names the file that cannot be written, and leaves whole files and no temporary ones', async () => {
    await mkdir(join(folder, 'scene.glb'), { recursive: true });
    await expect(write()).rejects.toThrow(
      `${join(folder, 'scene.glb')}: cannot be written: it exists and is no regular`,
    );
    expect(await filesThere()).toEqual(['cameras.json', 'scene.ply']);
  });

  const notRoot = process.getuid?.() === 0 ? it.skip : it;
  notRoot('names the file in a folder that is read-only (root may write anywhere)', async () => {
    await mkdir(folder);
    await chmod(folder, 0o500);
    await expect(write()).rejects.toThrow(`${join(folder, 'cameras.json')}: cannot be written: no permission`);
    await chmod(folder, 0o700);
    expect(await filesThere()).toEqual([]);
  });

  it('writes nothing of a scene whose cameras are none', async () => {
    const camera = { ...left.camera, focalPx: [Number.NaN, 10] as const };
    await expect(write({}, { ...scene, views: [{ ...left, camera, originalCamera: camera }] })).rejects.toThrow(
      'camera "left.jpg" needs a positive size and focal length',
    );
    expect(await filesThere()).toEqual([]);
  });
});
