/** How the learning rate goes over a run. Lengths and positions are in one unit of the caller's: epochs, or steps. */
export interface Schedule {
  /** The descent after the warm-up. */
  readonly kind: 'cosine' | 'linear';
  /** The highest rate, which the warm-up reaches. */
  readonly peak: number;
  /** The rate at the end. */
  readonly least: number;
  /** The rate rises from exactly 0 over this length (spec pitfall 32); 0: no warm-up. */
  readonly warmup: number;
  /** Of the whole run, its warm-up included. */
  readonly length: number;
}

/**
 * The learning rate at a position, which may be a fraction (spec 3.2 for training, 6.3 for alignment).
 * Past the end it stays at the least rate.
 */
export function learningRateAt({ kind, peak, least, warmup, length }: Schedule, position: number): number {
  if (position < warmup) return (peak * position) / warmup;
  const progress = length > warmup ? Math.min((position - warmup) / (length - warmup), 1) : 0;
  const share = kind === 'cosine' ? (1 + Math.cos(Math.PI * progress)) / 2 : 1 - progress;
  return least + (peak - least) * share;
}
