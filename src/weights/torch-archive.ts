import { type RandomAccessFile, withFile } from '#files/random-access-file.ts';
import { findTensor, type TensorArchive, type TensorInfo } from './archive.ts';
import { dtypeSizes } from './dtype.ts';
import { decodeFloat32 } from './float-codec.ts';
import { type ElementRun, readByteRun, readFloat32Run } from './read-elements.ts';
import { collectTensors, type PythonData, toPlainData } from './torch-contents.ts';
import type { TorchFile } from './torch-file.ts';
import { readTorchLegacy } from './torch-legacy.ts';
import { gatherBytes, type TorchTensor } from './torch-tensor.ts';
import { readTorchZip } from './torch-zip.ts';

export interface TorchArchive extends TensorArchive {
  /** The whole pickle as plain data, a tensor being its dtype and shape: `args`, `epoch`, the optimizer's numbers, … */
  readonly contents: PythonData;
}

export interface OpenTorchOptions {
  /** The key of the dict whose tensors are wanted; by default 'model' where there is one, otherwise everything. */
  readonly part?: string;
}

/**
 * Opens what torch.save wrote (zip or legacy format). Tensors, of a state dict at the top level or under 'model',
 * are named by their dotted path; their data are read when asked for.
 *
 * The pickle is read as data: a list of harmless names is understood, any other is refused, and nothing is run.
 * @throws Error naming the file and what is damaged, missing or refused
 */
export async function openTorch(path: string, options: OpenTorchOptions = {}): Promise<TorchArchive> {
  return withFile(path, async (file) => {
    const torch = await readTorchFile(file);
    const tensors = collectTensors(partOf(torch.value, options.part));
    return archiveOf(file, { torch, tensors, contents: toPlainData(torch.value) });
  });
}

async function readTorchFile(file: RandomAccessFile): Promise<TorchFile> {
  const [first, second] = await file.read(0, Math.min(2, file.size));
  const isZip = first === 0x50 && second === 0x4b;
  return isZip ? readTorchZip(file) : readTorchLegacy(file);
}

function partOf(value: unknown, part: string | undefined): unknown {
  if (part === undefined) return value instanceof Map && value.has('model') ? value.get('model') : value;
  if (value instanceof Map && value.has(part)) return value.get(part);
  throw new Error(`it has no part ${JSON.stringify(part)}`);
}

interface OpenParts {
  readonly torch: TorchFile;
  readonly tensors: ReadonlyMap<string, TorchTensor>;
  readonly contents: PythonData;
}

function archiveOf(file: RandomAccessFile, { torch, tensors, contents }: OpenParts): TorchArchive {
  const find = (name: string) => findTensor(file.path, tensors, name);
  return {
    path: file.path,
    tensors: new Map([...tensors].map(([name, { dtype, shape }]): [string, TensorInfo] => [name, { dtype, shape }])),
    metadata: {},
    contents,
    readFloat32: async (name) => readFloat32(file, torch, find(name)),
    readBytes: async (name) => readBytes(file, torch, find(name)),
    close: () => file.close(),
  };
}

async function readFloat32(file: RandomAccessFile, torch: TorchFile, tensor: TorchTensor): Promise<Float32Array> {
  if (tensor.isContiguous) return readFloat32Run(file, await spanOf(torch, tensor));
  const values = new Float32Array(tensor.count);
  decodeFloat32(tensor.dtype, await readBytes(file, torch, tensor), values);
  return values;
}

async function readBytes(
  file: RandomAccessFile,
  torch: TorchFile,
  tensor: TorchTensor,
): Promise<Uint8Array<ArrayBuffer>> {
  const span = await readByteRun(file, await spanOf(torch, tensor));
  return tensor.isContiguous ? span : gatherBytes(tensor, span, dtypeSizes[tensor.dtype]);
}

async function spanOf(torch: TorchFile, tensor: TorchTensor): Promise<ElementRun> {
  const { dtype, storage, offset, span } = tensor;
  const position = (await torch.positionOf(storage)) + (storage.first + offset) * dtypeSizes[dtype];
  return { dtype, position, count: span, bigEndian: torch.bigEndian };
}
