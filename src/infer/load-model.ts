import * as tf from '@tensorflow/tfjs';
import { expectPrecision, inPrecision, type Precision } from '#model/bfloat16-weights.ts';
import { forInference, type ModelConfig, validateConfig } from '#model/config.ts';
import { Dust3r } from '#model/dust3r.ts';
import { isFrozen } from '#model/dust3r-spec.ts';
import { configFromFile } from '#model/hub-config.ts';
import { wantedWeights } from '#model/wanted-weights.ts';
import { uploadNow } from '#tensor/upload.ts';
import { fitCheckpoint } from '#weights/fit-checkpoint.ts';
import { type Checkpoint, openCheckpoint } from '#weights/open-checkpoint.ts';

export interface LoadModelOptions {
  /** Needed where the file does not say what network it holds, as a bare .safetensors; overrides it where it does. */
  readonly config?: ModelConfig;
  /** Keeps training's conventions: portrait images stored transposed, landscape outputs (default false). */
  readonly forTraining?: boolean;
  /** Of the blocks' products, for inference (default float32); bfloat16 needs the native engine. */
  readonly precision?: Precision;
  readonly onProgress?: (progress: { readonly name: string; readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/**
 * Loads a network from a hub-like folder, a .safetensors or a .pth file onto the current engine, tensor by tensor: the
 * weights exist once, but for the tensor that is being read. The caller disposes of the network.
 * @throws Error in one line that names the file, and how it differs from the network
 */
export async function loadModel(path: string, options: LoadModelOptions = {}): Promise<Dust3r> {
  const checkpoint = await openCheckpoint(path);
  const loaded = new Map<string, tf.Tensor>();
  try {
    expectHeads(checkpoint);
    const trained = options.config ? validateConfig(options.config) : configOf(checkpoint);
    const config = options.forTraining ? trained : forInference(trained);
    expectPrecision(options.precision ?? 'float32');
    if (options.forTraining && options.precision === 'bfloat16')
      throw new Error('loadModel: weights in precision bfloat16 cannot be trained; load them in float32');
    await readWeights(checkpoint, config, { ...options, loaded });
    return new Dust3r(config, (name) => ({
      value: loaded.get(name) as tf.Tensor,
      isTrainable: !isFrozen(name, config.freeze),
    }));
  } catch (error) {
    tf.dispose([...loaded.values()]);
    throw error;
  } finally {
    await checkpoint.archive.close();
  }
}

function expectHeads({ archive, kind }: Checkpoint): void {
  if (kind === 'croco')
    throw new Error(
      `${archive.path} is a CroCo checkpoint, without heads; make a DUSt3R of it with \`dust3r convert\``,
    );
}

function configOf({ archive, kwargs }: Checkpoint): ModelConfig {
  if (!kwargs)
    throw new Error(
      `${archive.path} does not say what network it holds; put its config.json beside it, or give a preset`,
    );
  return configFromFile(kwargs, archive.path);
}

async function readWeights(
  checkpoint: Checkpoint,
  config: ModelConfig,
  { loaded, onProgress, signal, precision = 'float32' }: LoadModelOptions & { loaded: Map<string, tf.Tensor> },
): Promise<void> {
  const { weights } = fitCheckpoint(checkpoint, wantedWeights(config));
  for (const { name, shape, data } of weights) {
    signal?.throwIfAborted();
    const tensor = tf.tensor(await data(), [...shape]);
    loaded.set(name, tensor);
    uploadNow(tensor);
    loaded.set(name, inPrecision(precision, name, tensor));
    onProgress?.({ name, done: loaded.size, total: weights.length });
  }
}
