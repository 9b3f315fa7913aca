import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The reference's numbers that are kept with the tests. */
export const goldenFolder = 'test/fixtures/golden';

/** Copies some of the reference's files into a folder. */
export async function copyGolden(folder: string, files: readonly string[]): Promise<string> {
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(goldenFolder, file), join(folder, file));
  }
  return folder;
}

/** Changes the numbers of one float32 tensor of a safetensors file. */
export async function changeTensor(path: string, name: string, change: (values: Float32Array) => void): Promise<void> {
  const file = await readFile(path);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { data_offsets } = JSON.parse(file.toString('utf8', 8, start))[name] as { data_offsets: [number, number] };
  const [from, to] = data_offsets;
  const values = new Float32Array(new Uint8Array(file.subarray(start + from, start + to)).buffer);
  change(values);
  file.set(new Uint8Array(values.buffer), start + from);
  await writeFile(path, file);
}

/** Changes the value of a JSON file. */
export async function changeJson<Value>(path: string, change: (value: Value) => void): Promise<void> {
  const value = JSON.parse(await readFile(path, 'utf8')) as Value;
  change(value);
  await writeFile(path, JSON.stringify(value));
}
