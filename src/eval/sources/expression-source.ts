import { cropResize } from '#data/crop-resize.ts';
import { parseMix } from '#data/expression.ts';
import { datasetsOf, type MixedDataset, mixName, mixOrder, openDatasets } from '#data/mix.ts';
import type { PairDataset } from '#data/pair-dataset.ts';
import { loadDatasetTypes } from '#data/registry.ts';
import { sampleRandom } from '#data/sampler.ts';
import type { RawView, Resolution } from '#data/view.ts';
import type { EvalPair, EvalView } from '#eval/method.ts';
import type { EvalSource } from '#eval/source.ts';
import { drawInOrder } from './choose.ts';

export interface ExpressionSourceOptions {
  /** Pairs to draw (default 100). */
  readonly pairs?: number;
  readonly seed?: number;
  /** Modules with own kinds of dataset. */
  readonly modules?: readonly string[];
}

/**
 * The pairs of a dataset expression, such as `Synthetic(split='val', size=200, resolution=224)`: views are cropped and
 * resized as in training's tests, without augmentation of colours, and that is then the photograph that methods see.
 * @throws SyntaxError that points at the place in the expression; Error if a dataset cannot be opened, or if there is
 *   more than one resolution
 */
export async function openExpressionSource(text: string, options: ExpressionSourceOptions = {}): Promise<EvalSource> {
  const { pairs = 100, seed = 0, modules = [] } = options;
  const mix = parseMix(text, await loadDatasetTypes(modules));
  const mixed = datasetsOf(mix);
  const resolutions = mixed[0]?.common.resolutions ?? [];
  const [resolution] = resolutions;
  if (!resolution || resolutions.length > 1)
    throw new Error(`${mixName(mix)}: expected one resolution, got ${resolutions.length}; evaluate one at a time`);
  const datasets = await openDatasets(mix);
  const order = mixOrder(
    mix,
    datasets.map(({ length }) => length),
  );
  const drawn = drawInOrder([...Array(order.length).keys()], pairs, seed);
  return {
    name: text.trim(),
    hasDepth: true,
    choice: { pairs: drawn.length, of: order.length, seed },
    notes: [],
    pairCount: drawn.length,
    sceneCount: 0,
    pair: (index) => {
      const position = drawn[index] as number;
      const place = order.locate(position, 0);
      const source = { mixed: mixed[place.dataset] as MixedDataset, pairs: datasets[place.dataset] as PairDataset };
      return readPair(source, { index: place.index, position, resolution });
    },
    scene: () => Promise.reject(new Error(`${mixName(mix)}: an expression has pairs and no scenes`)),
  };
}

interface Source {
  readonly mixed: MixedDataset;
  readonly pairs: PairDataset;
}

async function readPair(
  { mixed, pairs }: Source,
  { index, position, resolution }: { index: number; position: number; resolution: Resolution },
): Promise<EvalPair> {
  const { seed, augCrop, depthNearest } = mixed.common;
  const random = sampleRandom({ datasetSeed: seed, index, runSeed: 0, epoch: 0, position });
  const [first, second] = await pairs.pair(index, random);
  const toView = (raw: RawView): EvalView => {
    const { image, depth, camera } = cropResize(raw, { resolution, augCrop, depthNearest }, random);
    return { name: raw.instance, image, camera, depth };
  };
  return { scene: `${first.dataset}/${first.label}`, views: [toView(first), toView(second)] };
}
