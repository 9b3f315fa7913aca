import type { ScoredPair } from './score-pair.ts';

/** Points that are kept over all pairs. */
const maxPoints = 2 ** 20;
/** Points that are kept of a pair. */
const maxPerPair = 2000;

/** Confidences and errors of evenly spaced points of every pair, as many of each, within a bounded memory. */
export class TrustSample {
  private readonly perPair: number;
  private readonly chunks: { confidence: number[]; errors: number[] } = { confidence: [], errors: [] };

  /** @param pairs how many will be added */
  constructor(pairs: number) {
    this.perPair = Math.max(1, Math.min(maxPerPair, Math.floor(maxPoints / Math.max(1, pairs))));
  }

  add({ confidence, errors }: NonNullable<ScoredPair['trust']>): void {
    const count = Math.min(this.perPair, errors.length);
    for (let k = 0; k < count; k++) {
      const at = Math.floor(((k + 0.5) * errors.length) / count);
      this.chunks.confidence.push(confidence[at] as number);
      this.chunks.errors.push(errors[at] as number);
    }
  }

  get confidence(): readonly number[] {
    return this.chunks.confidence;
  }

  get errors(): readonly number[] {
    return this.chunks.errors;
  }
}
