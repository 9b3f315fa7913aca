import { initialValue } from '#tensor/init.ts';
import type { FreezeMode } from './config.ts';
import { isFrozen } from './dust3r-spec.ts';
import type { ParamSource } from './spec-layer.ts';

/** Weights drawn as the original draws them (spec 1.9): the second decoder starts as a copy of the first. */
export function seededWeights(seed: number, freeze: FreezeMode = 'none'): ParamSource {
  return (name, spec) => ({
    value: initialValue(spec, name.replace(/^dec_blocks2\./, 'dec_blocks.'), seed),
    isTrainable: !isFrozen(name, freeze),
  });
}
