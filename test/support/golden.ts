import { readFileSync } from 'node:fs';

export interface GoldenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The tensors of a safetensors file of float32 and int32 values: all that the reference vectors hold. */
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
        return [name, { shape, data: dtype === 'I32' ? new Int32Array(bytes) : readFloats(name, dtype, bytes) }];
      },
    ),
  );
}

interface GoldenEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function readFloats(name: string, dtype: string, bytes: ArrayBuffer): Float32Array {
  if (dtype !== 'F32') throw new Error(`readGolden: ${name} holds ${dtype}; only F32 and I32 are read`);
  return new Float32Array(bytes);
}

/** The float32 values of one tensor; throws when the file has none of that name. */
export function goldenFloats(golden: ReadonlyMap<string, GoldenTensor>, name: string): Float32Array {
  const data = golden.get(name)?.data;
  if (!(data instanceof Float32Array)) throw new Error(`goldenFloats: no float32 tensor '${name}'`);
  return data;
}
