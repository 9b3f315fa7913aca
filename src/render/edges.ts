import { isSameSurface, type PixelGeometry } from './block-filter.ts';

/** [H·W, channels]: the light that the pixels receive. */
export interface ReceivedLight {
  readonly received: Float32Array;
  readonly channels: number;
}

/** The pixels beside which another surface begins, or a shadow: those where one ray is not enough. */
export function findEdges(geometry: PixelGeometry, light: ReceivedLight): number[] {
  const { width, height } = geometry;
  const isEdge = new Uint8Array(width * height);
  const compare = (a: number, b: number) => {
    if (isSameSurface(geometry, a, b) && !isShadowEdge(light, a, b)) return;
    isEdge[a] = 1;
    isEdge[b] = 1;
  };
  for (let y = 0, pixel = 0; y < height; y++) {
    for (let x = 0; x < width; x++, pixel++) {
      if (x + 1 < width) compare(pixel, pixel + 1);
      if (y + 1 < height) compare(pixel, pixel + width);
    }
  }
  return [...isEdge.keys()].filter((pixel) => isEdge[pixel] === 1);
}

/** Filtered shadows are soft; only hard ones leave such steps. */
function isShadowEdge({ received, channels }: ReceivedLight, a: number, b: number): boolean {
  for (let c = 1; c < channels; c++) {
    const step = (received[channels * a + c] as number) - (received[channels * b + c] as number);
    if (step > 0.6 || step < -0.6) return true;
  }
  return false;
}
