import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PairTable } from '#data/published/pair-table.ts';
import { encodeExr } from '#formats/exr-write.ts';
import { readFileBytes } from '#formats/file-bytes.ts';
import { type FloatArray, readFloat3 } from '#formats/float3.ts';
import { readNpy } from '#formats/npy.ts';
import { takeNpyRows } from '#formats/npy-rows.ts';
import { decodeImage } from '#image/decode.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { coverImage, coverMap, expectSizeOf, planCover, type Size } from './cover.ts';
import { encodeCamera, encodePhotograph } from './encode-frame.ts';
import { clearUnknown } from './exr-frame.ts';
import { eachImage, type ListedItem, listedPreparation } from './listed-preparation.ts';
import type { ItemContext } from './preparation.ts';
import type { PairList, ReleasedPairs } from './released-pairs.ts';
import { worldToCamera } from './world-to-camera.ts';

const target: Size = { width: 512, height: 384 };

const pairs: ReleasedPairs = {
  file: 'staticthings_pairs.npy',
  index: 'staticthings_pairs.npy',
  read: readPairs,
  take: async (path, rows) => takeNpyRows(await readFileBytes(path), rows, path),
};

/** StaticThings3D as `StaticThings3D(ROOT=…)` reads it (spec 4.4). */
export const staticThings3dPreparation = listedPreparation({
  name: 'staticthings3d',
  version: 1,
  pairs,
  expected: 'StaticThings3D with depths/TRAIN/<scene>/<sequence>',
  findSources: async (input, keys) => {
    const found = new Map<string, string>();
    for (const key of keys) {
      const depths = await stat(join(input, 'depths', key)).catch(() => undefined);
      if (depths?.isDirectory()) found.set(key, input);
    }
    return found;
  },
  prepareImages: (item, context, { asOriginal }) =>
    eachImage(item, context, (image) => prepareImage(item, image, context, asOriginal)),
});

/** Columns of the list: scene, sequence, camera, image, camera, image. */
async function readPairs(path: string): Promise<PairList> {
  const table = new PairTable(await readNpy(path), path, 6);
  const digits = (row: number, column: number) => String(table.whole(row, column)).padStart(4, '0');
  const sideOf = (row: number, column: number) => {
    const letter = table.text(row, column);
    if (letter === 'l' || letter === 'r') return letter === 'l' ? 'left' : 'right';
    throw new Error(`${path}: row ${row}: expected the camera l or r, found "${letter}"`);
  };
  return {
    length: table.length,
    image: (row, side) => ({
      item: `TRAIN/${table.text(row, 0)}/${digits(row, 1)}`,
      name: `${sideOf(row, 2 + 2 * side)}/${digits(row, 3 + 2 * side)}`,
    }),
  };
}

const passes = ['clean', 'final'] as const;

/** @param name `<left, right>/<number>` */
async function prepareImage(
  { key, source }: ListedItem,
  name: string,
  context: ItemContext,
  asOriginal: boolean,
): Promise<void> {
  const path = (kind: string, file: string) => join(source, kind, key, file);
  const depthPath = path('depths', `${name}.float3`);
  const depth = await readDepth(depthPath);
  const posePath = path('poses', `${name}.float3`);
  const intrinsics = await readMatrix(path('intrinsics', `${basename(name)}.float3`), 3);
  const camera = worldToCamera(intrinsics, await readMatrix(posePath, 4), depth, posePath);
  const plan = planCover(camera, target);
  const photographs = new Map<string, Uint8Array>();
  for (const pass of passes) {
    const imagePath = path(`frames_${pass}pass`, `${name}.png`);
    const image = await decodeImage(imagePath);
    expectSizeOf(image, imagePath, depth, depthPath);
    photographs.set(`${name}_${pass}.jpg`, await encodePhotograph(coverImage(image, plan)));
  }
  for (const [file, bytes] of photographs) await context.write(file, bytes);
  await context.write(`${name}.exr`, encodeExr(coverMap(depth, plan, asOriginal ? 'corner' : 'centre')));
  await context.write(`${name}.npz`, encodeCamera(plan.camera, ['intrinsics', 'cam2world']));
}

async function readDepth(path: string): Promise<PixelMap> {
  const { shape, values } = await readFloat3(path);
  const [height = 0, width = 0] = shape;
  expectShape(path, shape, [height, width]);
  clearUnknown(values);
  return { width, height, values };
}

async function readMatrix(path: string, size: number): Promise<FloatArray['values']> {
  const { shape, values } = await readFloat3(path);
  expectShape(path, shape, [size, size]);
  return values;
}

function expectShape(path: string, found: readonly number[], expected: readonly number[]): void {
  if (found.length === expected.length && found.every((size, axis) => size === expected[axis])) return;
  throw new Error(`${path}: expected an array of the shape [${expected.join(', ')}], found [${found.join(', ')}]`);
}
