import { type RandomAccessFile, withFile } from '#files/random-access-file.ts';
import { findTensor, type TensorArchive } from './archive.ts';
import { readByteRun, readFloat32Run } from './read-elements.ts';
import { readSafetensorsHeader, type SafetensorsHeader } from './safetensors-header.ts';

/**
 * Opens a .safetensors file: reads its header, and tensors when asked.
 * @throws Error when the header is not exactly what the format demands (see readSafetensorsHeader)
 */
export async function openSafetensors(path: string): Promise<TensorArchive> {
  return withFile(path, async (file) => archiveOf(file, await readSafetensorsHeader(file)));
}

function archiveOf(file: RandomAccessFile, { tensors, metadata }: SafetensorsHeader): TensorArchive {
  return {
    path: file.path,
    tensors,
    metadata,
    readFloat32: async (name) => readFloat32Run(file, findTensor(file.path, tensors, name)),
    readBytes: async (name) => readByteRun(file, findTensor(file.path, tensors, name)),
    close: () => file.close(),
  };
}
