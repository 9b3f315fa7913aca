import { readFileSync } from 'node:fs';

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
}

/** The tensors of a safetensors file of float32, int32 and uint8 values: all that the reference vectors hold. */
export function readGolden(path: string): Map<string, GoldenTensor> {
  const file = readFileSync(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { __metadata__, ...entries } = JSON.parse(file.toString('utf8', 8, start));
  return new Map(
    Object.entries(entries as Record<string, GoldenEntry>).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [from, to],
        },
      ]) => {
        const bytes = new Uint8Array(file.subarray(start + from, start + to)).buffer;
        return [name, { shape, data: readValues(name, dtype, bytes) }];
      },
    ),
  );
}

interface GoldenEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

const arrayTypes = { F32: Float32Array, I32: Int32Array, U8: Uint8Array };

function readValues(name: string, dtype: string, bytes: ArrayBuffer): GoldenTensor['data'] {
  if (!Object.hasOwn(arrayTypes, dtype))
    throw new Error(`readGolden: ${name} holds ${dtype}; F32, I32 and U8 are read`);
  return new arrayTypes[dtype as keyof typeof arrayTypes](bytes);
}

/** The float32 values of one tensor; throws when the file has none of that name. */
export function goldenFloats(golden: ReadonlyMap<string, GoldenTensor>, name: string): Float32Array {
  const data = golden.get(name)?.data;
  if (!(data instanceof Float32Array)) throw new Error(`goldenFloats: no float32 tensor '${name}'`);
  return data;
}
