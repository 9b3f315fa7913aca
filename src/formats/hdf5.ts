import { ByteReader } from './byte-reader.ts';
import { decodeElements, type NumberValues } from './elements.ts';
import { type ReadOptions, readFileBytes } from './file-bytes.ts';
import { type ChunkedLayout, readChunks } from './hdf5-chunks.ts';
import { findObject } from './hdf5-group.ts';
import { type DatasetHeader, readDatasetHeader } from './hdf5-messages.ts';
import { fileOf } from './hdf5-object.ts';

/** An array of an HDF5 file, in C order. */
export interface Hdf5Dataset {
  readonly shape: readonly number[];
  readonly values: NumberValues;
}

const maxBytes = 2 ** 29;

/** Reads one data set of an `.h5` file, as decodeHdf5 does. @throws Error naming the file */
export async function readHdf5(path: string, dataset: string, options: ReadOptions = {}): Promise<Hdf5Dataset> {
  return decodeHdf5(await readFileBytes(path, options), dataset, path);
}

/**
 * One data set of an HDF5 file, such as MegaDepth's `/depth`: numbers of either byte order up to 64 bits (not int64),
 * compact, contiguous or in chunks, plain or with deflate, shuffle and Fletcher's checksum. Read is the format that
 * libraries write unless told otherwise (`libver='earliest'` of h5py); groups of the later one too, but not its chunks.
 * @param dataset its path, as `depth` or `scene/depth`
 * @throws Error naming the file, and what in it is damaged, missing or not read
 */
export function decodeHdf5(bytes: Uint8Array, dataset: string, name = 'hdf5'): Hdf5Dataset {
  const file = fileOf(bytes, name);
  const header = readDatasetHeader(file, findObject(file, dataset));
  const { shape, type } = header;
  const size = shape.reduce((product, each) => product * each, header.elementBytes);
  if (!(size <= maxBytes)) {
    throw file.error(`expected at most ${maxBytes} bytes in ${dataset}, found [${shape.join(', ')}] elements`);
  }
  const values = decodeElements(readElements(file, header, size), type, header);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    throw file.error(`expected numbers of at most 53 bits in ${dataset}, found 64-bit integers`);
  }
  return { shape, values };
}

function readElements(file: ByteReader, header: DatasetHeader, size: number): Uint8Array<ArrayBuffer> {
  const { layout, elementBytes, shape, filters } = header;
  if (layout.kind === 'chunked')
    return readChunks(file, layout satisfies ChunkedLayout, { shape, elementBytes, filters });
  const bytes =
    layout.kind === 'compact' ? layout.bytes : new ByteReader(file.bytes, file.name, layout.address).take(size);
  if (bytes.length !== size) throw file.error(`expected ${size} bytes of values, found ${bytes.length}`);
  return new Uint8Array(bytes);
}
