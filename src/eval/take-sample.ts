import type { RgbImage } from '#image/rgb-image.ts';
import type { EstimatedDepth, EvalPair, EvalView, PairEstimate } from './method.ts';
import type { DepthRow, PairRow } from './report.ts';
import type { EvalSample, SampleView } from './sample.ts';
import { truthOnGrid } from './truth.ts';

/** What the page shows of a pair; nothing where a view has no depth map. */
export function takeSample(
  pair: EvalPair,
  { depths, pointmaps }: PairEstimate,
  row: Pick<PairRow, 'depths'>,
): Pick<EvalSample, 'views'> | undefined {
  const views = pair.views.map((view, i) => {
    const depth = depths?.[i];
    return (
      depth && sampleView(view, depth, { scored: row.depths?.[i] ?? null, confidence: pointmaps?.[i]?.confidence })
    );
  });
  const [first, second] = views;
  return first && second ? { views: [first, second] } : undefined;
}

interface Scored {
  readonly scored: DepthRow | null;
  readonly confidence: Float32Array | undefined;
}

function sampleView(view: EvalView, depth: EstimatedDepth, { scored, confidence }: Scored): SampleView {
  const { width, height, values } = depth;
  const scale = scored?.scale ?? 1;
  return {
    name: view.name,
    width,
    height,
    image: imageOnGrid(view.image, depth),
    trueDepth: truthOnGrid(view, depth).depth,
    depth: values.map((z) => (z > 0 && z < Infinity ? scale * z : 0)),
    ...(confidence?.length === values.length ? { confidence } : {}),
  };
}

/** The photograph's nearest pixels; grey beyond its border. */
function imageOnGrid(image: RgbImage, { width, height, mapping }: EstimatedDepth): Uint8Array {
  const pixels = new Uint8Array(3 * width * height).fill(128);
  for (let y = 0, to = 0; y < height; y++) {
    const row = Math.round(y * mapping.scale[1] + mapping.offset[1]);
    for (let x = 0; x < width; x++, to += 3) {
      const column = Math.round(x * mapping.scale[0] + mapping.offset[0]);
      const isInside = row >= 0 && row < image.height && column >= 0 && column < image.width;
      const from = 3 * (row * image.width + column);
      if (isInside) for (let k = 0; k < 3; k++) pixels[to + k] = image.data[from + k] as number;
    }
  }
  return pixels;
}
