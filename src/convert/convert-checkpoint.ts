import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '#files/folder.ts';
import { type ModelConfig, validateConfig } from '#model/config.ts';
import { configFromFile, hubConfigJson } from '#model/hub-config.ts';
import { wantedWeights } from '#model/wanted-weights.ts';
import { fitCheckpoint } from '#weights/fit-checkpoint.ts';
import { type Checkpoint, openCheckpoint } from '#weights/open-checkpoint.ts';
import { type WriteSafetensorsOptions, writeSafetensors } from '#weights/safetensors-write.ts';

export interface ConvertOptions extends Pick<WriteSafetensorsOptions, 'storage' | 'signal' | 'onProgress'> {
  /** The network to make, where the file does not say it or where another head is wanted. */
  readonly config?: ModelConfig;
  /** Draws the weights that the source does not have, as the heads of a CroCo checkpoint (default 0). */
  readonly seed?: number;
}

/** What became of a checkpoint. */
export interface ConvertReport {
  readonly config: ModelConfig;
  /** Weights of the new model that were drawn, since the source does not have them. */
  readonly drawn: readonly string[];
  /** Tensors of the source that the new model has no place for. */
  readonly left: readonly string[];
  /** Whether the source's one decoder was copied into the second. */
  readonly isDecoderCopied: boolean;
  /** As the source names it; undefined where it says nothing. */
  readonly licence: string | undefined;
}

/**
 * Writes a hub-like folder (`config.json`, `model.safetensors`) from any checkpoint that openCheckpoint() reads, one
 * tensor at a time. A CroCo checkpoint starts a DUSt3R: its decoder fills both, and the heads are drawn anew. So are
 * those of a DUSt3R if `config` asks for another kind of head.
 * @param target a folder that does not exist yet
 * @throws Error if the target exists, or the source holds another network; nothing is then left
 */
export async function convertCheckpoint(
  source: string,
  target: string,
  options: ConvertOptions = {},
): Promise<ConvertReport> {
  if (await stat(target).catch(() => undefined))
    throw new Error(`${target}: expected a folder that does not exist yet; remove it or name another`);
  const checkpoint = await openCheckpoint(source);
  // Resolved, since behind a trailing slash the name would be one inside the target.
  const unfinished = `${resolve(target)}.${randomUUID().slice(0, 8)}.tmp`;
  try {
    const { config, fitted } = fitNetwork(checkpoint, options);
    await makeFolder(unfinished);
    const metadata = { format: 'pt', ...(checkpoint.licence ? { license: checkpoint.licence } : {}) };
    await writeSafetensors(join(unfinished, 'model.safetensors'), fitted.weights, { ...options, metadata });
    await writeFile(join(unfinished, 'config.json'), hubConfigJson(config));
    await rename(unfinished, target);
    const { drawn, left, isDecoderCopied } = fitted;
    return { config, drawn, left, isDecoderCopied, licence: checkpoint.licence };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined); // the first failure is the one to report
    throw error;
  } finally {
    await checkpoint.archive.close();
  }
}

function fitNetwork(checkpoint: Checkpoint, { config: wanted, seed = 0 }: ConvertOptions) {
  const own = ownConfig(checkpoint);
  const config = wanted ? validateConfig(wanted) : own;
  if (!config) throw new Error(`${checkpoint.archive.path} does not say what network it holds; name it with a preset`);
  return { config, fitted: fitCheckpoint(checkpoint, wantedWeights(config, { own, seed })) };
}

/** The network that the file says it holds; for CroCo, the DUSt3R with a linear head that its backbone starts. */
function ownConfig({ archive, kwargs, kind }: Checkpoint): ModelConfig | undefined {
  if (!kwargs) return undefined;
  if (kind === 'dust3r') return configFromFile(kwargs, archive.path);
  const backbone = /^(enc_|dec_|img_size$|patch_size$|mlp_ratio$|pos_embed$|norm_im2_in_dec$)/;
  const own = Object.entries(kwargs).filter(([name]) => backbone.test(name));
  return configFromFile(Object.fromEntries(own), archive.path);
}
