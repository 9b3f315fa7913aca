/** What the reader has chosen. */
export interface Settings {
  /** Weight of smooth(), 0 to below 1. */
  smoothing: number;
  axis: 'step' | 'epoch';
  /** Indices of runs. */
  readonly hidden: Set<number>;
  /** Part of the horizontal axis; undefined: each chart shows all it has. */
  zoom: { readonly min: number; readonly max: number } | undefined;
}
