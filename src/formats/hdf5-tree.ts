import { ByteReader } from './byte-reader.ts';

export interface TreeForm {
  /** 0: of groups; 1: of chunks. */
  readonly type: 0 | 1;
  readonly keyBytes: number;
}

export interface TreeLeaf {
  readonly key: ByteReader;
  readonly child: number;
}

const maxEntries = 1_000_000;

/** Visits the leaves of a version 1 B-tree from left to right. @throws Error naming the file if it is damaged */
export function visitTree(file: ByteReader, root: number, form: TreeForm, visit: (leaf: TreeLeaf) => void): void {
  let left = maxEntries;
  const walk = (address: number, expectedLevel?: number) => {
    const { node, level, count } = readNode(file, address, form);
    // Levels fall to 0, so that even a node that names itself ends.
    if (level !== (expectedLevel ?? level)) throw damaged(file, address);
    left -= count;
    if (left < 0) throw file.error(`expected at most ${maxEntries} entries in a B-tree of the HDF5 file, found more`);
    for (let at = 0; at < count; at++) {
      const key = node.part(form.keyBytes);
      const child = node.u64();
      if (level === 0) visit({ key, child });
      else walk(child, level - 1);
    }
  };
  walk(root);
}

function readNode(file: ByteReader, address: number, { type }: TreeForm) {
  const node = new ByteReader(file.bytes, file.name, address);
  if (Buffer.from(node.take(4)).toString('latin1') !== 'TREE' || node.u8() !== type) throw damaged(file, address);
  const [level, count] = [node.u8(), node.u16()];
  node.take(16); // siblings
  return { node, level, count };
}

function damaged(file: ByteReader, address: number): Error {
  return file.error(`damaged HDF5: the B-tree's node at byte ${address}`);
}
