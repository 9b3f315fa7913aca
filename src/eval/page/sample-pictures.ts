import type { SampleView } from '#eval/sample.ts';
import { colorizeConfidence, colorizeDepths, turbo } from '#export/colormap.ts';
import { encodeRgbPng } from '#export/png.ts';
import type { PixelMap } from '#image/pixel-map.ts';
import { resizeImage } from '#image/resize.ts';
import { resizeNearest } from '#image/resize-nearest.ts';
import type { RgbImage } from '#image/rgb-image.ts';

/** A page holds many of them. */
const longestSide = 256;
/** Where the colours of the relative error end. */
export const largestShownError = 0.5;

/** PNG files of a view; those of what is not known are missing. */
export interface ViewPictures {
  readonly width: number;
  readonly height: number;
  readonly image: Uint8Array;
  readonly trueDepth: Uint8Array | undefined;
  readonly depth: Uint8Array;
  readonly confidence: Uint8Array | undefined;
  /** |d − d*| / d*: blue is none, red half the depth and more, black unknown. */
  readonly error: Uint8Array | undefined;
}

/** The pictures of both views of a pair; all depths of the pair, true and estimated, have the same colours. */
export function samplePictures(views: readonly SampleView[]): ViewPictures[] {
  const shrunk = views.map(shrink);
  const painted = colorizeDepths(shrunk.flatMap(({ trueDepth, depth }) => [trueDepth, depth]));
  return shrunk.map(({ image, trueDepth, depth, confidence }, v) => {
    const isKnown = trueDepth.values.some((z) => z > 0);
    return {
      width: image.width,
      height: image.height,
      image: encodeRgbPng(image),
      trueDepth: isKnown ? encodeRgbPng(painted[2 * v] as RgbImage) : undefined,
      depth: encodeRgbPng(painted[2 * v + 1] as RgbImage),
      confidence: confidence && encodeRgbPng(colorizeConfidence(confidence)),
      error: isKnown ? encodeRgbPng(paintError(depth, trueDepth)) : undefined,
    };
  });
}

interface ShrunkView {
  readonly image: RgbImage;
  readonly trueDepth: PixelMap;
  readonly depth: PixelMap;
  readonly confidence: PixelMap | undefined;
}

function shrink({ width, height, image, trueDepth, depth, confidence }: SampleView): ShrunkView {
  const scale = Math.min(1, longestSide / Math.max(width, height));
  const side = (length: number) => Math.max(1, Math.round(scale * length));
  const map = (values: Float32Array) => resizeNearest({ width, height, values }, side(width), side(height), 'centre');
  return {
    image: resizeImage({ width, height, data: image }, side(width), side(height), 'bicubic'),
    trueDepth: map(trueDepth),
    depth: map(depth),
    confidence: confidence && map(confidence),
  };
}

function paintError(depth: PixelMap, truth: PixelMap): RgbImage {
  const data = new Uint8Array(3 * truth.values.length);
  for (let i = 0; i < truth.values.length; i++) {
    const [estimated, known] = [depth.values[i] as number, truth.values[i] as number];
    if (estimated > 0 && known > 0) data.set(turbo(Math.abs(estimated - known) / known / largestShownError), 3 * i);
  }
  return { width: truth.width, height: truth.height, data };
}
