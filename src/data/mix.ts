import { createNumpyRandom } from '#tensor/random.ts';
import type { CommonArguments } from './common-arguments.ts';
import type { DatasetType } from './dataset-type.ts';
import type { PairDataset } from './pair-dataset.ts';

/** A mix of datasets as an expression writes it (spec 3.6); nothing is opened yet. */
export type Mix = MixedDataset | MixedSum | MixedTimes | MixedDraw;

/** `Name(…)` */
export interface MixedDataset {
  readonly kind: 'dataset';
  readonly type: DatasetType;
  readonly values: Readonly<Record<string, unknown>>;
  readonly common: CommonArguments;
}

/** `A + B`: one after the other. */
interface MixedSum {
  readonly kind: 'sum';
  readonly left: Mix;
  readonly right: Mix;
}

/** `count * A`: every sample `count` times in a row. */
interface MixedTimes {
  readonly kind: 'times';
  readonly count: number;
  readonly mix: Mix;
}

/** `count @ A`: `count` samples, drawn anew every epoch, each about equally often. */
interface MixedDraw {
  readonly kind: 'draw';
  readonly count: number;
  readonly mix: Mix;
}

/** The datasets of a mix, from left to right: the numbering that `Place` uses. */
export function datasetsOf(mix: Mix): readonly MixedDataset[] {
  if (mix.kind === 'dataset') return [mix];
  return mix.kind === 'sum' ? [...datasetsOf(mix.left), ...datasetsOf(mix.right)] : datasetsOf(mix.mix);
}

/** The mix without its arguments, as `1_000 @ Co3d + 2 * Synthetic`: the name of a test set in logs. */
export function mixName(mix: Mix): string {
  if (mix.kind === 'dataset') return mix.type.name;
  if (mix.kind === 'sum') return `${mixName(mix.left)} + ${mixName(mix.right)}`;
  const inner = mix.mix.kind === 'sum' ? `(${mixName(mix.mix)})` : mixName(mix.mix);
  const count = String(mix.count).replace(/\B(?=(\d{3})+$)/g, '_');
  return `${count} ${mix.kind === 'times' ? '*' : '@'} ${inner}`;
}

/** Opens every dataset of the mix. @throws Error in one line if one cannot be opened or is empty */
export async function openDatasets(mix: Mix): Promise<readonly PairDataset[]> {
  return Promise.all(datasetsOf(mix).map(openDataset));
}

async function openDataset({ type, values }: MixedDataset): Promise<PairDataset> {
  const dataset = await type.open(values);
  if (Number.isSafeInteger(dataset.length) && dataset.length > 0) return dataset;
  throw new Error(`${type.name}: expected a dataset of at least one pair, got ${dataset.length}`);
}

/** A sample: number `index` of dataset number `dataset`. */
export interface Place {
  readonly dataset: number;
  readonly index: number;
}

/** A mix as one list of samples. */
export interface MixOrder {
  readonly length: number;
  /** Where sample number `index` of an epoch is found. */
  locate(index: number, epoch: number): Place;
}

/** @param lengths of `datasetsOf(mix)`, in their order */
export function mixOrder(mix: Mix, lengths: readonly number[]): MixOrder {
  let next = 0;
  const build = (part: Mix): MixOrder => {
    if (part.kind === 'sum') return inSequence(build(part.left), build(part.right));
    if (part.kind === 'times') return repeated(build(part.mix), part.count);
    if (part.kind === 'draw') return drawn(build(part.mix), part.count);
    const dataset = next++;
    return { length: lengths[dataset] as number, locate: (index) => ({ dataset, index }) };
  };
  return build(mix);
}

function inSequence(left: MixOrder, right: MixOrder): MixOrder {
  return {
    length: left.length + right.length,
    locate: (index, epoch) =>
      index < left.length ? left.locate(index, epoch) : right.locate(index - left.length, epoch),
  };
}

function repeated(inner: MixOrder, count: number): MixOrder {
  return {
    length: count * inner.length,
    locate: (index, epoch) => inner.locate(Math.floor(index / count), epoch),
  };
}

/** The permutation depends on the epoch alone, as in the original (pitfall 46), and is kept for the epoch. */
function drawn(inner: MixOrder, count: number): MixOrder {
  let kept: { epoch: number; order: readonly number[] } | undefined;
  const orderOf = (epoch: number) => {
    if (kept?.epoch !== epoch) kept = { epoch, order: createNumpyRandom(epoch + 777).permutation(inner.length) };
    return kept.order;
  };
  return {
    length: count,
    locate: (index, epoch) => inner.locate(orderOf(epoch)[index % inner.length] as number, epoch),
  };
}
