import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';

/** Registers tfjs's WebAssembly engine with its binaries taken from node_modules. */
export async function registerWasm(): Promise<void> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const root = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'));
  setWasmPaths(join(root, 'dist') + sep);
}
