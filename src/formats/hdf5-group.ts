import { ByteReader } from './byte-reader.ts';
import { type Hdf5Message, messageTypes, readMessages, rootAddress, uint } from './hdf5-object.ts';
import { visitTree } from './hdf5-tree.ts';

const maxLinks = 100_000;
const undefinedAddress = 2 ** 64;

/** The messages of the object at a path of groups' names. @throws Error naming the file and what is there instead */
export function findObject(file: ByteReader, path: string): Hdf5Message[] {
  let messages = readMessages(file, rootAddress(file));
  for (const name of path.split('/').filter((part) => part !== '')) {
    const links = readLinks(file, messages);
    const address = links.get(name);
    if (address === undefined) {
      const there = [...links.keys()].slice(0, 20).join(', ');
      throw file.error(`expected ${name} of ${path} in the HDF5 file, found ${there || 'nothing'}`);
    }
    messages = readMessages(file, address);
  }
  return messages;
}

/** Addresses of a group's objects by their names. Links to other places are left out. */
function readLinks(file: ByteReader, messages: readonly Hdf5Message[]): ReadonlyMap<string, number> {
  const links = new Map<string, number>();
  for (const { type, reader } of messages) {
    if (type === messageTypes.symbolTable) readSymbolTable(file, reader, links);
    if (type === messageTypes.link) readLink(reader, links);
    if (type === messageTypes.linkInfo) expectNoHeap(reader);
  }
  return links;
}

/** The older form: a B-tree of tables, whose names are in a heap. */
function readSymbolTable(file: ByteReader, message: ByteReader, links: Map<string, number>): void {
  const [tree, heap] = [message.u64(), message.u64()];
  const heapReader = signed(file, heap, 'HEAP');
  heapReader.take(4);
  const size = heapReader.u64();
  heapReader.take(8);
  const names = new ByteReader(file.bytes, file.name, heapReader.u64()).part(size);
  let count = 0;
  visitTree(file, tree, { type: 0, keyBytes: 8 }, ({ child }) => {
    const table = signed(file, child, 'SNOD');
    table.take(2);
    for (let left = table.u16(); left > 0; left--) {
      names.position = table.u64();
      links.set(names.zeroEnded(4096), table.u64());
      if (++count > maxLinks) throw file.error(`expected at most ${maxLinks} objects in a group, found more`);
      table.take(24);
    }
  });
}

/** The newer form, in the group's header itself. */
function readLink(message: ByteReader, links: Map<string, number>): void {
  message.take(1);
  const flags = message.u8();
  const isHard = (flags & 8) === 0 || message.u8() === 0;
  if (flags & 4) message.take(8);
  if (flags & 16) message.take(1);
  const name = new TextDecoder().decode(message.take(uint(message, 1 << (flags & 3))));
  if (isHard) links.set(name, message.u64());
}

function expectNoHeap(message: ByteReader): void {
  message.take(1);
  if (message.u8() & 1) message.take(8);
  if (message.u64() >= undefinedAddress) return;
  throw message.error("expected a group of the older form; save it again with h5py, libver='earliest'");
}

function signed(file: ByteReader, address: number, signature: string): ByteReader {
  const reader = new ByteReader(file.bytes, file.name, address);
  if (Buffer.from(reader.take(4)).toString('latin1') === signature) return reader;
  throw file.error(`damaged HDF5: expected ${signature} at byte ${address}, found other bytes`);
}
