import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';

/** The files that test/fixtures/torch/make.py wrote. */
export function fixture(name: string): string {
  return join('test', 'fixtures', 'torch', name);
}

/** Pickles that try to run something or to exhaust the reader, by what they try. */
export function maliciousPickles(): readonly (readonly [title: string, pickle: Uint8Array])[] {
  return Object.entries(unzipSync(readFileSync(fixture('malicious.zip'))));
}

/** What torch.save would write around a pickle: storage '0' has four float32 elements, 1 to 4. */
export function torchZip(pickle: Uint8Array, others: Readonly<Record<string, Uint8Array>> = {}): Uint8Array {
  const data = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
  return zipSync({ 'a/data.pkl': pickle, 'a/data/0': data, ...prefixed(others) }, { level: 0 });
}

function prefixed(files: Readonly<Record<string, Uint8Array>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`a/${name}`, bytes]));
}

/** The text of a pickle: ASCII characters stand for themselves, numbers for bytes. */
export function pickle(...parts: readonly (string | number)[]): Uint8Array {
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part)));
  return Uint8Array.from(Buffer.concat(bytes));
}
