import type { PairwisePrediction, Pointmap } from '#geometry/pointmap.ts';
import type { Pausable } from './pausable.ts';

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/**
 * The size of every image of a scene, checked: indices are 0 … n − 1, every image is in a pair, sizes agree.
 * @throws RangeError that names the pair
 */
export function* imageSizes(pairs: readonly PairwisePrediction[]): Pausable<ImageSize[]> {
  if (pairs.length === 0) throw new RangeError('alignment: expected at least one pair of images, got none');
  const sizes: ImageSize[] = [];
  for (const pair of pairs) {
    const name = `pair (${pair.first}, ${pair.second})`;
    if (pair.first === pair.second) throw new RangeError(`alignment: ${name} has the same image twice`);
    noteSize(sizes, pair.first, pair.view1, name);
    noteSize(sizes, pair.second, pair.view2, name);
    yield;
  }
  const missing = Array.from(sizes).indexOf(undefined as unknown as ImageSize);
  if (missing >= 0)
    throw new RangeError(`alignment: expected every image to be in a pair, image ${missing} is in none`);
  return sizes;
}

function noteSize(
  sizes: ImageSize[],
  image: number,
  { width, height, points, confidence }: Pointmap,
  name: string,
): void {
  if (!Number.isSafeInteger(image) || image < 0) {
    throw new RangeError(`alignment: ${name}: expected whole numbers from 0 as indices of images`);
  }
  if (points.length !== 3 * width * height || confidence.length !== width * height) {
    throw new RangeError(`alignment: ${name}: expected points and confidences of ${width}×${height} pixels`);
  }
  const known = sizes[image];
  if (known && (known.width !== width || known.height !== height)) {
    const found = `${known.width}×${known.height} and ${width}×${height}`;
    throw new RangeError(`alignment: image ${image} has two sizes, ${found} in ${name}`);
  }
  sizes[image] = { width, height };
}
