import { ByteReader } from './byte-reader.ts';

/** Part of an object's header: what it is, and its bytes. */
export interface Hdf5Message {
  readonly type: number;
  readonly reader: ByteReader;
}

export const messageTypes = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  continuation: 16,
  symbolTable: 17,
} as const;

const signature = '\x89HDF\r\n\x1a\n';
const maxMessages = 10_000;
const sharedFlag = 2;

/** The file from its superblock on, which may begin after others' bytes: at 512, 1024, 2048, … */
export function fileOf(bytes: Uint8Array, name: string): ByteReader {
  for (let start = 0; start < bytes.length; start = Math.max(512, 2 * start)) {
    if (textAt(bytes, start, 8) === signature) return new ByteReader(bytes.subarray(start), name);
  }
  throw new Error(`${name}: expected an HDF5 file, found another signature`);
}

/** Address of the root group's header. */
export function rootAddress(file: ByteReader): number {
  file.position = 8;
  const version = file.u8();
  if (version > 3) throw file.error(`expected an HDF5 superblock of version 0 to 3, found ${version}`);
  const isOld = version < 2;
  if (isOld) file.take(4);
  const [addressBytes, lengthBytes] = [file.u8(), file.u8()];
  if (addressBytes !== 8 || lengthBytes !== 8) {
    throw file.error(`expected addresses of 8 bytes in the HDF5 file, found ${addressBytes} and ${lengthBytes}`);
  }
  // Then flags and sizes of B-trees, and the addresses of the file's start, free space, end and driver.
  file.take(isOld ? 9 + (version === 1 ? 4 : 0) : 1);
  const fields = Array.from({ length: isOld ? 6 : 4 }, () => file.u64());
  return fields.at(-1) as number;
}

/** The messages of the object's header at an address. @throws Error naming the file if there is none */
export function readMessages(file: ByteReader, address: number): Hdf5Message[] {
  const reader = new ByteReader(file.bytes, file.name, address);
  const isNew = textAt(file.bytes, address, 4) === 'OHDR';
  const form = isNew ? newHeader(reader) : oldHeader(reader);
  const messages: Hdf5Message[] = [];
  // Continuations are blocks of more messages; the list grows while it is walked.
  const blocks = [form.first];
  for (let b = 0; b < blocks.length; b++) {
    const block = blocks[b] as ByteReader;
    while (block.remaining >= form.messageHead) {
      const message = form.readMessage(block);
      if (messages.push(message) > maxMessages)
        throw file.error(`expected at most ${maxMessages} messages, found more`);
      if (message.type === messageTypes.continuation) blocks.push(form.continuation(file, message.reader));
    }
  }
  return messages;
}

interface HeaderForm {
  readonly first: ByteReader;
  /** Bytes of a message's head; what is less at the end of a block is a gap. */
  readonly messageHead: number;
  readMessage(block: ByteReader): Hdf5Message;
  continuation(file: ByteReader, message: ByteReader): ByteReader;
}

function oldHeader(reader: ByteReader): HeaderForm {
  const version = reader.u8();
  if (version !== 1) throw reader.error(`expected an HDF5 object at byte ${reader.position - 1}, found none`);
  reader.take(7);
  const size = reader.u32();
  reader.take(4);
  return {
    first: reader.part(size),
    messageHead: 8,
    readMessage(block) {
      const [type, size, flags] = [block.u16(), block.u16(), block.u8()];
      block.take(3);
      return messageOf(type, flags, block.part(size));
    },
    continuation: (file, message) => new ByteReader(file.bytes, file.name, message.u64()).part(message.u64()),
  };
}

function newHeader(reader: ByteReader): HeaderForm {
  reader.take(5);
  const flags = reader.u8();
  if (flags & 0x20) reader.take(16); // times
  if (flags & 0x10) reader.take(4); // how many attributes are stored in which way
  const size = uint(reader, 1 << (flags & 3));
  const orderBytes = flags & 4 ? 2 : 0;
  return {
    first: reader.part(size),
    messageHead: 4 + orderBytes,
    readMessage(block) {
      const [type, size, flags] = [block.u8(), block.u16(), block.u8()];
      block.take(orderBytes);
      return messageOf(type, flags, block.part(size));
    },
    continuation(file, message) {
      const block = new ByteReader(file.bytes, file.name, message.u64()).part(message.u64());
      return new ByteReader(block.bytes.subarray(4, -4), file.name); // 'OCHK' and a checksum around it
    },
  };
}

/** A shared message is elsewhere: its type is none of those that are looked for, so that a search tells of it. */
function messageOf(type: number, flags: number, reader: ByteReader): Hdf5Message {
  return { type: flags & sharedFlag ? -type : type, reader };
}

/** A number of 1, 2, 4 or 8 bytes. */
export function uint(reader: ByteReader, bytes: number): number {
  if (bytes === 1) return reader.u8();
  if (bytes === 2) return reader.u16();
  return bytes === 4 ? reader.u32() : reader.u64();
}

function textAt(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
}
