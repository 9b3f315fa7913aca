import type { ParamSpec } from '#tensor/params.ts';
import type { Checkpoint } from './open-checkpoint.ts';
import { expectFullLoad, expectPartialLoad, isWhole, type LoadOptions, planLoad } from './take-params.ts';

/** The weights of a network, by the names that checkpoints give them. */
interface NamedWeights extends LoadOptions {
  readonly specs: ReadonlyMap<string, ParamSpec>;
}

/** What a network asks of a checkpoint. */
export interface WantedWeights extends NamedWeights {
  /** Whether it has other heads than the network that the checkpoint says it holds: its own are then drawn. */
  readonly isNewHead: boolean;
  /** The starting values of a weight that the checkpoint does not have. */
  draw(name: string, spec: ParamSpec): Float32Array;
  /** Networks with a name, to tell which one a checkpoint holds. */
  presets(): Iterable<readonly [name: string, weights: NamedWeights]>;
}

/** One weight of the network, read or drawn when its turn comes. */
interface FittedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  data(): Promise<Float32Array>;
}

export interface FittedCheckpoint {
  readonly weights: readonly FittedWeight[];
  /** Weights that the checkpoint does not have, and that are drawn. */
  readonly drawn: readonly string[];
  /** Tensors of the checkpoint that the network has no place for. */
  readonly left: readonly string[];
  /** Whether the checkpoint has one decoder, and the second starts as its copy. */
  readonly isDecoderCopied: boolean;
}

/**
 * Matches a checkpoint with a network: every weight must be there in its shape, and nothing else. Heads may be missing or
 * others where the checkpoint is CroCo's, or the network has new ones.
 * @throws Error, one line: how many tensors differ, the first of them, and the presets that would fit
 */
export function fitCheckpoint(checkpoint: Checkpoint, wanted: WantedWeights): FittedCheckpoint {
  const { archive, kind } = checkpoint;
  const plan = planLoad(wanted.specs, archive, wanted);
  const wayOut = () => fittingPresets(checkpoint, wanted);
  const isPartial = kind === 'croco' || wanted.isNewHead;
  if (!isPartial) expectFullLoad(plan, archive.path, wayOut);
  const aside = isPartial ? expectPartialLoad(plan, archive.path, { wayOut }) : { missing: [], extra: [] };
  const weights = [...wanted.specs].map(([name, spec]) => {
    const stored = plan.found.get(name);
    const data = async () => (stored === undefined ? wanted.draw(name, spec) : archive.readFloat32(stored));
    return { name, shape: spec.shape, data };
  });
  const isCopied = ([name, stored]: readonly [string, string]) =>
    name.startsWith('dec_blocks2.') && stored.startsWith('dec_blocks.');
  return { weights, drawn: aside.missing, left: aside.extra, isDecoderCopied: [...plan.found].some(isCopied) };
}

function fittingPresets({ archive }: Checkpoint, { presets }: WantedWeights): string {
  const fitting = [...presets()].filter(([, weights]) => isWhole(planLoad(weights.specs, archive, weights)));
  const names = fitting.map(([name]) => name).join(', ');
  return names === ''
    ? 'it fits none of the presets'
    : `it fits ${fitting.length > 1 ? 'each of the presets' : 'the preset'} ${names}`;
}
