import { openFile, type RandomAccessFile } from '#files/random-access-file.ts';

export interface TfRecordOptions {
  readonly signal?: AbortSignal;
  /** Longer records are refused before memory is taken. */
  readonly maxRecordBytes?: number;
}

const defaultMaxRecordBytes = 2 ** 28;

/**
 * The records of an uncompressed TFRecord file, one after another; only one is in memory at a time.
 * @throws Error naming the file and the byte of a record that is cut off, too long, or has a wrong checksum
 */
export async function* readTfRecords(
  path: string,
  { signal, maxRecordBytes = defaultMaxRecordBytes }: TfRecordOptions = {},
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  signal?.throwIfAborted();
  const file = await openFile(path);
  try {
    for (let position = 0; position < file.size; ) {
      const record = await readRecord(file, position, maxRecordBytes);
      signal?.throwIfAborted();
      yield record;
      signal?.throwIfAborted();
      position += record.length + 16;
    }
  } finally {
    await file.close();
  }
}

async function readRecord(
  file: RandomAccessFile,
  position: number,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const damaged = (problem: string) => new Error(`${file.path}: damaged TFRecord at byte ${position}: ${problem}`);
  if (position + 16 > file.size) throw damaged('the file ends there; is it cut short?');
  const head = await file.read(position, 12);
  const view = new DataView(head.buffer);
  if (view.getUint32(8, true) !== maskedCrc32c(head.subarray(0, 8))) throw damaged('its length has a wrong checksum');
  const length = Number(view.getBigUint64(0, true));
  if (position + 16 + length > file.size) {
    throw damaged(`expected ${length} bytes, found the end of the file; is it cut short?`);
  }
  if (length > maxBytes) throw damaged(`expected at most ${maxBytes} bytes, found ${length}`);
  const body = await file.read(position + 12, length + 4);
  const data = body.subarray(0, length);
  const checksum = new DataView(body.buffer).getUint32(length, true);
  if (checksum !== maskedCrc32c(data)) throw damaged('its data have a wrong checksum');
  return data;
}

/**
 * A record of a TFRecord file: length (uint64), masked checksum of the length, data, masked checksum of the data, all
 * little-endian. TensorBoard stops at a record that is cut off, so a file may be appended to while it is read.
 */
export function encodeTfRecord(data: Uint8Array): Uint8Array {
  const record = new Uint8Array(data.length + 16);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc32c(data), true);
  return record;
}

/** CRC-32C (Castagnoli), as iSCSI's: of "123456789" it is 0xe3069283. */
export function crc32c(data: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < data.length; i++) {
    crc = (crc >>> 8) ^ (crcTable[(crc ^ (data[i] as number)) & 0xff] as number);
  }
  return ~crc >>> 0;
}

/** Rotated and shifted, so that a checksum of data that holds checksums stays a good one (TensorFlow's crc32c.h). */
function maskedCrc32c(data: Uint8Array): number {
  const crc = crc32c(data);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

const crcTable = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
