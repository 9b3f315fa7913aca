import { randomUUID } from 'node:crypto';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { makeFolder } from '#files/folder.ts';
import { type ModelConfig, validateConfig } from '#model/config.ts';
import { dust3rSpec, weightAliases } from '#model/dust3r-spec.ts';
import { configFromFile, hubConfigJson } from '#model/hub-config.ts';
import { drawWeight } from '#model/initial-weights.ts';
import { listSpecs, type ParamSpec } from '#tensor/params.ts';
import { type Checkpoint, openCheckpoint } from '#weights/open-checkpoint.ts';
import { type TensorSource, type WriteSafetensorsOptions, writeSafetensors } from '#weights/safetensors-write.ts';
import { expectFullLoad, expectPartialLoad, type LoadPlan, planLoad } from '#weights/take-params.ts';

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
 * @throws Error if the target exists, or listing every tensor that is missing, extra or misshapen; nothing is then left
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
    const { config, specs, plan, aside } = planConversion(checkpoint, options.config);
    await makeFolder(unfinished);
    const tensors = tensorSources(checkpoint, { specs, plan, seed: options.seed ?? 0 });
    const metadata = { format: 'pt', ...(checkpoint.licence ? { license: checkpoint.licence } : {}) };
    await writeSafetensors(join(unfinished, 'model.safetensors'), tensors, { ...options, metadata });
    await writeFile(join(unfinished, 'config.json'), hubConfigJson(config));
    await rename(unfinished, target);
    return { config, ...aside, isDecoderCopied: isDecoderCopied(plan), licence: checkpoint.licence };
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined); // the first failure is the one to report
    throw error;
  } finally {
    await checkpoint.archive.close();
  }
}

function planConversion(checkpoint: Checkpoint, wanted: ModelConfig | undefined) {
  const { archive, kind } = checkpoint;
  const own = ownConfig(checkpoint);
  const config = wanted ? validateConfig(wanted) : own;
  if (!config) throw new Error(`${archive.path} does not say what network it holds; name it with a preset`);
  const specs = listSpecs(dust3rSpec(config));
  const plan = planLoad(specs, archive, { aliases: weightAliases(config) });
  const isNewHead = kind === 'croco' || (own !== undefined && own.head.type !== config.head.type);
  if (!isNewHead) expectFullLoad(plan, archive.path);
  const { missing: drawn, extra: left } = isNewHead
    ? expectPartialLoad(plan, archive.path)
    : { missing: [], extra: [] };
  return { config, specs, plan, aside: { drawn, left } };
}

/** The network that the file says it holds; for CroCo, the DUSt3R with a linear head that its backbone starts. */
function ownConfig({ archive, kwargs, kind }: Checkpoint): ModelConfig | undefined {
  if (!kwargs) return undefined;
  if (kind === 'dust3r') return configFromFile(kwargs, archive.path);
  const backbone = /^(enc_|dec_|img_size$|patch_size$|mlp_ratio$|pos_embed$|norm_im2_in_dec$)/;
  const own = Object.entries(kwargs).filter(([name]) => backbone.test(name));
  return configFromFile(Object.fromEntries(own), archive.path);
}

function tensorSources(
  { archive }: Checkpoint,
  { specs, plan, seed }: { specs: ReadonlyMap<string, ParamSpec>; plan: LoadPlan; seed: number },
): TensorSource[] {
  return [...specs].map(([name, spec]) => {
    const stored = plan.found.get(name);
    return {
      name,
      shape: spec.shape,
      data: () => (stored === undefined ? drawWeight(name, spec, seed) : archive.readFloat32(stored)),
    };
  });
}

function isDecoderCopied({ found }: LoadPlan): boolean {
  return [...found].some(([name, stored]) => name.startsWith('dec_blocks2.') && stored.startsWith('dec_blocks.'));
}
