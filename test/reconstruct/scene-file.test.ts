import { mkdir, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ReconstructedView, Reconstruction } from '#reconstruct/reconstruction.ts';
import { readScene, type SavedScene, writeScene } from '#reconstruct/scene-file.ts';
import { useTemporaryFolder } from '#test/weights/temporary-folder.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { smallReconstruction } from './small-reconstruction.ts';

const temporary = useTemporaryFolder();
const pairs = [
  { first: 0, second: 1, residual: 0.25, relativeResidual: 0.1, scale: 1.5 },
  { first: 1, second: 0, residual: 0.125 },
];
const scene = { ...smallReconstruction(), loss: 0.5, pairs };
const settings = { size: 512, graph: 'complete', symmetrised: true };
let folder: string;
let written: string[];
let read: SavedScene;
beforeAll(async () => {
  folder = temporary('made/here');
  const photographs = [temporary('photos/left.jpg'), undefined];
  written = await writeScene(folder, scene, { photographs, settings });
  read = await readScene(folder);
});

const jsonOf = async (path: string) => JSON.parse(await readFile(join(path, 'scene.json'), 'utf8'));

describe('reconstruct/scene-file: writeScene, then readScene', () => {
  it('writes the maps, then the scene, and nothing else', async () => {
    expect(written).toEqual([join(folder, 'scene.safetensors'), join(folder, 'scene.json')]);
    expect((await readdir(folder)).sort()).toEqual(['scene.json', 'scene.safetensors']);
  });

  it('gives back cameras, depths, points and images to the last bit', () => {
    expect(read.reconstruction).toMatchObject({ reference: 0, poseFound: true, minConfidence: 1, loss: 0.5, pairs });
    read.reconstruction.views.forEach((view, i) => {
      const { confidence: _, ...exact } = scene.views[i] as ReconstructedView;
      expect(view).toMatchObject(exact);
    });
    expect(read.settings).toEqual(settings);
  });

  it('keeps confidences in half precision, at most its largest value', async () => {
    const [first] = scene.views as [ReconstructedView];
    const confidence = first.confidence.map((value, i) => (i === 0 ? 1e9 : 1 + value / 7));
    await writeScene(temporary('halves'), { ...scene, views: [{ ...first, confidence }], pairs: [] });
    const [view] = (await readScene(temporary('halves'))).reconstruction.views;
    expect(view?.confidence[0]).toBe(65_504);
    confidence.subarray(1).forEach((value, i) => {
      expect(Math.abs((view?.confidence[i + 1] as number) / value - 1)).toBeLessThan(2 ** -11);
    });
  });

  it('finds photographs from its own place, wherever both are moved', async () => {
    expect(read.photographs).toEqual([temporary('photos/left.jpg'), undefined]);
    expect((await jsonOf(folder)).views[0].photograph).toBe('../../photos/left.jpg');
    await mkdir(temporary('elsewhere/x/y'), { recursive: true });
    const moved = temporary('elsewhere/x/y');
    for (const name of ['scene.json', 'scene.safetensors']) {
      await writeFile(join(moved, name), await readFile(join(folder, name)));
    }
    const { photographs, reconstruction } = await readScene(join(moved, 'scene.json'));
    const expected = temporary('elsewhere/photos/left.jpg');
    expect([photographs[0], reconstruction.views[0]?.photographPath]).toEqual([expected, expected]);
    await writeScene(temporary('back'), reconstruction);
    expect((await jsonOf(temporary('back'))).views[0].photograph).toBe('../elsewhere/photos/left.jpg');
  });

  it('writes the same bytes for the same scene', async () => {
    await writeScene(temporary('again'), scene, { settings });
    await writeScene(temporary('once-more'), scene, { settings });
    for (const name of ['scene.json', 'scene.safetensors']) {
      expect(await readFile(temporary(`again/${name}`))).toEqual(await readFile(temporary(`once-more/${name}`)));
    }
  });

  it('is open to other programs: named float32, float16 and byte tensors, and the convention in words', async () => {
    const maps = await openSafetensors(join(folder, 'scene.safetensors'));
    expect(Object.fromEntries(maps.tensors)).toMatchObject({
      '0.depth': { dtype: 'F32', shape: [8, 12] },
      '1.confidence': { dtype: 'F16', shape: [12, 8] },
      '1.image': { dtype: 'U8', shape: [12, 8, 3] },
    });
    await maps.close();
    expect((await jsonOf(folder)).convention.axes).toContain('OpenCV');
  });
});

