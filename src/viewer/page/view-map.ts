import { fromResiduals } from '#viewer/predict-map.ts';
import { codesPerPixel, codeToDepth, maxLevel, noPoint, type ViewHeader } from '#viewer/scene-format.ts';

/** One view's pixels as the GPU takes them. */
export interface ViewMap {
  readonly view: ViewHeader;
  /** [H, W, 2]: depth code, 0 where there is no point, and confidence level. */
  readonly codes: Uint16Array<ArrayBuffer>;
  /** How many points have at least each level, [256]. */
  readonly countFromLevel: Uint32Array;
}

/** @throws Error if the map is damaged, or of another view */
export async function unpackMap(view: ViewHeader, packed: Uint8Array<ArrayBuffer>): Promise<ViewMap> {
  const bytes = await inflate(packed);
  const pixels = view.width * view.height;
  if (bytes.length !== 2 * codesPerPixel * pixels) {
    throw new Error(`The data of view "${view.name}" is damaged: it is not of ${view.width} × ${view.height} pixels.`);
  }
  const depths = planeOf(bytes, 0, view);
  const levels = planeOf(bytes, 1, view);
  const codes = new Uint16Array(codesPerPixel * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    codes[2 * pixel] = depths[pixel] as number;
    codes[2 * pixel + 1] = levels[pixel] as number;
  }
  return { view, codes, countFromLevel: countFromLevel(codes) };
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function planeOf(bytes: Uint8Array, plane: number, { width, height }: ViewHeader): Uint16Array {
  const pixels = width * height;
  const start = 2 * plane * pixels;
  const residuals = new Uint16Array(pixels);
  for (let i = 0; i < pixels; i++) {
    residuals[i] = (bytes[start + i] as number) | ((bytes[start + pixels + i] as number) << 8);
  }
  return fromResiduals(residuals, width);
}

function countFromLevel(codes: Uint16Array): Uint32Array {
  const counts = new Uint32Array(maxLevel + 1);
  for (let i = 0; i < codes.length; i += 2) {
    if (codes[i] !== noPoint) counts[codes[i + 1] as number] = (counts[codes[i + 1] as number] as number) + 1;
  }
  for (let level = maxLevel - 1; level >= 0; level--) {
    counts[level] = (counts[level] as number) + (counts[level + 1] as number);
  }
  return counts;
}

/** Whether a pixel has a point that is at least as sure as the level. */
export function isShown({ codes }: ViewMap, pixel: number, minLevel: number): boolean {
  return codes[2 * pixel] !== noPoint && (codes[2 * pixel + 1] as number) >= minLevel;
}

/** A pixel's point in its camera's frame: x, y, z. */
export function pointInCamera({ view, codes }: ViewMap, pixel: number): [x: number, y: number, z: number] {
  const { width, focalPx, principalPx, depth } = view;
  const z = codeToDepth(codes[2 * pixel] as number, depth);
  const x = (z * ((pixel % width) - principalPx[0])) / focalPx[0];
  const y = (z * (Math.floor(pixel / width) - principalPx[1])) / focalPx[1];
  return [x, y, z];
}

/** [H, W]; NaN where there is no point. */
export function depthsOf({ view, codes }: ViewMap): Float32Array {
  return new Float32Array(view.width * view.height).map((_, pixel) => {
    const code = codes[codesPerPixel * pixel] as number;
    return code === noPoint ? Number.NaN : codeToDepth(code, view.depth);
  });
}

/** Pixels of an image coarse to fine: any beginning is an even sample, and a quarter is every second pixel of every second row. */
export function coarseToFine(width: number, height: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(width * height);
  let count = 0;
  for (let step = coarsestStep; step >= 1; step /= 2) {
    for (let y = 0; y < height; y += step) {
      for (let x = 0; x < width; x += step) {
        const isInCoarser = step < coarsestStep && x % (2 * step) === 0 && y % (2 * step) === 0;
        if (!isInCoarser) order[count++] = y * width + x;
      }
    }
  }
  return order;
}

const coarsestStep = 8;

/** How many pixels of the order above belong to every 2^level-th pixel of every 2^level-th row. */
export function countAtDetail({ width, height }: Pick<ViewHeader, 'width' | 'height'>, level: number): number {
  return Math.ceil(width / 2 ** level) * Math.ceil(height / 2 ** level);
}
