import type { Flag } from './preparation.ts';

/**
 * Where the original's script is off by half a pixel, or uses a seed that is none, we do what was meant; with this flag
 * what it does.
 */
export const asOriginalFlag = {
  type: 'boolean',
  default: false,
  describe: "as the original's script does, its half-pixel shifts and other slips included",
} as const satisfies Flag;

export const seedFlag = {
  type: 'number',
  default: 42,
  isWhole: true,
  range: [0, Number.MAX_SAFE_INTEGER],
  describe: 'other numbers choose other sequences',
} as const satisfies Flag;
