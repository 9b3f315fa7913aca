import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { loadForInference } from '#image/fit.ts';
import type { RgbImage } from '#image/rgb-image.ts';
import type { PairPlan } from '#infer/plan-pairs.ts';
import type { Dust3r } from '#model/dust3r.ts';
import {
  addToScene,
  type ReconstructOptions,
  type ReconstructProgress,
  reconstruct,
} from '#reconstruct/reconstruct.ts';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
import { reconstructTwoViews } from '#reconstruct/two-view.ts';
import { tensorsLeftBy } from '#test/infer/left-behind.ts';
import { useBackend } from '#test/support/backend.ts';
import { randomModel, tinyLinear } from '#test/support/tiny-model.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';

useBackend();
const temporary = useTemporaryFolder();
const office = ['examples/images/office-1.jpg', 'examples/images/office-2.jpg'] as const;

function picture(width: number, height: number, seed: number): RgbImage {
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * i * 31 + i * 7 * seed) % 256);
  return { width, height, data };
}

let model: Dust3r;
let base: ReconstructOptions;
let three: Reconstruction;
const seen: ReconstructProgress[] = [];
const plans: PairPlan[] = [];
let left: number;
beforeAll(async () => {
  model = randomModel(tinyLinear);
  base = { model, size: 32, minConfidence: 1, alignment: { iterations: 10 } };
  left = await tensorsLeftBy(async () => {
    three = await reconstruct([...office, picture(60, 90, 1)], {
      ...base,
      onProgress: (progress) => seen.push(progress),
      onPlan: (plan) => plans.push(plan),
    });
  });
});
afterAll(() => {
  model.dispose();
});

describe('reconstruct/reconstruct: reconstruct', () => {
  it('gives a camera and maps for photographs of different sizes and orientations', () => {
    expect(three.views.map(({ name }) => name)).toEqual(['office-1.jpg', 'office-2.jpg', 'image-2']);
    expect(three.views.map(({ photographPath }) => photographPath)).toEqual([...office, undefined]);
    expect(three.views[2]?.originalCamera).toMatchObject({ width: 60, height: 90 });
    for (const { camera, depth, points, confidence } of three.views) {
      expect([...camera.camToWorld, ...camera.focalPx].every(Number.isFinite)).toBe(true);
      for (const map of [depth, points, confidence]) expect(map.every(Number.isFinite)).toBe(true);
    }
    expect([three.pairs?.length, left]).toEqual([6, 0]);
  });

  it('tells its plan before, and how far it is', () => {
    expect(plans).toHaveLength(1);
    expect(plans[0]).toMatchObject({ images: 3, sceneGraph: 'complete', fits: 'memory' });
    expect(plans[0]?.seconds?.network).toBeGreaterThan(0);
    const stages = seen.map(({ stage }) => stage).filter((stage, i, all) => stage !== all[i - 1]);
    expect([stages[0], stages[1], stages.at(-1)]).toEqual(['load', 'encode', 'align']);
    const last = seen.at(-1) as ReconstructProgress;
    expect([last.stage, last.done]).toEqual(['align', last.total]);
  });

  it('says of two photographs what reconstructTwoViews says', async () => {
    const load = (path: string) => loadForInference(path, { size: 32 });
    const expected = await reconstructTwoViews(model, [await load(office[0]), await load(office[1])], {
      minConfidence: 1,
    });
    const scene = await reconstruct(office, base);
    expect([scene.reference, scene.minConfidence]).toEqual([expected.reference, expected.minConfidence]);
    expect(scene.views.map(({ camera }) => Math.round(100 * camera.focalPx[0]))).toEqual(
      expected.views.map(({ camera }) => Math.round(100 * camera.focalPx[0])),
    );
  });

  it('gives depth and focal length of a single photograph, at the origin', async () => {
    const counted: number[] = [];
    const onPlan = ({ images, pairs }: PairPlan) => counted.push(images, pairs.length);
    const scene = await reconstruct([office[0]], { ...base, onPlan });
    expect(counted).toEqual([1, 2]);
    expect([scene.views.length, scene.reference, scene.poseFound]).toEqual([1, 0, true]);
    expect([...(scene.views[0]?.camera.camToWorld ?? [])]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
    expect(scene.views[0]?.name).toBe('office-1.jpg');
    const [{ originalCamera }] = scene.views as [ReconstructedView];
    const { width, height } = originalCamera;
    const masks = new Map([['office-1.jpg', { width, height, values: new Uint8Array(width * height) }]]);
    const intrinsics = { width, height, focalPx: [500, 500], principalPx: [200, 100] } as const;
    const { views } = await reconstruct([office[0]], { ...base, masks, known: [{ name: 'office-1.jpg', intrinsics }] });
    expect(views[0]?.confidence.every((value) => value === 0)).toBe(true);
    expect(views[0]?.originalCamera.focalPx[0]).toBeCloseTo(500, 6);
    expect(views[0]?.originalCamera.principalPx[1]).toBeCloseTo(100, 6);
  });

  it('leaves out what is broken where it is told to, and keeps predictions on disk only until it is done', async () => {
    await writeFile(temporary('broken.jpg'), 'no picture');
    const skipped: string[] = [];
    const images = [office[0], temporary('broken.jpg'), office[1]];
    const onSkipped = ({ name }: { name: string }) => skipped.push(name);
    const options = { ...base, store: 'disk', storeFolder: temporary('store') } as const;
    const scene = await reconstruct(images, { ...options, skipBroken: true, onSkipped });
    expect([scene.views.length, skipped]).toEqual([2, ['broken.jpg']]);
    expect(await readdir(temporary('store'))).toEqual([]);
  });
});

describe('reconstruct/reconstruct: reconstruct, that cannot', () => {
  const mask = { width: 5, height: 5, values: new Uint8Array(25) };
  const intrinsics = { width: 5, height: 5, focalPx: [5, 5], principalPx: [2, 2] } as const;
  const images = [...office, picture(60, 90, 1)];

  it.each([
    ['no photographs', [], {}, 'reconstruct: expected photographs, got none'],
    ['a copy', [office[0], office[0]], {}, `${office[0]} is named twice; leave one of them out`],
    ['broken ones only', ['LICENSE'], { skipBroken: true }, 'expected photographs, got none that can be used'],
    ['an unknown graph', images, { sceneGraph: 'web' }, "unknown scene graph 'web'"],
    ['a mask of another size', images, { masks: new Map([['image-2', mask]]) }, "the photograph's size, got 5×5"],
    [
      'intrinsics of another size',
      images,
      { known: [{ name: 'image-2', intrinsics }] },
      'its intrinsics are for 5×5 pixels',
    ],
    [
      'pairs in parts',
      images,
      { sceneGraph: [[0, 1]] as const },
      'in 2 parts that nothing connects: {office-1.jpg, office-2.jpg}, {image-2}',
    ],
    ['too little memory', images, { memoryLimit: 1000 }, '3 images with complete (6 pairs) need'],
  ] as const)('tells before the network is run: %s', async (_, sources, options, message) => {
    const encode = jest.spyOn(model, 'encode');
    await expect(reconstruct(sources, { ...base, ...options } as ReconstructOptions)).rejects.toThrow(message);
    expect(encode).not.toHaveBeenCalled();
  });

  it.each(['load', 'decode', 'align'] as const)('is aborted while it is to %s, and leaves nothing', async (stage) => {
    const abort = new AbortController();
    const onProgress = (progress: ReconstructProgress) => {
      if (progress.stage === stage && progress.done > 0) abort.abort(new Error('enough'));
    };
    const before = await predictionFolders();
    const tensors = await tensorsLeftBy(async () => {
      const options = { ...base, onProgress, signal: abort.signal, store: 'disk' } as const;
      await expect(reconstruct(images, options)).rejects.toThrow('enough');
    });
    expect([tensors, await predictionFolders()]).toEqual([0, before]);
  });
});

async function predictionFolders(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('.pairs-'));
}

