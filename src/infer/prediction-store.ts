import { closeSync, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '#files/atomic-file.ts';
import { makeFolder } from '#files/folder.ts';
import type { PairwisePrediction, Pointmap } from '#geometry/pointmap.ts';
import { decodeFloat32, encodeFloat32 } from '#weights/float-codec.ts';

/** Where the predictions of a scene's pairs are kept until it is aligned. */
export interface PredictionStore {
  add(pair: PairwisePrediction): Promise<void>;
  /** All that were added, by first and second image. Of half precision, a pointmap is made anew whenever it is asked for. */
  pairs(): PairwisePrediction[];
  /** Frees what the store holds; a folder's files are removed. */
  dispose(): Promise<void>;
}

/**
 * Keeps the predictions in memory: 16 bytes for every pixel of both images of an ordered pair; 8 in float16, which holds
 * exactly what `folderStore` does.
 */
export function memoryStore(precision: 'float32' | 'float16' = 'float32'): PredictionStore {
  let kept: PairwisePrediction[] = [];
  return {
    async add(pair) {
      kept.push(precision === 'float16' ? inHalf(pair) : pair);
    },
    pairs: () => kept.slice().sort(byImages),
    async dispose() {
      kept = [];
    },
  };
}

/**
 * Keeps the predictions in half precision (11 significant bits) in files of a new folder inside `parent`, one for each
 * ordered pair; in memory there is only what is being looked at. What exceeds ±65504 is stored as that. Files appear
 * whole or not at all; all go with `dispose`.
 * @throws Error that names the file, as when the disk is full
 */
export async function folderStore(parent: string): Promise<PredictionStore> {
  await makeFolder(parent);
  const folder = await mkdtemp(join(resolve(parent), '.pairs-'));
  let kept: PairwisePrediction[] = [];
  return {
    async add({ first, second, view1, view2 }) {
      const path = join(folder, `${first}-${second}.float16`);
      await writeFileAtomically(path, [toHalf(view1), toHalf(view2)]);
      kept.push(onDisk({ path, first, second, sizes: [sizeOf(view1), sizeOf(view2)] }));
    },
    pairs: () => kept.slice().sort(byImages),
    async dispose() {
      kept = [];
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const byImages = (a: PairwisePrediction, b: PairwisePrediction) => a.first - b.first || a.second - b.second;

interface Size {
  readonly width: number;
  readonly height: number;
}

interface StoredPair {
  readonly path: string;
  readonly first: number;
  readonly second: number;
  readonly sizes: readonly [Size, Size];
}

const sizeOf = ({ width, height }: Pointmap): Size => ({ width, height });

function inHalf({ first, second, view1, view2 }: PairwisePrediction): PairwisePrediction {
  const [bytes1, bytes2] = [toHalf(view1), toHalf(view2)];
  const [size1, size2] = [sizeOf(view1), sizeOf(view2)];
  return {
    first,
    second,
    get view1() {
      return fromHalf(bytes1, size1);
    },
    get view2() {
      return fromHalf(bytes2, size2);
    },
  };
}

const LARGEST_HALF = 65504;

/** [points, confidence] */
function toHalf({ width, height, points, confidence }: Pointmap): Uint8Array<ArrayBuffer> {
  const values = new Float32Array(4 * width * height);
  values.set(points);
  values.set(confidence, points.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value > LARGEST_HALF) values[i] = LARGEST_HALF;
    else if (value < -LARGEST_HALF) values[i] = -LARGEST_HALF;
  }
  return encodeFloat32('F16', values) as Uint8Array<ArrayBuffer>;
}

function onDisk({ path, first, second, sizes }: StoredPair): PairwisePrediction {
  const [size1, size2] = sizes;
  return {
    first,
    second,
    get view1() {
      return readPointmap(path, size1, 0);
    },
    get view2() {
      return readPointmap(path, size2, halfBytes(size1));
    },
  };
}

const halfBytes = ({ width, height }: Size) => 2 * 4 * width * height;

function readPointmap(path: string, { width, height }: Size, position: number): Pointmap {
  const bytes = new Uint8Array(halfBytes({ width, height }));
  const file = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(file, bytes, done, bytes.length - done, position + done);
      if (read === 0) throw new Error(`${path}: the file ends too early; something has changed it during the run`);
      done += read;
    }
  } finally {
    closeSync(file);
  }
  return fromHalf(bytes, { width, height });
}

function fromHalf(bytes: Uint8Array<ArrayBuffer>, { width, height }: Size): Pointmap {
  const pixels = width * height;
  const values = new Float32Array(4 * pixels);
  decodeFloat32('F16', bytes, values);
  return { width, height, points: values.subarray(0, 3 * pixels), confidence: values.subarray(3 * pixels) };
}
