import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { findTensor, type TensorArchive } from './archive.ts';
import { type JsonValue, parseLenientJson } from './lenient-json.ts';
import { openSafetensors } from './safetensors.ts';

/** Opens the shards that a hub folder's `model.safetensors.index.json` names, as one archive. */
export async function openShardedSafetensors(indexPath: string): Promise<TensorArchive> {
  const shardOf = shardNames(parseLenientJson(await readFile(indexPath, 'utf8'), indexPath), indexPath);
  const shards = new Map<string, TensorArchive>();
  const close = async () => {
    await Promise.all([...shards.values()].map((shard) => shard.close()));
  };
  try {
    for (const file of new Set(shardOf.values()))
      shards.set(file, await openSafetensors(join(dirname(indexPath), file)));
    return combined(
      indexPath,
      new Map([...shardOf].map(([name, file]) => [name, shards.get(file) as TensorArchive])),
      close,
    );
  } catch (error) {
    await close();
    throw error;
  }
}

function combined(
  path: string,
  shardOf: ReadonlyMap<string, TensorArchive>,
  close: () => Promise<void>,
): TensorArchive {
  const tensors = new Map([...shardOf].map(([name, shard]) => [name, findTensor(shard.path, shard.tensors, name)]));
  return {
    path,
    tensors,
    metadata: [...shardOf.values()][0]?.metadata ?? {},
    readFloat32: async (name) => findTensor(path, shardOf, name).readFloat32(name),
    readBytes: async (name) => findTensor(path, shardOf, name).readBytes(name),
    close,
  };
}

function shardNames(index: JsonValue, path: string): ReadonlyMap<string, string> {
  const weightMap = (index as { weight_map?: unknown } | null)?.weight_map;
  if (typeof weightMap !== 'object' || weightMap === null) {
    throw new Error(`${path}: expected an object weight_map of tensor name → file name`);
  }
  const entries = Object.entries(weightMap);
  for (const [name, file] of entries) {
    if (typeof file === 'string' && file.endsWith('.safetensors') && basename(file) === file) continue;
    throw new Error(`${path}: ${name} must be in a .safetensors file of the same folder, got ${JSON.stringify(file)}`);
  }
  return new Map(entries);
}
