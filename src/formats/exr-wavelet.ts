/** A channel's block in the values: where it starts, and how far apart pixels are. */
export interface WaveletPlane {
  readonly start: number;
  /** From one pixel to the next of its line; from line to line it is `across * width`. */
  readonly across: number;
  readonly width: number;
  readonly height: number;
}

/** Up to here the sum of two values fits 16 bits with a sign; above, the transform is modulo 2^16. */
const largestPlain = (1 << 14) - 1;

/**
 * Undoes PIZ's two-dimensional Haar wavelet in place, from the coarsest level to the finest.
 * @param largest the largest value that was transformed
 */
export function undoWavelet(values: Uint16Array, plane: WaveletPlane, largest: number): void {
  const undo = largest <= largestPlain ? undoPlain : undoModulo;
  const { start, across, width, height } = plane;
  const down = across * width;
  let step = 1;
  while (2 * step <= Math.min(width, height)) step *= 2;
  for (step /= 2; step >= 1; step /= 2) {
    const [right, below] = [step * across, step * down];
    for (let y = 0; y + 2 * step <= height; y += 2 * step) {
      const line = start + y * down;
      for (let x = 0; x + 2 * step <= width; x += 2 * step) {
        const at = line + x * across;
        undo(values, at, at + below);
        undo(values, at + right, at + right + below);
        undo(values, at, at + right);
        undo(values, at + below, at + below + right);
      }
    }
    undoEdges(values, plane, { step, undo });
  }
}

type Undo = (values: Uint16Array, low: number, high: number) => void;

/** What has no neighbour to the right, or below, was paired in one direction only. */
function undoEdges(values: Uint16Array, plane: WaveletPlane, { step, undo }: { step: number; undo: Undo }): void {
  const { start, across, width, height } = plane;
  const down = across * width;
  if (width & step) {
    const x = lastPlace(width, step);
    for (let y = 0; y + 2 * step <= height; y += 2 * step) {
      const at = start + y * down + x * across;
      undo(values, at, at + step * down);
    }
  }
  if (height & step) {
    const y = lastPlace(height, step);
    for (let x = 0; x + 2 * step <= width; x += 2 * step) {
      const at = start + y * down + x * across;
      undo(values, at, at + step * across);
    }
  }
}

/** The first of a pair that would leave a side of `size`. */
function lastPlace(size: number, step: number): number {
  return Math.floor(size / (2 * step)) * 2 * step;
}

/** From their mean and difference to two values. */
function undoPlain(values: Uint16Array, low: number, high: number): void {
  const mean = ((values[low] as number) << 16) >> 16;
  const difference = ((values[high] as number) << 16) >> 16;
  const first = mean + (difference & 1) + (difference >> 1);
  values[low] = first;
  values[high] = first - difference;
}

function undoModulo(values: Uint16Array, low: number, high: number): void {
  const difference = values[high] as number;
  const second = ((values[low] as number) - (difference >> 1)) & 0xffff;
  values[high] = second;
  values[low] = difference + second - 0x8000;
}
