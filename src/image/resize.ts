import { expectRgbImage, expectSize, type RgbImage } from './rgb-image.ts';

export type Kernel = 'bicubic' | 'lanczos';

/**
 * Resizes exactly as Pillow does (spec 10.2): antialiased, each axis on its own with integer coefficients, rounded to
 * 8 bits between the horizontal and the vertical pass. An axis that keeps its size is left untouched.
 */
export function resizeImage(image: RgbImage, width: number, height: number, kernel: Kernel): RgbImage {
  expectRgbImage('resizeImage: image', image);
  expectSize('resizeImage', width, height);
  const wide = width === image.width ? image : resizeRows(image, axisWeights(image.width, width, kernel));
  return height === wide.height ? wide : resizeColumns(wide, axisWeights(wide.height, height, kernel));
}

/** Both kernels of Pillow, with the half-width of their support in source pixels. */
const kernels = {
  bicubic: { support: 2, weight: bicubic },
  lanczos: { support: 3, weight: (x: number) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
} as const satisfies Record<Kernel, { support: number; weight: (x: number) => number }>;

/** Keys' cubic with a = -0.5. */
function bicubic(signed: number): number {
  const x = Math.abs(signed);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI);
}

/**
 * For every output position of one axis: the first source position, how many there are, and their weights in units
 * of 2^-22, `stride` apart.
 */
interface AxisWeights {
  readonly size: number;
  readonly stride: number;
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/** Sums start at a half unit, are shifted down and clamped by the array they are stored in. */
const unit = 2 ** 22;
const half = 2 ** 21;

function axisWeights(from: number, to: number, kernel: Kernel): AxisWeights {
  const { support, weight } = kernels[kernel];
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const reach = support * filterScale;
  const stride = Math.ceil(reach) * 2 + 1;
  const axis = { size: to, stride, first: new Int32Array(to), count: new Int32Array(to) };
  const weights = new Int32Array(to * stride);
  for (let out = 0; out < to; out++) {
    const centre = (out + 0.5) * scale;
    const first = Math.max(Math.trunc(centre - reach + 0.5), 0);
    const end = Math.min(Math.trunc(centre + reach + 0.5), from);
    const taps = Array.from({ length: end - first }, (_, i) => weight((i + first - centre + 0.5) * (1 / filterScale)));
    const sum = taps.reduce((a, b) => a + b, 0);
    axis.first[out] = first;
    axis.count[out] = taps.length;
    weights.set(
      taps.map((tap) => toUnits(tap / sum)),
      out * stride,
    );
  }
  return { ...axis, weights };
}

/** Rounds half away from zero. */
function toUnits(weight: number): number {
  return Math.trunc(weight * unit + (weight < 0 ? -0.5 : 0.5));
}

function resizeRows({ width, height, data }: RgbImage, axis: AxisWeights): RgbImage {
  const { size, stride, first, count, weights } = axis;
  const result = new Uint8ClampedArray(size * height * 3);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < size; x++, to += 3) {
      let from = (y * width + (first[x] as number)) * 3;
      const begin = x * stride;
      const end = begin + (count[x] as number);
      let red = half;
      let green = half;
      let blue = half;
      for (let tap = begin; tap < end; tap++, from += 3) {
        const weight = weights[tap] as number;
        red += (data[from] as number) * weight;
        green += (data[from + 1] as number) * weight;
        blue += (data[from + 2] as number) * weight;
      }
      result[to] = red >> 22;
      result[to + 1] = green >> 22;
      result[to + 2] = blue >> 22;
    }
  }
  return { width: size, height, data: new Uint8Array(result.buffer) };
}

function resizeColumns({ width, data }: RgbImage, axis: AxisWeights): RgbImage {
  const { size, stride, first, count, weights } = axis;
  const rowLength = width * 3;
  const result = new Uint8ClampedArray(size * rowLength);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < size; y++) {
    sums.fill(half);
    for (let tap = 0; tap < (count[y] as number); tap++) {
      const weight = weights[y * stride + tap] as number;
      const from = ((first[y] as number) + tap) * rowLength;
      for (let i = 0; i < rowLength; i++) {
        sums[i] = (sums[i] as number) + (data[from + i] as number) * weight;
      }
    }
    for (let i = 0; i < rowLength; i++) result[y * rowLength + i] = (sums[i] as number) >> 22;
  }
  return { width, height: size, data: new Uint8Array(result.buffer) };
}
