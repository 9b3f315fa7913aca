import { forInference, presetConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { seededWeights } from '#model/initial-weights.ts';
import { uploadNow } from '#tensor/upload.ts';

/**
 * An untrained network of a preset's shape: to try the whole pipeline, and to measure it. What it predicts means nothing.
 * @throws RangeError for an unknown preset
 */
export function randomModel(preset: string, seed = 0): Dust3r {
  const draw = seededWeights(seed);
  return new Dust3r(forInference(presetConfig(preset)), (name, spec) => {
    const drawn = draw(name, spec);
    uploadNow(drawn.value);
    return drawn;
  });
}
