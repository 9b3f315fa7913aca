import type { RandomAccessFile } from '#files/random-access-file.ts';
import { dtypeSizes, isShape } from './dtype.ts';
import { maxPickleBytes, type TorchFile } from './torch-file.ts';
import { type StorageId, torchHost } from './torch-globals.ts';
import { type PickleHost, unpickle } from './torch-pickle.ts';
import { TorchStorage } from './torch-tensor.ts';

const magicNumber = 0x1950a86a20f9469cfc6cn;
const protocolVersion = 1001;

/** Refuses every global and reference: for the pickles that hold plain numbers and text. */
const plainHost: PickleHost = {
  findGlobal: (name) => {
    throw new Error(`the header of a PyTorch file needs no ${JSON.stringify(name.slice(0, 100))}; it was refused`);
  },
  loadPersistent: () => {
    throw new Error('the header of a PyTorch file has no references');
  },
};

/**
 * Reads torch.save's format before version 1.6: five pickles (magic number, protocol, system, value, storage keys), then
 * for each key its number of elements (8 bytes) and its elements. They are little-endian on every machine.
 */
export async function readTorchLegacy(file: RandomAccessFile): Promise<TorchFile> {
  const head = await file.read(0, Math.min(file.size, maxPickleBytes));
  const storages = new Map<string, TorchStorage>();
  const magic = expectMagic(head);
  const protocol = unpickle(head, magic.end, plainHost);
  if (protocol.value !== protocolVersion) throw new Error(`protocol version ${protocolVersion} is expected`);
  const system = unpickle(head, protocol.end, plainHost);
  const { value, end } = unpickle(
    head,
    system.end,
    torchHost((id) => remember(storages, id)),
  );
  const keys = unpickle(head, end, plainHost);
  const positions = await locate(file, { keys: keys.value, start: keys.end, storages });
  return { value, bigEndian: false, positionOf: async ({ key }) => positions.get(key) as number };
}

function expectMagic(head: Uint8Array): { end: number } {
  if (head[0] === 0x80) {
    const { value, end } = unpickle(head, 0, plainHost);
    if (value === magicNumber) return { end };
  }
  throw new Error('this is not a PyTorch checkpoint (neither a zip archive nor the magic number of the old format)');
}

function remember(storages: Map<string, TorchStorage>, { key, dtype, count, view }: StorageId): TorchStorage {
  const known = storages.get(key) ?? new TorchStorage({ key, dtype, count, first: 0 });
  if (known.dtype !== dtype || known.count !== count) throw new Error(`storage ${key} is described in two ways`);
  storages.set(key, known);
  if (view === null || view === undefined) return known;
  const [, first, viewCount] = (Array.isArray(view) ? view : []) as unknown[];
  const place = [first, viewCount];
  if (!isShape(place) || (place[0] as number) + (place[1] as number) > count) {
    throw new Error(`storage ${key}: a view of it leaves its ${count} elements`);
  }
  return new TorchStorage({ key, dtype, first: place[0] as number, count: place[1] as number });
}

interface StorageTable {
  readonly keys: unknown;
  readonly start: number;
  readonly storages: ReadonlyMap<string, TorchStorage>;
}

async function locate(
  file: RandomAccessFile,
  { keys, start, storages }: StorageTable,
): Promise<ReadonlyMap<string, number>> {
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [];
  if (list.length !== storages.size) {
    throw new Error(`${storages.size} storages are used, but the list of storages has ${list.length}`);
  }
  const positions = new Map<string, number>();
  let position = start;
  for (const key of list) {
    const storage = storages.get(key as string);
    if (!storage || positions.has(storage.key)) throw new Error('the list of storages does not match those in use');
    const count = new DataView((await file.read(position, 8)).buffer).getBigUint64(0, true);
    if (count !== BigInt(storage.count)) {
      throw new Error(`storage ${storage.key}: ${storage.count} elements are promised, ${count} are there`);
    }
    positions.set(storage.key, position + 8);
    position += 8 + storage.count * dtypeSizes[storage.dtype];
    if (position > file.size) throw new Error(`storage ${storage.key} leaves the file; was its download cut short?`);
  }
  return positions;
}
