import type { LayoutName } from '#data/rgbd-layouts/rgbd-sequence.ts';

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

export interface SequenceReport {
  readonly label: string;
  readonly folder: string;
  readonly layout: LayoutName;
  /** That can be used. */
  readonly frames: number;
  readonly items: readonly CheckItem[];
  /** Missing where no two frames overlap. */
  readonly agreement?: DepthAgreement;
  /** Number of pairs with an overlap from 0 to 0.1, 0.1 to 0.2, …; below 0.05 none are counted. */
  readonly overlaps: readonly number[];
}

export interface CheckReport {
  readonly root: string;
  readonly verdict: Verdict;
  readonly sequences: readonly SequenceReport[];
}

export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('error')) return 'error';
  return verdicts.includes('warning') ? 'warning' : 'ok';
}
