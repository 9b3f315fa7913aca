import type { DatasetType } from '#data/dataset-type.ts';
import { BrokenSampleError, type PairDataset } from '#data/pair-dataset.ts';
import type { RawView } from '#data/view.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { rootArgument, splitArgument } from './arguments.ts';
import { readIndex } from './dataset-folder.ts';
import { drawsMask, type MaskBackground, maskBackgroundArgument, tossCoin } from './random-choices.ts';
import { readSequences, type Sequence } from './sequence-index.ts';
import { readSample, readStoredView, type StoredFrame } from './stored-view.ts';

/** A dataset of films of single objects, whose pairs are frames of one film that are near in time. */
export interface SequenceLayout {
  readonly dataset: string;
  /** In each sequence's folder, with its photographs. */
  readonly imageFolder: string;
  /** Finds a frame of a sequence by its number; reads its camera. */
  findFrame(sequence: Sequence, id: number): Promise<SequenceFrame>;
}

export type SequenceFrame = Omit<StoredFrame, 'dataset' | 'label' | 'instance' | 'maskPath'> & {
  readonly name: string;
  readonly maskPath: string;
};

interface SequenceArguments {
  readonly split: string;
  readonly ROOT: string;
  readonly mask_bg: MaskBackground;
}

/** @param folder of the prepared data, where it is looked for unless the expression gives another */
export function sequenceArguments(folder: string): DatasetType['arguments'] {
  return {
    split: splitArgument('train', 'test'),
    ROOT: rootArgument(folder),
    mask_bg: maskBackgroundArgument(true),
  };
}

/** Opens the sequences that `selected_seqs_<split>.json` lists; each has 495 pairs. */
export async function openSequences(
  layout: SequenceLayout,
  values: Readonly<Record<string, unknown>>,
): Promise<PairDataset> {
  const { split, ROOT, mask_bg } = values as Readonly<Record<string, unknown>> & SequenceArguments;
  const { dataset, imageFolder } = layout;
  const index = { dataset, root: ROOT, file: `selected_seqs_${split}.json` };
  const sequences = await readIndex(index, (path) => readSequences(path, ROOT, imageFolder));
  const combos = frameCombos();
  const frames = new FrameReader(layout);
  return {
    name: dataset,
    length: sequences.length * combos.length,
    pair: (number, random) =>
      readSample(() => {
        const sequence = sequences[Math.floor(number / combos.length)] as Sequence;
        const isMasked = drawsMask(mask_bg, random);
        const [first, second] = drawFrames(combos[number % combos.length] as Combo, sequence.frames.length, random);
        return frames.readPair({ sequence, isMasked, random }, first, second);
      }),
  };
}

/** Places of two frames in a sequence. */
type Combo = readonly [first: number, second: number];

/** All pairs of 100 places that are 5, 10, … 30 apart, by the first place, then the second: 495. */
export function frameCombos(): Combo[] {
  const distances = [5, 10, 15, 20, 25, 30];
  return Array.from({ length: 100 }, (_, i) => distances.map((distance) => [i, i + distance] as const))
    .flat()
    .filter(([, j]) => j < 100);
}

/** Moves both places by up to four frames, within the sequence. The second's is drawn first, as in the original. */
export function drawFrames([first, second]: Combo, count: number, random: NumpyRandom): Combo {
  const near = (place: number) => Math.max(0, Math.min(place + random.integers(-4, 5), count - 1));
  const [moved, other] = [near(second), near(first)];
  return [other, moved];
}

interface PairDraw {
  readonly sequence: Sequence;
  readonly isMasked: boolean;
  readonly random: NumpyRandom;
}

class FrameReader {
  private readonly layout: SequenceLayout;
  /** Frames without depth met so far: spares reading them again, and changes nothing else. */
  private readonly empty = new Set<string>();

  constructor(layout: SequenceLayout) {
    this.layout = layout;
  }

  async readPair(draw: PairDraw, first: number, second: number): Promise<readonly [RawView, RawView]> {
    const view = await this.readUsable(draw, first);
    return [view, await this.readUsable(draw, second)];
  }

  /** The frame, or, where it has no depth, the next that has, in a direction that is drawn then; round the ends. */
  private async readUsable(draw: PairDraw, place: number): Promise<RawView> {
    const wanted = await this.read(draw, place);
    if (wanted) return wanted;
    const count = draw.sequence.frames.length;
    const step = tossCoin(draw.random) ? 1 : count - 1;
    for (let next = (place + step) % count; next !== place; next = (next + step) % count) {
      const view = await this.read(draw, next);
      if (view) return view;
    }
    throw new BrokenSampleError(`${draw.sequence.folder}: no frame has depth${draw.isMasked ? ' on its object' : ''}`);
  }

  private async read({ sequence, isMasked }: PairDraw, place: number): Promise<RawView | undefined> {
    const id = sequence.frames[place] as number;
    const key = `${sequence.label} ${id} ${isMasked}`;
    if (this.empty.has(key)) return undefined;
    const { name, maskPath, ...frame } = await this.layout.findFrame(sequence, id);
    const view = await readStoredView({
      ...frame,
      ...(isMasked ? { maskPath } : {}),
      dataset: this.layout.dataset,
      label: sequence.label,
      instance: `${sequence.label}/${name}`,
    });
    if (view.depth.some((z) => z > 0)) return view;
    this.empty.add(key);
    return undefined;
  }
}
