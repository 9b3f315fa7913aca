import type { RandomAccessFile } from '#files/random-access-file.ts';
import { entryPosition, readZipDirectory, readZipEntry, type ZipEntry } from '#files/zip-archive.ts';
import { dtypeSizes } from './dtype.ts';
import { maxPickleBytes, type TorchFile } from './torch-file.ts';
import { type StorageId, torchHost } from './torch-globals.ts';
import { unpickle } from './torch-pickle.ts';
import { TorchStorage } from './torch-tensor.ts';

/** Reads torch.save's zip format: `<folder>/data.pkl`, `<folder>/byteorder` and one `<folder>/data/<key>` a storage. */
export async function readTorchZip(file: RandomAccessFile): Promise<TorchFile> {
  const entries = await readZipDirectory(file);
  for (const [name, { packing }] of entries)
    if (packing !== 'stored') throw new Error(`the entry ${name} is compressed or encrypted; torch.save only stores`);
  const folder = folderOf(entries);
  const find = (name: string) => {
    const entry = entries.get(folder + name);
    if (!entry) throw new Error(`the archive has no entry ${folder}${name}`);
    return entry;
  };
  const pickle = await readEntry(file, find('data.pkl'));
  const order = entries.has(`${folder}byteorder`) ? await readEntry(file, find('byteorder')) : new Uint8Array();
  const resolve = (id: StorageId) => storageOf(id, find(`data/${id.key}`));
  return {
    value: unpickle(pickle, 0, torchHost(resolve)).value,
    bigEndian: new TextDecoder().decode(order).trim() === 'big',
    positionOf: async ({ key }) => entryPosition(file, find(`data/${key}`)),
  };
}

function folderOf(entries: ReadonlyMap<string, ZipEntry>): string {
  const pickle = [...entries.keys()].find((name) => /^[^/]*\/data\.pkl$/.test(name));
  if (!pickle) throw new Error('this zip archive is not a PyTorch checkpoint: it has no data.pkl');
  const folder = pickle.slice(0, -'data.pkl'.length);
  if (entries.has(`${folder}constants.pkl`)) {
    throw new Error('this is a TorchScript archive, a program; a checkpoint of torch.save is needed');
  }
  return folder;
}

async function readEntry(file: RandomAccessFile, entry: ZipEntry): Promise<Uint8Array> {
  if (entry.size > maxPickleBytes) {
    throw new Error(`its pickle has ${entry.size} bytes, more than the limit of ${maxPickleBytes}`);
  }
  return readZipEntry(file, entry, maxPickleBytes);
}

function storageOf({ key, dtype, count }: StorageId, entry: ZipEntry): TorchStorage {
  if (count * dtypeSizes[dtype] !== entry.size) {
    throw new Error(`storage ${key}: ${count} elements of ${dtype} are promised, ${entry.size} bytes are there`);
  }
  return new TorchStorage({ key, dtype, count, first: 0 });
}
