import * as tf from '@tensorflow/tfjs';
import { startClock } from './clock.ts';

/** Time spent in one kernel on behalf of one function of the network. */
export interface KernelTime {
  /** The innermost named function of src/model or src/tensor that asked for it: `gelu`, `rope2d`, `residualUnit`, … */
  readonly op: string;
  readonly kernel: string;
  calls: number;
  ms: number;
  /** Processor time of all threads. */
  cpuMs: number;
  /** Floating-point operations of products and convolutions; 0 for everything else. */
  flop: number;
}

const OURS = /\/src\/(model|tensor)\//;
const STACK_DEPTH = 60;

/**
 * Runs a computation with every kernel of the current engine timed, the most processor time first. Only for engines that have finished
 * a kernel when they return from it, as all do on a CPU; finding the caller adds time outside the kernels.
 */
export function profileKernels<T>(compute: () => T): { result: T; times: readonly KernelTime[] } {
  const times = new Map<string, KernelTime>();
  const restore = timeKernels(tf.getBackend(), times);
  try {
    const result = compute();
    return { result, times: [...times.values()].sort((a, b) => b.cpuMs - a.cpuMs) };
  } finally {
    restore();
  }
}

function timeKernels(backend: string, times: Map<string, KernelTime>): () => void {
  const kernels = tf.getKernelsForBackend(backend);
  const inner = { ms: 0, cpuMs: 0, flop: 0 };
  for (const kernel of kernels) {
    replaceKernel({ ...kernel, kernelFunc: timed(kernel, times, inner) });
  }
  return () => kernels.forEach(replaceKernel);
}

function replaceKernel(kernel: tf.KernelConfig): void {
  tf.unregisterKernel(kernel.kernelName, kernel.backendName);
  tf.registerKernel(kernel);
}

interface Inner {
  ms: number;
  cpuMs: number;
  flop: number;
}

/** Leaves what kernels that this one runs have spent to them: `inner` adds up what was counted already. */
function timed(kernel: tf.KernelConfig, times: Map<string, KernelTime>, inner: Inner): tf.KernelFunc {
  return (params) => {
    const row = rowOf(times, callingOp(), kernel.kernelName);
    const before = { ...inner };
    const cost = startClock();
    const result = kernel.kernelFunc(params);
    const { seconds, cpuSeconds } = cost();
    const ms = 1e3 * seconds - (inner.ms - before.ms);
    const cpuMs = 1e3 * cpuSeconds - (inner.cpuMs - before.cpuMs);
    const flop = Math.max(0, flopOf(kernel.kernelName, params, result) - (inner.flop - before.flop));
    inner.ms += ms;
    inner.cpuMs += cpuMs;
    inner.flop += flop;
    row.calls++;
    row.ms += ms;
    row.cpuMs += cpuMs;
    row.flop += flop;
    return result;
  };
}

function rowOf(times: Map<string, KernelTime>, op: string, kernel: string): KernelTime {
  const key = `${op}/${kernel}`;
  const row = times.get(key) ?? { op, kernel, calls: 0, ms: 0, cpuMs: 0, flop: 0 };
  times.set(key, row);
  return row;
}

function callingOp(): string {
  const { prepareStackTrace, stackTraceLimit } = Error;
  Error.stackTraceLimit = STACK_DEPTH;
  Error.prepareStackTrace = (_, frames) => frames;
  const frames = new Error().stack as unknown as NodeJS.CallSite[];
  Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  const frame = frames.find((f) => OURS.test(f.getFileName() ?? '') && f.getFunctionName());
  return frame?.getFunctionName() ?? 'other';
}

type KernelParams = Parameters<tf.KernelFunc>[0];

function flopOf(kernel: string, { inputs, attrs }: KernelParams, result: tf.TensorInfo | tf.TensorInfo[]): number {
  const size = tf.util.sizeFromShape((Array.isArray(result) ? result[0] : result)?.shape ?? []);
  if (kernel === 'BatchMatMul' || kernel === '_FusedMatMul') {
    const a = (inputs as tf.NamedTensorInfoMap)['a'] as tf.TensorInfo;
    return 2 * size * (a.shape.at(attrs?.['transposeA'] ? -2 : -1) as number);
  }
  if (kernel === 'Conv2D' || kernel === 'FusedConv2D') {
    const { shape } = (inputs as tf.NamedTensorInfoMap)['filter'] as tf.TensorInfo;
    return 2 * size * tf.util.sizeFromShape(shape.slice(0, 3));
  }
  return 0;
}
