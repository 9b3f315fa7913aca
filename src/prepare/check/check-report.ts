import type { LayoutName } from '#data/rgbd-layouts/rgbd-sequence.ts';
import type { RawView } from '#data/view.ts';

export type Verdict = 'ok' | 'warning' | 'error';

/** One thing that was looked at. */
export interface CheckItem {
  readonly name: string;
  readonly verdict: Verdict;
  /** One line. */
  readonly found: string;
  /** The way out, where something is wrong. */
  readonly advice?: string;
  /** All of the files that are wrong, each with the reason. */
  readonly files?: readonly string[];
}

/** Relative depth differences |z − z'| / z' where two views see one surface. */
export interface DepthAgreement {
  readonly pairs: number;
  readonly median: number;
  readonly p75: number;
  readonly p90: number;
  /** Share of the pixels within 5 %. */
  readonly within5: number;
}

/** What is said of any part of the data. */
interface PartReport {
  readonly label: string;
  /** That were looked at and can be used. */
  readonly frames: number;
  readonly items: readonly CheckItem[];
  /** Missing where no two frames overlap. */
  readonly agreement?: DepthAgreement;
  /** Number of pairs with an overlap from 0 to 0.1, 0.1 to 0.2, …. */
  readonly overlaps: readonly number[];
}

/** A sequence of an own folder, all of which was looked at; pairs that overlap by less than 0.05 are not counted. */
export interface SequenceReport extends PartReport {
  readonly folder: string;
  readonly layout: LayoutName;
}

/** A dataset of an expression, some pairs of which were looked at. */
export interface DatasetReport extends PartReport {
  /** That it has. */
  readonly pairs: number;
  /** That were looked at, those that cannot be read among them. */
  readonly tested: number;
}

export interface CheckReport {
  /** The folder or the expression. */
  readonly root: string;
  readonly verdict: Verdict;
  /** Of an own folder, else none. */
  readonly sequences: readonly SequenceReport[];
  /** Of an expression or of a prepared folder, else none. */
  readonly datasets: readonly DatasetReport[];
}

/** Pictures of so many pairs fit one page. */
export const samplePairs = 12;

/** A pair that was looked at in full. */
export interface SamplePair {
  readonly views: readonly [RawView, RawView];
  readonly overlap: number;
}

/** What was found out about a folder or an expression. */
export interface CheckedData {
  readonly report: CheckReport;
  /** A few pairs to look at. */
  readonly samples: readonly SamplePair[];
}

/** How much of a part was looked at, in words. */
export function scopeOf(part: SequenceReport | DatasetReport): string {
  if ('layout' in part) return `${part.frames} frames, layout ${part.layout}`;
  return `${part.tested} of ${part.pairs} pairs, ${part.frames} frames`;
}

/** Of all items of all parts. */
export function worstVerdict(parts: readonly PartReport[]): Verdict {
  const verdicts = parts.flatMap(({ items }) => items.map(({ verdict }) => verdict));
  if (verdicts.includes('error')) return 'error';
  return verdicts.includes('warning') ? 'warning' : 'ok';
}
