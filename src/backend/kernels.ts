import * as tf from '@tensorflow/tfjs';
import { adamWKernel } from './kernels/adamw.ts';
import { bfloat16Kernels } from './kernels/bfloat16.ts';
import { geluGradient, geluKernels } from './kernels/gelu.ts';
import { layerNormGradient, layerNormKernels } from './kernels/layer-norm.ts';
import { softmaxGradient, softmaxKernels } from './kernels/softmax.ts';

/**
 * Registers our own fast kernels on the native engine when it computes on the CPU. Their C++ is native/addon/ops.cc;
 * all tensors are float32, and results do not depend on the number of threads.
 *
 * Whoever wants one asks `tf.getKernel(name, tf.getBackend())` and, where there is none, takes plain ops; then calls
 * `tf.engine().runKernel(name, inputs, attrs)`.
 *
 * | kernel | inputs | attrs | outputs | gradient |
 * | --- | --- | --- | --- | --- |
 * | Dust3rGelu | x | | y = x·Φ(x), exact | yes |
 * | Dust3rGeluGrad | x, dy | | dx | no |
 * | Dust3rLayerNorm | x [..., C], scale [C], offset [C] | epsilon | y, moments [rows, 2] | yes, through y |
 * | Dust3rLayerNormGrad | x, scale, moments, dy | | dx, dscale, doffset | no |
 * | Softmax (replaced) | logits | | over the last axis | yes |
 * | Dust3rSoftmaxGrad | y, dy | | y·(dy − Σ y·dy) | no |
 * | Dust3rPackBfloat16 | x [O, I] | | int32 [O, I/2]: bfloat16 pairs | no |
 * | Dust3rLinearBfloat16 | x [R, I], weight (packed), bias [O] | | x·Wᵀ + bias | no |
 * | Dust3rAdamW | parameter, gradient, mean, square, step [7] | | next parameter, mean, square | no |
 *
 * `step` holds the learning rate, β₁, β₂, ε, the weight decay (decoupled), 1 − β₁ᵗ and 1 − β₂ᵗ.
 */
export function registerFastKernels(): void {
  if (tf.getKernel('Dust3rGelu', 'tensorflow')) return;
  tf.unregisterKernel('Softmax', 'tensorflow');
  const kernels = [...geluKernels, ...layerNormKernels, ...softmaxKernels, ...bfloat16Kernels, adamWKernel];
  for (const kernel of kernels) tf.registerKernel(kernel);
  for (const gradient of [geluGradient, layerNormGradient, softmaxGradient]) tf.registerGradient(gradient);
}
