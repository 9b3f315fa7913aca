import { balanceOverlaps, evenly } from '#data/posed-rgbd-balance.ts';
import { type MeasuredPair, measurePairs } from '#data/posed-rgbd-index.ts';
import { openSequences } from '#data/posed-rgbd-pairs.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import { readRgbdView } from '#data/posed-rgbd-view.ts';
import type { Intrinsics, LayoutName, RgbdFrame, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import type { RawView } from '#data/view.ts';
import { percentiles } from '#export/percentile.ts';
import { checkCoverage, checkFiles, checkIntrinsics, checkPoses, checkSizes, checkUnits } from './check-frames.ts';
import {
  type CheckItem,
  type CheckReport,
  type DepthAgreement,
  type SequenceReport,
  worstVerdict,
} from './check-report.ts';
import { depthDifferences } from './depth-agreement.ts';
import { checkPoseReading } from './pose-readings.ts';
import { readFrames } from './read-frames.ts';

export interface CheckOptions {
  /** The range that pairs are wanted in. */
  readonly overlap?: readonly [low: number, high: number];
  readonly every?: number;
  readonly layout?: LayoutName;
  readonly intrinsics?: Intrinsics;
  readonly depthScale?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: { readonly done: number; readonly total: number; readonly what: string }) => void;
}

/** A pair that was looked at in full. */
export interface SamplePair {
  readonly views: readonly [RawView, RawView];
  readonly overlap: number;
}

export interface CheckedFolder {
  readonly report: CheckReport;
  /** A few pairs of the wanted overlaps, to look at. */
  readonly samples: readonly SamplePair[];
}

const testedPairs = 40;
const minTestedPairs = 4;
const samplePairs = 12;

/**
 * Looks at everything about a folder of posed RGB-D frames that could spoil training.
 * @throws Error, one line, where there is no such folder or an index file is missing or damaged
 */
export async function checkFolder(root: string, options: CheckOptions = {}): Promise<CheckedFolder> {
  const { overlap = [0.3, 0.95] } = options;
  const sequences = await openSequences({ ...options, root, overlap, maxBroken: 1, ...noProgress });
  const perSequence = Math.max(minTestedPairs, Math.ceil(testedPairs / sequences.length));
  const samples: SamplePair[] = [];
  const reports: SequenceReport[] = [];
  for (const [at, sequence] of sequences.entries()) {
    options.onProgress?.({ done: at, total: sequences.length, what: `checking ${sequence.label}` });
    const checked = await checkSequence(sequence, { ...options, overlap }, perSequence);
    reports.push(checked.report);
    samples.push(...evenly(checked.samples, Math.ceil(samplePairs / sequences.length)));
  }
  const verdict = worstVerdict(reports.flatMap(({ items }) => items.map((item) => item.verdict)));
  return { report: { root, verdict, sequences: reports }, samples: evenly(samples, samplePairs) };
}

const noProgress = { onProgress: () => undefined };

interface SequenceOptions extends CheckOptions {
  readonly overlap: readonly [low: number, high: number];
}

async function checkSequence(
  sequence: RgbdSequence,
  { overlap, signal }: SequenceOptions,
  tested: number,
): Promise<{ report: SequenceReport; samples: readonly SamplePair[] }> {
  const abort = signal ? { signal } : {};
  const { thumbnails, broken } = await readFrames(sequence, signal);
  const readable = thumbnails.filter((each): each is DepthThumbnail => each !== undefined);
  const pairs = await measurePairs(sequence, thumbnails, abort);
  const { agreement, samples } = await testPairs(sequence, balanceOverlaps(pairs, overlap, tested), signal);
  const frameItems = [checkFiles(sequence, broken), checkPoses(sequence), checkSizes(readable)];
  const depthItems =
    readable.length === 0
      ? []
      : [
          checkIntrinsics(readable),
          checkUnits(readable, sequence.depth.scale),
          checkCoverage(readable),
          checkPoseReading(readable, sequence.depth.scale),
        ];
  const items = [...frameItems, ...depthItems, checkAgreement(agreement), checkPairs(pairs, overlap, readable.length)];
  const { label, folder, layout } = sequence;
  const report = { label, folder, layout, frames: readable.length, items, overlaps: histogram(pairs) };
  return { report: agreement ? { ...report, agreement } : report, samples };
}

interface TestedPairs {
  readonly agreement?: DepthAgreement;
  readonly samples: readonly SamplePair[];
}

/** Depth differences of some pairs at full size. */
async function testPairs(
  sequence: RgbdSequence,
  pairs: readonly MeasuredPair[],
  signal: AbortSignal | undefined,
): Promise<TestedPairs> {
  const differences: number[] = [];
  const samples: SamplePair[] = [];
  const sampled = new Set(evenly(pairs, samplePairs));
  for (const pair of pairs) {
    signal?.throwIfAborted();
    const views = await Promise.all([pair.i, pair.j].map((place) => readView(sequence, place)));
    const [a, b] = views as [RawView, RawView];
    for (const difference of [...depthDifferences(a, b), ...depthDifferences(b, a)]) differences.push(difference);
    if (sampled.has(pair)) samples.push({ views: [a, b], overlap: pair.overlap });
  }
  if (differences.length === 0) return { samples };
  const [median = 0, p75 = 0, p90 = 0] = percentiles(Float32Array.from(differences), [0.5, 0.75, 0.9]);
  const within5 = differences.filter((difference) => difference <= 0.05).length / differences.length;
  return { agreement: { pairs: pairs.length, median, p75, p90, within5 }, samples };
}

function readView(sequence: RgbdSequence, place: number): Promise<RawView> {
  const frame = sequence.frames[place] as RgbdFrame;
  return readRgbdView(sequence, frame, { dataset: sequence.folder, instance: frame.name });
}

function checkAgreement(agreement: DepthAgreement | undefined): CheckItem {
  const name = 'reprojection';
  const advice =
    'are depth and images registered to each other, poses and images of the same moment, K that of these images?';
  if (!agreement)
    return { name, verdict: 'error', found: 'no two frames of the wanted overlap could be compared', advice };
  const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
  const { pairs, median, p75, p90, within5 } = agreement;
  const found = `depth of ${pairs} pairs differs by ${percent(median)} (median; 75 %: ${percent(p75)}, 90 %: ${percent(p90)}), ${(100 * within5).toFixed(1)} % of the pixels within 5 %`;
  // The pairs were chosen because they agree somewhat, so even wrong poses do not come out far worse than this.
  if (median > 0.05 || within5 < 0.6) return { name, verdict: 'error', found, advice };
  if (median > 0.02 || within5 < 0.86) return { name, verdict: 'warning', found, advice };
  return { name, verdict: 'ok', found };
}

function checkPairs(
  pairs: readonly MeasuredPair[],
  [low, high]: readonly [low: number, high: number],
  frames: number,
): CheckItem {
  const name = 'pairs';
  const within = pairs.filter(({ overlap }) => overlap >= low && overlap <= high).length;
  const found = `${within} pairs of ${frames} frames overlap by ${low} to ${high}, ${pairs.length} by more than 0.05`;
  const advice = 'another range of overlaps, or frames that lie nearer or farther from each other, give more';
  if (within === 0) return { name, verdict: 'error', found, advice };
  if (within < frames) return { name, verdict: 'warning', found, advice };
  return { name, verdict: 'ok', found };
}

function histogram(pairs: readonly MeasuredPair[]): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const { overlap } of pairs) {
    const bin = Math.min(9, Math.floor(overlap * 10));
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}
