import type { DatasetTypes } from '#data/expression.ts';
import { datasetsOf, type MixedDataset, openDatasets } from '#data/mix.ts';
import type { PairDataset } from '#data/pair-dataset.ts';
import { datasetTypes } from '#data/registry.ts';
import { brokenFiles, checkCoverage, checkIntrinsics, checkUnits } from './check-frames.ts';
import { checkAgreement, checkDrawnPairs, checkUsable, overlapHistogram } from './check-pairs.ts';
import {
  type CheckedData,
  type CheckItem,
  type DatasetReport,
  type SamplePair,
  samplePairs,
  worstVerdict,
} from './check-report.ts';
import { depthAgreement } from './depth-agreement.ts';
import { callText, parseForCheck } from './expression-for-check.ts';
import { checkPoseReading } from './pose-readings.ts';
import { type ReadPairs, readPairs } from './read-pairs.ts';

export interface DatasetsOptions {
  /** How many pairs of each dataset are looked at (default 50). */
  readonly pairs?: number;
  /** Other seeds draw other pairs (default 0). */
  readonly seed?: number;
  /** The range that pairs are wanted in (default 0.3 to 0.95). */
  readonly overlap?: readonly [low: number, high: number];
  /** The kinds of dataset that the expression can name (default: those of this project). */
  readonly types?: DatasetTypes;
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: { readonly done: number; readonly total: number; readonly what: string }) => void;
}

/** A lidar meets few pixels, and a mask leaves those of the object. */
const usualCoverage = 0.06;

/**
 * Looks at some pairs of every dataset of an expression as training reads them; `resolution` may be left out.
 * @param expression as `Co3d(split='train', ROOT='data/co3d_processed') + Synthetic()`
 * @throws SyntaxError that points at the place; Error, one line, if a dataset cannot be opened
 */
export async function checkDatasets(expression: string, options: DatasetsOptions = {}): Promise<CheckedData> {
  const mix = parseForCheck(expression, options.types ?? datasetTypes);
  const [parts, datasets] = [datasetsOf(mix), await openDatasets(mix)];
  const kept = Math.ceil(samplePairs / parts.length);
  const [reports, samples]: [DatasetReport[], SamplePair[]] = [[], []];
  for (const [at, part] of parts.entries()) {
    const dataset = datasets[at] as PairDataset;
    const read = await readPairsOf(dataset, part, kept, options);
    reports.push(reportOf(labelOf(part), dataset, read, options.overlap ?? wanted));
    samples.push(...read.samples);
  }
  const report = { root: expression, verdict: worstVerdict(reports), sequences: [], datasets: reports };
  return { report, samples };
}

const wanted = [0.3, 0.95] as const;

function readPairsOf(
  dataset: PairDataset,
  { type, common }: MixedDataset,
  kept: number,
  { pairs = 50, seed = 0, overlap = wanted, signal, onProgress }: DatasetsOptions,
): Promise<ReadPairs> {
  return readPairs(dataset, common, {
    ...{ pairs, seed, kept, leastOverlap: overlap[0] },
    ...(signal ? { signal } : {}),
    onRead: (done, total) => onProgress?.({ done, total, what: `checking ${type.name}` }),
  });
}

function reportOf(
  label: string,
  dataset: PairDataset,
  { tested, pairs, broken, unusable, differences, compared }: ReadPairs,
  overlap: readonly [low: number, high: number],
): DatasetReport {
  const thumbnails = pairs.flatMap(({ views }) => views);
  const agreement = depthAgreement(differences, compared);
  const fileItem: CheckItem =
    broken.length === 0
      ? { name: 'files', verdict: 'ok', found: `${tested} pairs, all with image and depth` }
      : brokenFiles(`${broken.length} of ${tested} pairs`, [...new Set(broken)]);
  const viewItems =
    pairs.length === 0
      ? []
      : [
          checkUsable(pairs.length, unusable),
          checkIntrinsics(thumbnails),
          checkUnits(thumbnails),
          checkCoverage(thumbnails, usualCoverage),
          checkPoseReading(
            thumbnails,
            pairs.map((_, at) => [2 * at, 2 * at + 1]),
          ),
          checkAgreement(agreement),
          checkDrawnPairs(pairs, overlap),
        ];
  const items = [fileItem, ...viewItems];
  const counts = { pairs: dataset.length, tested, frames: thumbnails.length };
  const report = { label, ...counts, items, overlaps: overlapHistogram(pairs) };
  return agreement ? { ...report, agreement } : report;
}

/** The call with what it is told apart by, but for lists. */
function labelOf({ type, values }: MixedDataset): string {
  const told = Object.entries(values).filter(
    ([name, value]) => ['split', 'ROOT'].includes(name) || value !== type.arguments[name]?.default,
  );
  return callText(type.name, Object.fromEntries(told));
}
