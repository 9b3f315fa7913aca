import * as tf from '@tensorflow/tfjs';
import { alignKernels } from './kernels/align.ts';
import { attentionGradients, attentionKernels } from './kernels/attention.ts';
import { bfloat16Kernels } from './kernels/bfloat16.ts';
import { branchKernels } from './kernels/branch.ts';
import { confidenceLossKernels } from './kernels/confidence-loss.ts';
import { geluGradient, geluKernels } from './kernels/gelu.ts';
import { headGradients, headKernels } from './kernels/head.ts';
import { layerNormGradient, layerNormKernels } from './kernels/layer-norm.ts';
import { linearGradient, linearKernels } from './kernels/linear.ts';
import { mixedLinearKernels } from './kernels/mixed-linear.ts';
import { mlpKernels } from './kernels/mlp.ts';
import { optimizerKernels } from './kernels/optimizer.ts';
import { softmaxGradient, softmaxKernels } from './kernels/softmax.ts';

/**
 * Registers our own fast kernels on the native engine when it computes on the CPU. Their C++ is native/addon; tensors are
 * float32 unless the table says otherwise, and results do not depend on the number of threads.
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
 * | Dust3rLinear | x [..., I], weight [O, I], bias [O] | | x·Wᵀ + bias [..., O] | yes |
 * | Dust3rLinearGradInput | dy [..., O], weight | | dx | no |
 * | Dust3rLinearGradWeight | dy, x | | dweight | no |
 * | Dust3rSumRows | x [..., C] | | the sum of its rows [C] | no |
 * | Dust3rMlp | x [..., I], weight1 [H, I], bias1, weight2 [O, H], bias2 | | y, hidden [rows, H] | no |
 * | Dust3rMlpGrad | dy, x, hidden, weight1, bias1, weight2 | | dx, dweight1, dbias1, dweight2, dbias2 | no |
 * | Dust3rSelfAttention | qkv [B, N, 3C], cos, sin [B or 1, 1, N, D] | | [B, N, C] | yes, by qkv |
 * | Dust3rSelfAttentionGrad | qkv, cos, sin, dy | | dqkv | no |
 * | Dust3rCrossAttention | q [B, N, C], k, v [B, M, C], cosQ, sinQ, cosK, sinK | | [B, N, C] | yes, by q, k, v |
 * | Dust3rCrossAttentionGrad | the same and dy | | dq, dk, dv | no |
 * | Dust3rMixedLinear | as Dust3rLinear | | y, rounded: int32, x in bfloat16 pairs | no |
 * | Dust3rMixedLinearGrad | dy, rounded, weight | | dx, dweight, dbias | no |
 * | Dust3rMixedMlp | as Dust3rMlp | | y, hidden, rounded: int32 as above | no |
 * | Dust3rMixedMlpGrad | as Dust3rMlpGrad, with rounded for x | | as Dust3rMlpGrad | no |
 * | Dust3rPackBfloat16 | x [O, I] | | int32 [O, I/2]: bfloat16 pairs | no |
 * | Dust3rLinearBfloat16 | x [..., I], weight (packed), bias [O] | | x·Wᵀ + bias | no |
 * | Dust3rAlignPass | planes [K, 4, P], logDepth [P], camera [19], placements [K, 13] | | dlogDepth, sums [12 + 13K] | no |
 * | Dust3rAlignSolve | the same | | logDepth | no |
 * | Dust3rSelfBranch | x [B, N, C], scale, offset, weight1 [3C, C] … bias2, cos, sin | epsilon | y, kept | no |
 * | Dust3rSelfBranchGrad | the same, kept, dy | | gradients of the first seven | no |
 * | Dust3rCrossBranch | x, memory [B, M, C], scale, offset, weight1 … bias4, cosQ, sinQ, cosK, sinK | epsilon | y, kept | no |
 * | Dust3rCrossBranchGrad | the same, kept, dy | | gradients of the first twelve | no |
 * | Dust3rMlpBranch | x [..., I], scale, offset, weight1 [H, I] … bias2 | epsilon | y, kept | no |
 * | Dust3rMlpBranchGrad | the same, kept, dy | | gradients of the first seven | no |
 * | Dust3rMixed…Branch | the same with products in bfloat16 | | | no |
 * | Dust3rPixelShuffle | packed [B, h, w, C·r²] | factor: r | [B, h·r, w·r, C] | yes |
 * | Dust3rPixelShuffleGrad | dy | factor | dpacked | no |
 * | Dust3rHeadOutput | raw [..., 4] | min, max (confidence) | points [..., 3], confidence [...] | yes |
 * | Dust3rHeadOutputGrad | raw, dpoints, dconfidence | min, max | draw | no |
 * | Dust3rConfidenceLoss | points1, points2, confidence1 … valid2, numbers [2] | | means [4], kept | no |
 * | Dust3rConfidenceLossGrad | the same, kept, dy [4] | | gradients of the first four | no |
 * | Dust3rAdamW | parameters, gradients, means, squares, N of each, steps [N, 8] | count: N | none | no |
 * | Dust3rAverage | averages, values, N of each, share [1] | count: N | none | no |
 * | Dust3rGlobalNorm | N tensors | count: N | √Σ x² | no |
 *
 * Dust3rMlp and the mixed ones are called from custom gradients in src/tensor, for which all outputs but y are kept.
 * The branches are x + f(LayerNorm(x)); `kept` is what their gradients need besides the inputs.
 * AdamW and Average write over parameters, means, squares and averages. A row of `steps` holds the learning rate, β₁, β₂,
 * ε, the weight decay (decoupled), 1 − β₁ᵗ, 1 − β₂ᵗ and the factor of the gradient.
 */
export function registerFastKernels(): void {
  if (tf.getKernel('Dust3rGelu', 'tensorflow')) return;
  tf.unregisterKernel('Softmax', 'tensorflow');
  const kernels = [
    ...geluKernels,
    ...layerNormKernels,
    ...softmaxKernels,
    ...attentionKernels,
    ...linearKernels,
    ...mixedLinearKernels,
    ...mlpKernels,
    ...bfloat16Kernels,
    ...branchKernels,
    ...headKernels,
    ...confidenceLossKernels,
    ...alignKernels,
    ...optimizerKernels,
  ];
  for (const kernel of kernels) tf.registerKernel(kernel);
  const gradients = [
    ...[geluGradient, layerNormGradient, softmaxGradient, linearGradient],
    ...attentionGradients,
    ...headGradients,
  ];
  for (const gradient of gradients) tf.registerGradient(gradient);
}
