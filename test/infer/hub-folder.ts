import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelConfig } from '#model/config.ts';
import type { Dust3r } from '#model/dust3r.ts';
import { hubConfigJson } from '#model/hub-config.ts';
import { decodeFloat32, encodeFloat32 } from '#weights/float-codec.ts';
import { type WriteSafetensorsOptions, writeSafetensors } from '#weights/safetensors-write.ts';

export interface StoredWeight {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A network's weights on the host, by their checkpoint names. */
export function weightsOf(model: Dust3r): Map<string, StoredWeight> {
  return new Map(
    [...model.weights()].map(([name, weight]) => [
      name,
      { shape: weight.shape, data: weight.dataSync().slice() as Float32Array },
    ]),
  );
}

/** Writes `model.safetensors` and, given a configuration, `config.json`. */
export async function writeHubFolder(
  folder: string,
  weights: ReadonlyMap<string, StoredWeight>,
  { config, storage }: { config?: ModelConfig } & Pick<WriteSafetensorsOptions, 'storage'> = {},
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const tensors = [...weights].map(([name, { shape, data }]) => ({ name, shape, data: () => data }));
  await writeSafetensors(join(folder, 'model.safetensors'), tensors, storage ? { storage } : {});
  if (config) await writeFile(join(folder, 'config.json'), hubConfigJson(config));
  return folder;
}

/** The values as they come back from half precision. */
export function roundedTo(storage: 'F16' | 'BF16', { data }: StoredWeight): Float32Array {
  const values = data.slice();
  decodeFloat32(storage, encodeFloat32(storage, data.slice()) as Uint8Array<ArrayBuffer>, values);
  return values;
}