describe('reconstruct/reconstruct: addToScene', () => {
  it('runs only the pairs with a new photograph and keeps the views that there were', async () => {
    const predict = jest.spyOn(model, 'predict');
    const scene = await addToScene(three, [picture(90, 60, 2)], { ...base, batchSize: 1 });
    expect(predict).toHaveBeenCalledTimes(6);
    expect(scene.views.slice(0, 3)).toEqual(three.views);
    expect(scene.views[3]?.name).toBe('image-3');
    expect([scene.reference, scene.pairs?.length]).toEqual([three.reference, 12]);
    predict.mockRestore();
  });

  it('needs no pair between finished views, nor one of each', async () => {
    const sceneGraph = [
      [0, 3],
      [2, 4],
    ] as const;
    const plans: PairPlan[] = [];
    const images = [picture(90, 60, 2), picture(90, 60, 3)];
    const scene = await addToScene(three, images, { ...base, sceneGraph, onPlan: (plan) => plans.push(plan) });
    expect(scene.views.slice(0, 3)).toEqual(three.views);
    expect(scene.views.map(({ name }) => name).slice(3)).toEqual(['image-3', 'image-4']);
    expect(scene.pairs?.slice(6).map(({ first, second }) => [first, second])).toEqual([
      ...[
        [0, 3],
        [2, 4],
        [3, 0],
        [4, 2],
      ],
    ]);
    expect(plans).toMatchObject([{ images: 5, added: 2, pairs: { length: 4 } }]);
    const apart = addToScene(three, images, { ...base, sceneGraph: [[0, 3]] });
    await expect(apart).rejects.toThrow('in 2 parts that nothing connects: {office-1.jpg, image-3}, {image-4}');
  });

  it('ignores known cameras of finished views', async () => {
    const { width, height } = { width: 90, height: 60 };
    const intrinsics = { width, height, focalPx: [70, 70], principalPx: [45, 30] } as const;
    const known = [{ name: 'office-1.jpg' }, { name: 'image-3', intrinsics }];
    const scene = await addToScene(three, [picture(width, height, 2)], { ...base, known });
    expect(scene.views[3]?.originalCamera.focalPx[0]).toBeCloseTo(70, 6);
    const old = await addToScene(three, [picture(width, height, 2)], { ...base, known: known.slice(0, 1) });
    expect(old.views).toHaveLength(4);
    const unknown = addToScene(three, [picture(width, height, 2)], { ...base, known: [{ name: 'other.jpg' }] });
    await expect(unknown).rejects.toThrow('such as image-3, got other.jpg');
  });

  it('refuses a photograph that the scene has, and none', async () => {
    await expect(addToScene(three, [office[1]], base)).rejects.toThrow('is the same picture as office-2.jpg');
    await expect(addToScene(three, [], base)).rejects.toThrow('expected new photographs to add to the scene, got none');
  });
});
