import * as tf from '@tensorflow/tfjs';
import { mixedPrecision } from '#model/bfloat16-weights.ts';
import { type FreezeMode, type ModelConfig, modelPresets, presetConfig, validateConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { isFrozen } from '#model/dust3r-spec.ts';
import { configFromFile, configFromKwargs } from '#model/hub-config.ts';
import { drawWeight } from '#model/initial-weights.ts';
import type { ParamSource } from '#model/spec-layer.ts';
import { wantedWeights } from '#model/wanted-weights.ts';
import { parseCall } from '#notation/python-call.ts';
import { uploadNow } from '#tensor/upload.ts';
import { fitCheckpoint } from '#weights/fit-checkpoint.ts';
import { type Checkpoint, openCheckpoint } from '#weights/open-checkpoint.ts';
import type { TrainConfig } from './config.ts';

/** The network that a run starts with. The caller disposes of it. */
export interface InitialModel {
  readonly model: Dust3r;
  /** Weights that the checkpoint does not have, and that were drawn. */
  readonly drawn: readonly string[];
  /** Tensors of the checkpoint that the network has no place for. */
  readonly left: readonly string[];
  /** Of the pretrained weights; what is learned from them stays under it. */
  readonly licence: string | undefined;
}

/**
 * Builds the network of a run: drawn from the seed, or from a checkpoint, whose backbone must then fit. Heads are drawn
 * anew where the checkpoint has none (CroCo) or another kind.
 * @throws Error in one line, naming the setting, or the file and how it differs from the network
 */
export async function initialModel({ model, pretrained, seed, freeze, amp }: TrainConfig): Promise<InitialModel> {
  const wanted = model === undefined ? undefined : modelConfig(model);
  if (pretrained === undefined) {
    const config = frozenAs(wanted as ModelConfig, freeze);
    return { model: drawModel(config, seed, amp), drawn: [], left: [], licence: undefined };
  }
  const checkpoint = await openCheckpoint(pretrained);
  try {
    return await loadInto(checkpoint, { wanted, seed, freeze, amp });
  } finally {
    await checkpoint.archive.close();
  }
}

/**
 * The network that `--model` names: a preset or the original's constructor call. Presets take portrait images as well.
 * @throws Error that says what is wrong with it
 */
export function modelConfig(text: string): ModelConfig {
  if (Object.hasOwn(modelPresets, text)) return { ...presetConfig(text), patchEmbed: 'ManyAR_PatchEmbed' };
  if (!text.includes('('))
    throw new Error(
      `--model: expected one of ${Object.keys(modelPresets).join(', ')}, or "AsymmetricCroCo3DStereo(…)", got "${text}"`,
    );
  const { name, positional, kwargs } = parseCall(text);
  if (name !== 'AsymmetricCroCo3DStereo' || positional.length > 0)
    throw new Error(`--model: expected "AsymmetricCroCo3DStereo(name=value, …)", got "${text.trim()}"`);
  return { ...configFromKwargs(kwargs), landscapeOnly: true };
}

const frozenAs = (config: ModelConfig, freeze: FreezeMode | undefined): ModelConfig =>
  validateConfig({ ...config, freeze: freeze ?? config.freeze, landscapeOnly: true });

function drawModel(config: ModelConfig, seed: number, amp: boolean): Dust3r {
  const draw: ParamSource = (name, spec) => {
    const value = tf.tensor(drawWeight(name, spec, seed), [...spec.shape]);
    uploadNow(value);
    return { value, isTrainable: !isFrozen(name, config.freeze) };
  };
  return buildModel(config, draw, amp);
}

function buildModel(config: ModelConfig, source: ParamSource, amp: boolean): Dust3r {
  return new Dust3r(config, amp ? mixedPrecision(source) : source);
}

interface Wanted {
  readonly wanted: ModelConfig | undefined;
  readonly seed: number;
  readonly freeze: FreezeMode | undefined;
  readonly amp: boolean;
}

async function loadInto(checkpoint: Checkpoint, { wanted, seed, freeze, amp }: Wanted): Promise<InitialModel> {
  const { archive, kind, kwargs, licence } = checkpoint;
  const own = kwargs && kind === 'dust3r' ? configFromFile(kwargs, archive.path) : undefined;
  const given = wanted ?? own;
  if (!given)
    throw new Error(`--pretrained ${archive.path} does not say what DUSt3R it is to become; name it with --model`);
  const config = frozenAs(given, freeze);
  const { weights, drawn, left } = fitCheckpoint(checkpoint, wantedWeights(config, { own, seed }));
  const values = new Map<string, tf.Tensor>();
  try {
    for (const { name, shape, data } of weights) {
      const value = tf.tensor(await data(), [...shape]);
      values.set(name, value);
      uploadNow(value);
    }
    const take: ParamSource = (name) => ({
      value: values.get(name) as tf.Tensor,
      isTrainable: !isFrozen(name, config.freeze),
    });
    const model = buildModel(config, take, amp);
    return { model, drawn, left, licence };
  } catch (error) {
    tf.dispose([...values.values()]);
    throw error;
  }
}
