import * as tf from '@tensorflow/tfjs';
import { applyRepairs } from './repairs.ts';

export type BackendName = 'tensorflow' | 'webgpu' | 'wasm' | 'cpu';

export interface BackendReport {
  readonly name: BackendName;
  /** The engine's own version: libtensorflow's for 'tensorflow', else tfjs's. */
  readonly version: string;
  /** 'CPU' or the GPU. */
  readonly device: string;
  /** For 'auto': the better engines that could not be had, and why. */
  readonly passedOver: readonly PassedOver[];
}

interface PassedOver {
  readonly name: BackendName;
  readonly reason: string;
}

export const BACKEND_NAMES: readonly BackendName[] = ['tensorflow', 'webgpu', 'wasm', 'cpu'];

/** What to do where an engine does not work. */
const WAYS_OUT: Record<BackendName, string> = {
  tensorflow: 'run `dust3r setup`',
  webgpu: 'take another engine, or `npm install webgpu`',
  wasm: '`npm install @tensorflow/tfjs-backend-wasm`',
  cpu: '`npm install @tensorflow/tfjs`',
};

/**
 * Registers an engine, makes it tfjs's current one with our repairs applied, and waits until it is ready.
 * 'auto' takes the first that works of: tensorflow, webgpu on a real GPU, wasm, cpu.
 * @throws Error with the reason and the way out when a named engine does not work
 */
export async function chooseBackend(name: BackendName | 'auto' = 'auto'): Promise<BackendReport> {
  if (name !== 'auto') return { ...(await start(name, true)), passedOver: [] };
  const passedOver: PassedOver[] = [];
  for (const candidate of BACKEND_NAMES) {
    try {
      return { ...(await start(candidate, false)), passedOver };
    } catch (error) {
      passedOver.push({ name: candidate, reason: (error as Error).message });
    }
  }
  throw new Error(`no engine works: ${passedOver.map((each) => each.reason).join('; ')}`);
}

type Started = Omit<BackendReport, 'passedOver'>;

/** @param byName the user asked for this one, so a software GPU will do */
async function start(name: BackendName, byName: boolean): Promise<Started> {
  try {
    const started = await register(name, byName);
    applyRepairs(name);
    if (!(await tf.setBackend(name))) throw new Error('tfjs could not start it');
    await tf.ready();
    if (name === 'cpu') skipGreeting();
    return started;
  } catch (error) {
    const known = BACKEND_NAMES.includes(name);
    if (!known) throw new Error(`engine: expected ${BACKEND_NAMES.join(', ')} or auto, got ${name}`);
    const [reason] = (error as Error).message.split('\n');
    throw new Error(`engine ${name}: ${reason}; ${WAYS_OUT[name]}`);
  }
}

/** Modules are imported here, not above: each engine is heavy, and one is enough. */
async function register(name: BackendName, byName: boolean): Promise<Started> {
  switch (name) {
    case 'tensorflow': {
      const { startNative } = await import('./native/load.ts');
      const { registerFastKernels } = await import('./kernels.ts');
      const native = await startNative();
      if (native.device === 'CPU') registerFastKernels();
      return { name, ...native };
    }
    case 'webgpu': {
      const { registerWebGpu } = await import('./webgpu.ts');
      const adapter = await registerWebGpu(byName);
      return { name, version: tf.version_core, device: adapter.description };
    }
    case 'wasm': {
      const { registerWasm } = await import('./wasm.ts');
      await registerWasm();
      return { name, version: tf.version_core, device: 'CPU' };
    }
    case 'cpu':
      return { name, version: tf.version_core, device: 'CPU' };
  }
}

/** tfjs's cpu engine prints an advertisement for its native one at its first tensor. */
function skipGreeting(): void {
  (tf.backend() as unknown as { firstUse: boolean }).firstUse = false;
}
