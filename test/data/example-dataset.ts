/**
 * An own dataset, complete: photographs and depth maps of a plane, seen by cameras in a row, as PNG files in a folder.
 * In an expression: Plane(ROOT='folder', frames=10, resolution=224). The command line takes this file as a module.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import type { DatasetType } from '#data/dataset-type.ts';
import { BrokenSampleError, type PairDataset } from '#data/pair-dataset.ts';
import type { RawView } from '#data/view.ts';
import { rigidTransform } from '#geometry/rigid.ts';
import { decodeImage } from '#image/decode.ts';

export const planeDataset: DatasetType = {
  name: 'Plane',
  positional: ['ROOT'],
  arguments: {
    ROOT: { describe: 'folder of the images', read: String },
    frames: {
      describe: 'number of photographs',
      read: (value) => {
        if (Number.isInteger(value) && (value as number) > 1) return value;
        throw new TypeError(`expected a whole number above 1, got ${JSON.stringify(value)}`);
      },
      default: 4,
    },
  },
  open: async ({ ROOT, frames }) => openPlane(ROOT as string, frames as number),
};

/** Pair i is photograph i and one of its two successors. */
function openPlane(root: string, frames: number): PairDataset {
  return {
    name: 'Plane',
    length: frames - 1,
    pair: async (index, random) => {
      const other = Math.min(index + random.integers(1, 3), frames - 1);
      return Promise.all([readView(root, index), readView(root, other)]).catch((error: Error) => {
        throw new BrokenSampleError(error.message); // a damaged file: the loader counts it and takes another pair
      });
    },
  };
}

async function readView(root: string, frame: number): Promise<RawView> {
  const path = join(root, `${frame}.png`);
  const image = await decodeImage(path);
  const { width, height } = image;
  const depthPng = sharp(join(root, `${frame}.depth.png`));
  const millimetres = await depthPng.raw({ depth: 'ushort' }).toBuffer();
  const depth = Float32Array.from(new Uint16Array(millimetres.buffer, millimetres.byteOffset, width * height));
  const [focalPx, principalPx] = [[width, width] as const, [width / 2, height / 2] as const];
  const camToWorld = rigidTransform([1, 0, 0, 0, 1, 0, 0, 0, 1], [0.1 * frame, 0, 0]);
  const camera = { width, height, focalPx, principalPx, camToWorld };
  return { image, depth: depth.map((value) => value / 1000), camera, dataset: 'Plane', label: root, instance: path };
}
