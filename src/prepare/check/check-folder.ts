import { balanceOverlaps, evenly } from '#data/posed-rgbd-balance.ts';
import { type MeasuredPair, measurePairs } from '#data/posed-rgbd-index.ts';
import { openSequences } from '#data/posed-rgbd-pairs.ts';
import type { DepthThumbnail } from '#data/posed-rgbd-thumbnail.ts';
import { readRgbdView } from '#data/posed-rgbd-view.ts';
import type { Intrinsics, LayoutName, RgbdFrame, RgbdSequence } from '#data/rgbd-layouts/rgbd-sequence.ts';
import type { RawView } from '#data/view.ts';
import { checkCoverage, checkFiles, checkIntrinsics, checkPoses, checkSizes, checkUnits } from './check-frames.ts';
import { checkAgreement, checkPairs, overlapHistogram } from './check-pairs.ts';
import {
  type CheckedData,
  type DepthAgreement,
  type SamplePair,
  type SequenceReport,
  samplePairs,
  worstVerdict,
} from './check-report.ts';
import { depthAgreement, depthDifferences } from './depth-agreement.ts';
import { checkPoseReading, pairsOfFrames } from './pose-readings.ts';
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

const testedPairs = 40;
const minTestedPairs = 4;

/**
 * Looks at everything about a folder of posed RGB-D frames that could spoil training.
 * @throws Error, one line, where there is no such folder or an index file is missing or damaged
 */
export async function checkFolder(root: string, options: CheckOptions = {}): Promise<CheckedData> {
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
  const report = { root, verdict: worstVerdict(reports), sequences: reports, datasets: [] };
  return { report, samples: evenly(samples, samplePairs) };
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
          checkPoseReading(readable, pairsOfFrames(readable.length), sequence.depth.scale),
        ];
  const items = [...frameItems, ...depthItems, checkAgreement(agreement), checkPairs(pairs, overlap, readable.length)];
  const { label, folder, layout } = sequence;
  const report = { label, folder, layout, frames: readable.length, items, overlaps: overlapHistogram(pairs) };
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
  const differences: Float32Array[] = [];
  const samples: SamplePair[] = [];
  const sampled = new Set(evenly(pairs, samplePairs));
  for (const pair of pairs) {
    signal?.throwIfAborted();
    const views = await Promise.all([pair.i, pair.j].map((place) => readView(sequence, place)));
    const [a, b] = views as [RawView, RawView];
    differences.push(depthDifferences(a, b), depthDifferences(b, a));
    if (sampled.has(pair)) samples.push({ views: [a, b], overlap: pair.overlap });
  }
  const agreement = depthAgreement(differences, pairs.length);
  return agreement ? { agreement, samples } : { samples };
}

function readView(sequence: RgbdSequence, place: number): Promise<RawView> {
  const frame = sequence.frames[place] as RgbdFrame;
  return readRgbdView(sequence, frame, { dataset: sequence.folder, instance: frame.name });
}
