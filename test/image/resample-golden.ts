import { type GoldenTensor, readGolden } from '#test/support/golden.ts';

const golden = readGolden('test/fixtures/golden/data/resample.safetensors');

/** The bytes of a tensor of resample.safetensors: Pillow's and OpenCV's results on a random image and depth map. */
export function resampleGolden(name: string): { width: number; height: number; data: Uint8Array } {
  const { shape, data } = golden.get(name) as GoldenTensor;
  const [height = 0, width = 0] = shape;
  return { width, height, data: new Uint8Array(data.buffer) };
}
