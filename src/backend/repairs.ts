import * as tf from '@tensorflow/tfjs';
import { nativeConvolutions } from './repairs/conv2d-native.ts';
import { repairedGradients } from './repairs/gradients.ts';
import { webgpuPad } from './repairs/pad-webgpu.ts';
import { wasmFusedMatMul, wasmMatMul } from './repairs/wasm-matmul.ts';
import { wasmMissing } from './repairs/wasm-missing.ts';

/**
 * Mends what tfjs 4.22 lacks or gets wrong on an engine, in the registries of the tfjs that runs: for the gradients of
 * all engines, and for the kernels of this one, which must be registered. Does so once for each engine.
 */
export function applyRepairs(backend: string): void {
  for (const gradient of repairedGradients) tf.registerGradient(gradient);
  if (repaired.has(backend)) return;
  repaired.add(backend);
  for (const kernel of kernelsFor(backend)) replaceKernel(kernel);
}

const repaired = new Set<string>();

function kernelsFor(backend: string): readonly tf.KernelConfig[] {
  switch (backend) {
    case 'tensorflow':
      return nativeConvolutions;
    case 'wasm':
      return [wasmMatMul(), wasmFusedMatMul(), ...wasmMissing];
    case 'webgpu':
      return [webgpuPad()];
    default:
      return [];
  }
}

function replaceKernel(kernel: tf.KernelConfig): void {
  if (tf.getKernel(kernel.kernelName, kernel.backendName)) tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}
