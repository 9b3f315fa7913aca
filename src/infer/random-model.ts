import { type Precision, sourceInPrecision } from '#model/bfloat16-weights.ts';
import { forInference, presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import type { ParamSource } from '#model/spec-layer.ts';
import { uploadNow } from '#tensor/upload.ts';

export interface RandomModelOptions {
  readonly seed?: number;
  /** Of the blocks' products; bfloat16 needs the native engine. */
  readonly precision?: Precision;
}

/**
 * An untrained network of a preset's shape: to try the whole pipeline, and to measure it. What it predicts means nothing.
 * @throws RangeError for an unknown preset
 */
export function randomModel(preset: string, { seed = 0, precision = 'float32' }: RandomModelOptions = {}): Dust3r {
  const draw = seededWeights(seed);
  const uploaded: ParamSource = (name, spec) => {
    const drawn = draw(name, spec);
    uploadNow(drawn.value);
    return drawn;
  };
  return new Dust3r(forInference(presetConfig(preset)), sourceInPrecision(precision, uploaded));
}
