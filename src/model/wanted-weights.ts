import { listSpecs, type ParamSpec } from '#tensor/params.ts';
import { type ModelConfig, modelPresets } from './config.ts';
import { dust3rSpec, weightAliases } from './dust3r-spec.ts';
import { drawWeight } from './initial-weights.ts';

export interface WantedWeightsOptions {
  /** The network that the checkpoint says it holds. */
  readonly own?: ModelConfig | undefined;
  /** Draws the weights that the checkpoint does not have (default 0). */
  readonly seed?: number;
}

/** What a network asks of a checkpoint, as `fitCheckpoint` takes it. */
export function wantedWeights(config: ModelConfig, { own, seed = 0 }: WantedWeightsOptions = {}) {
  return {
    ...namedWeights(config),
    isNewHead: own !== undefined && own.head.type !== config.head.type,
    draw: (name: string, spec: ParamSpec) => drawWeight(name, spec, seed),
    presets: () => Object.entries(modelPresets).map(([name, preset]) => [name, namedWeights(preset)] as const),
  };
}

function namedWeights(config: ModelConfig) {
  return { specs: listSpecs(dust3rSpec(config)), aliases: weightAliases(config) };
}