describe('reconstruct/scene-file: writeScene', () => {
  it('refuses what could not be read again, before it writes', async () => {
    const [first, second] = scene.views as [ReconstructedView, ReconstructedView];
    const refused: [Partial<Reconstruction>, string][] = [
      [{ loss: Number.NaN }, 'writeScene: loss: expected a number, got null'],
      [{ reference: 2 }, 'writeScene: reference: expected a whole number from 0 to 1, got 2'],
      [{ views: [first, { ...second, depth: first.depth.subarray(1) }] }, 'depth of view "right.png"'],
      [{ views: [first, { ...second, image: first.image }] }, 'image of view "right.png": expected 8 × 12 pixels'],
      [{ views: [first, { ...second, originalCamera: first.originalCamera }] }, 'must have one pose'],
      [
        { views: [{ ...first, camera: { ...first.camera, focalPx: [Number.NaN, 1] } }, second] },
        'writeScene: views[0].network.focalPx[0]: expected a number, got null',
      ],
    ];
    for (const [change, message] of refused) {
      await expect(writeScene(temporary('refused'), { ...scene, ...change })).rejects.toThrow(message);
    }
    await expect(writeScene(temporary('refused'), scene, { photographs: ['a'] })).rejects.toThrow('2 photographs');
    expect(await readdir(temporary('refused')).catch(() => [])).toEqual([]);
  });

  it('obeys its signal, and leaves no half scene', async () => {
    const signal = AbortSignal.abort(new Error('the user left'));
    await expect(writeScene(temporary('aborted'), scene, { signal })).rejects.toThrow('the user left');
    expect(await readdir(temporary('aborted'))).toEqual([]);
  });
});

describe('reconstruct/scene-file: readScene refuses', () => {
  async function copy(name: string): Promise<string> {
    await writeScene(temporary(name), scene, { settings });
    return temporary(name);
  }

  it('what is missing or no scene, naming the file', async () => {
    await expect(readScene(temporary('nowhere'))).rejects.toThrow('nowhere: there is no such scene');
    await mkdir(temporary('empty'));
    await expect(readScene(temporary('empty'))).rejects.toThrow('scene.json: there is no such scene');
    await writeFile(temporary('text.json'), 'text');
    await expect(readScene(temporary('text.json'))).rejects.toThrow('text.json: expected JSON');
    await writeFile(temporary('other.json'), '{"format": "other"}');
    await expect(readScene(temporary('other.json'))).rejects.toThrow('so it is no scene of dust3r');
  });

  it('a scene without its maps, with cut maps and with those of another scene', async () => {
    const cut = await copy('cut');
    await truncate(join(cut, 'scene.safetensors'), 700);
    await expect(readScene(cut)).rejects.toThrow(/cut\/scene.safetensors: .*was its download cut short/);
    await rm(join(cut, 'scene.safetensors'));
    await expect(readScene(cut)).rejects.toThrow('scene.safetensors: the maps of the scene are missing');
    await writeScene(temporary('newer'), { ...scene, minConfidence: 2 });
    await writeFile(join(cut, 'scene.safetensors'), await readFile(temporary('newer/scene.safetensors')));
    await expect(readScene(cut)).rejects.toThrow('these are the maps of another scene');
  });

  it('maps that do not fit the cameras, before it reads them', async () => {
    const forged = await copy('forged');
    const json = await jsonOf(forged);
    json.views[1].network.width = 60_000;
    await writeFile(join(forged, 'scene.json'), JSON.stringify(json));
    await expect(readScene(forged)).rejects.toThrow(
      'the depth of view 1 (right.png) must be F32 [12, 60000], found F32 [12, 8]',
    );
    json.views.pop();
    delete json.pairs;
    await writeFile(join(forged, 'scene.json'), JSON.stringify(json));
    await expect(readScene(forged)).rejects.toThrow('expected 3 maps for each of 1 views, found 6 maps');
  });

  it.each(['scene.json', 'scene.safetensors'])(
    'any damage to %s with one line that names it, or reads it',
    async (name) => {
      const damaged = await copy('damaged');
      const whole = await readFile(join(damaged, name));
      for (let n = 0; n < 120; n++) {
        await writeFile(join(damaged, name), damage(whole, n));
        const failure = await readScene(damaged).then(
          () => `${damaged}/scene.json is read`,
          (error: Error) => error.message,
        );
        expect(failure).toMatch(/^\S*\/damaged\/scene\.(json|safetensors)\S* .{7,}$/);
      }
    },
  );

  /** One byte changed, or the rest cut off. */
  function damage(whole: Uint8Array, n: number): Uint8Array {
    const at = Math.min((n * n * 7919) % 4096, whole.length - 1);
    const bytes = Uint8Array.from(whole);
    bytes[at] = (n * 31 + 9) % 256;
    return n % 10 === 0 ? bytes.subarray(0, at) : bytes;
  }
});
