/** How a confidence c becomes a weight (spec 6): ln c, √c, c − 1, or c itself. */
export const weightings = {
  log: (confidence: number) => Math.log(confidence),
  sqrt: (confidence: number) => Math.sqrt(confidence),
  m1: (confidence: number) => confidence - 1,
  none: (confidence: number) => confidence,
} as const satisfies Record<string, (confidence: number) => number>;

export type Weighting = keyof typeof weightings;
