import { readFileSync } from 'node:fs';
import { fitForInference } from '#image/fit.ts';
import { resizeImage } from '#image/resize.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import { makePairs } from '#infer/pairs.ts';
import { openSafetensors } from '#weights/safetensors.ts';
import { compareCrops } from './data-crops.ts';
import { compareDraws } from './data-draws.ts';
import { type Comparison, checkFile, exactly, type FileReport } from './report.ts';

/** Sizes, resampling and pairs, which inference needs; crops, samplers and random draws, which training needs. */
export async function checkData(folder: string): Promise<FileReport[]> {
  return [
    await checkFile(folder, ['data/load_images.json'], compareSizes),
    await checkFile(folder, ['data/resample.safetensors'], compareResampling),
    await checkFile(folder, ['data/pairs.json'], comparePairs),
    await checkFile(folder, ['data/crop_resize.json'], compareCrops),
    await checkFile(folder, ['data/fixtures.json'], compareDraws),
  ];
}

interface SizeCase {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly square_ok: boolean;
  readonly out_width: number;
  readonly out_height: number;
}

function compareSizes(path: string): Comparison[] {
  const cases = JSON.parse(readFileSync(path, 'utf8')) as SizeCase[];
  return cases.map(({ width, height, size, square_ok, out_width, out_height }) => {
    const { crop } = fitForInference(width, height, size, { squareOk: square_ok });
    const name = `${width}×${height} at ${size}${square_ok ? ', squares kept' : ''}`;
    return exactly(name, [crop.width, crop.height], [out_width, out_height]);
  });
}

/** Tensors are named by what made them, as bicubic_26x18 or cv2nearest_32x24 (width × height). */
async function compareResampling(path: string): Promise<Comparison[]> {
  const archive = await openSafetensors(path);
  const source = await readImage('in');
  const depth = await readImage('depth_in');
  const comparisons: Comparison[] = [];
  for (const name of archive.tensors.keys()) {
    const [, kind, width, height] = /^(bicubic|lanczos|cv2nearest)_(\d+)x(\d+)$/.exec(name) ?? [];
    if (!kind) continue;
    comparisons.push(
      exactly(name, [...resized(kind, Number(width), Number(height))], [...(await readImage(name)).values]),
    );
  }
  await archive.close();
  return comparisons;

  async function readImage(name: string) {
    const [height = 0, width = 0] = archive.tensors.get(name)?.shape ?? [];
    return { width, height, values: await archive.readFloat32(name) };
  }

  function resized(kind: string, width: number, height: number): Iterable<number> {
    if (kind === 'cv2nearest') return resizeNearest(depth, width, height, 'corner').values;
    const image = { ...source, data: Uint8Array.from(source.values) };
    return resizeImage(image, width, height, kind as 'bicubic' | 'lanczos').data;
  }
}

/** Keys spell out the call: "n=6 swin-2 symmetrize=True prefilter=None". */
function comparePairs(path: string): Comparison[] {
  const cases = JSON.parse(readFileSync(path, 'utf8')) as Record<string, readonly (readonly number[])[]>;
  return Object.entries(cases).map(([name, expected]) => {
    const [, count, graph, symmetrize, prefilter] =
      /^n=(\d+) (\S+) symmetrize=(True|False) prefilter=(\S+)$/.exec(name) ?? [];
    const options = { symmetrize: symmetrize === 'True', prefilter: prefilter === 'None' ? undefined : prefilter };
    return exactly(name, makePairs(Number(count), graph, options), expected);
  });
}
