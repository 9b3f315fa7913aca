import type { ArgumentSpec } from '#data/dataset-type.ts';
import type { NumpyRandom } from '#tensor/random.ts';
import { choiceArgument } from './arguments.ts';

/** numpy's `choice(2)` taken as yes or no. */
export function tossCoin(random: NumpyRandom): boolean {
  return random.integers(0, 2) === 1;
}

/** Whether the background's depth is taken away: always, never, or from one pair in two. */
export type MaskBackground = boolean | 'rand';

export function maskBackgroundArgument(byDefault: MaskBackground): ArgumentSpec {
  const describe = "takes the background's depth away: True, False, or 'rand' for one pair in two";
  return choiceArgument(describe, [true, false, 'rand'], byDefault);
}

/** Decides for a pair; only 'rand' draws. */
export function drawsMask(maskBackground: MaskBackground, random: NumpyRandom): boolean {
  return maskBackground === 'rand' ? tossCoin(random) : maskBackground;
}
