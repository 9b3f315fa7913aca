import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { defaultEnvironment } from '#backend/environment.ts';
import { ADDON, MUTE } from './addon.ts';
import { nvidiaGpu } from './library.ts';
import { findPackage } from './package.ts';
import { findNative, type NativeEngine } from './setup.ts';

/** The compiled add-on, as far as we use it. */
interface Binding {
  readonly TF_Version: string;
  isUsingGpuDevice(): boolean;
}

export interface NativeReport {
  /** libtensorflow's. */
  readonly version: string;
  /** 'CPU' or the GPU's name. */
  readonly device: string;
}

const PRIORITY = 3;

const require = createRequire(import.meta.url);

/**
 * Loads the native engine that `dust3r setup` left and registers it as tfjs's backend 'tensorflow', with its kernels.
 * The package's root is left alone: it wants the add-on inside node_modules.
 */
export async function startNative(): Promise<NativeReport> {
  const engine = await findNative();
  const folder = findPackage();
  if (!engine || !folder) throw new Error('it is not set up');
  quietTensorflow();
  restoreUtil();
  const binding = loadAddon(engine);
  if (!tf.findBackendFactory('tensorflow')) register(binding, folder);
  const device = binding.isUsingGpuDevice() ? ((await nvidiaGpu()) ?? 'GPU') : 'CPU';
  return { version: binding.TF_Version, device };
}

function register(binding: Binding, folder: string): void {
  const { NodeJSKernelBackend } = require(join(folder, 'dist', 'nodejs_kernel_backend.js'));
  require(join(folder, 'dist', 'register_all_kernels.js'));
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node-gpu'), PRIORITY);
}

/** TensorFlow's greeting on stderr is kept back, unless the user asked for its messages. */
function loadAddon({ folder }: NativeEngine): Binding {
  const stderr = require(join(folder, MUTE)) as { mute(): void; unmute(): void };
  if (process.env['TF_CPP_MIN_LOG_LEVEL'] !== '0') stderr.mute();
  try {
    return require(join(folder, ADDON)) as Binding;
  } finally {
    stderr.unmute();
  }
}

/** Errors only, and a GPU's memory as it is needed, unless the user wants it otherwise. */
function quietTensorflow(): void {
  defaultEnvironment('TF_CPP_MIN_LOG_LEVEL', '2');
  defaultEnvironment('TF_FORCE_GPU_ALLOW_GROWTH', 'true');
}

/** tfjs-node 4.22 calls two functions of node:util that Node 23 took away (tfjs#8425) and Node 22 warns about. */
function restoreUtil(): void {
  const util = require('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined;
  util['isArray'] = Array.isArray;
}
