import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Entry {
  readonly dtype: 'U8' | 'F32';
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** A tensor of resample.safetensors: Pillow's and OpenCV's results on a random image and depth map. */
export function resampleGolden(name: string): { width: number; height: number; data: Uint8Array } {
  const file = readFileSync(join(process.cwd(), 'test/fixtures/golden/data/resample.safetensors'));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const entry = JSON.parse(file.toString('utf8', 8, start))[name] as Entry;
  const [height = 0, width = 0] = entry.shape;
  const [from, to] = entry.data_offsets;
  return { width, height, data: Uint8Array.from(file.subarray(start + from, start + to)) };
}
