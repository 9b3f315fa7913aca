// TensorFlow ops on float32 tensors in host memory, each one pass where tfjs needs five to fifteen.
// Registered when the add-on is loaded; kernels/*.ts give them their place in tfjs.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// ---- GELU ----------------------------------------------------------------------------------------------------------

FOR_EACH_PROCESSOR void GeluRange(const float* x, int64_t n, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] * NormalCdf(x[i], Exp(-0.5f * x[i] * x[i]));
}

FOR_EACH_PROCESSOR void GeluGradRange(const float* x, const float* dy, int64_t n, float* dx) {
  for (int64_t i = 0; i < n; ++i) {
    const float gaussian = Exp(-0.5f * x[i] * x[i]);
    dx[i] = dy[i] * (NormalCdf(x[i], gaussian) + 0.398942280f * x[i] * gaussian);
  }
}

// ---- layer norm ----------------------------------------------------------------------------------------------------

FOR_EACH_PROCESSOR void LayerNormRow(const float* __restrict x, const float* __restrict scale,
                                     const float* __restrict offset, int64_t n, float epsilon, float* __restrict y,
                                     float* __restrict moments) {
  const float mean = SumOf(n, [x](int64_t i) { return x[i]; }) / n;
  const float variance = SumOf(n, [x, mean](int64_t i) { return (x[i] - mean) * (x[i] - mean); }) / n;
  const float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse * scale[i] + offset[i];
  moments[0] = mean;
  moments[1] = inverse;
}

// Adds this row's part of the gradients of scale and offset to theirs.
FOR_EACH_PROCESSOR void LayerNormGradRow(const float* __restrict x, const float* __restrict scale,
                                         const float* __restrict moments, const float* __restrict dy, int64_t n,
                                         float* __restrict dx, float* __restrict dscale, float* __restrict doffset) {
  const float mean = moments[0], inverse = moments[1];
  const float sum = SumOf(n, [=](int64_t i) { return dy[i] * scale[i]; }) / n;
  const float along = SumOf(n, [=](int64_t i) { return dy[i] * scale[i] * (x[i] - mean); }) * inverse * inverse / n;
  for (int64_t i = 0; i < n; ++i) {
    const float centred = x[i] - mean;
    dx[i] = (dy[i] * scale[i] - sum - centred * along) * inverse;
    dscale[i] += dy[i] * centred * inverse;
    doffset[i] += dy[i];
  }
}

// ---- softmax -------------------------------------------------------------------------------------------------------

FOR_EACH_PROCESSOR void SoftmaxRows(const float* x, int64_t rows, int64_t n, float* y) {
  for (int64_t row = 0; row < rows; ++row) SoftmaxRow(x + row * n, n, y + row * n);
}

FOR_EACH_PROCESSOR void SoftmaxGradRows(const float* y, const float* dy, int64_t rows, int64_t n, float* dx) {
  for (int64_t row = 0; row < rows; ++row) SoftmaxGradRow(y + row * n, dy + row * n, n, dx + row * n);
}

// ---- AdamW ---------------------------------------------------------------------------------------------------------

// What one step of AdamW is given, in this order.
struct AdamWStep {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  // 1 - beta1^t and 1 - beta2^t
  float correction1, correction2;
};

// The vectoriser must know that none of these overlap, and believes that only of a function's own parameters.
INLINE void AdamWTo(const float* __restrict p, const float* __restrict g, const float* __restrict m,
                    const float* __restrict v, const AdamWStep& step, int64_t n, float* __restrict p_out,
                    float* __restrict m_out, float* __restrict v_out) {
  const float keep = 1.0f - step.learning_rate * step.weight_decay;
  const float rate = step.learning_rate / step.correction1;
  const float scale = 1.0f / __builtin_sqrtf(step.correction2);
  const float beta1 = step.beta1, beta2 = step.beta2, epsilon = step.epsilon;
  for (int64_t i = 0; i < n; ++i) {
    const float mean = beta1 * m[i] + (1.0f - beta1) * g[i];
    const float square = beta2 * v[i] + (1.0f - beta2) * g[i] * g[i];
    m_out[i] = mean;
    v_out[i] = square;
    p_out[i] = p[i] * keep - rate * mean / (__builtin_sqrtf(square) * scale + epsilon);
  }
}

FOR_EACH_PROCESSOR void AdamWRange(const float* const* in, const AdamWStep& step, int64_t n, float* const* out) {
  AdamWTo(in[0], in[1], in[2], in[3], step, n, out[0], out[1], out[2]);
}

// x → x·Φ(x)
void Gelu(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  float* y = call.OutputLikeFirst(0);
  if (call.failed()) return;
  InParallel(call.size(), 4, [=](int64_t begin, int64_t end) { GeluRange(x + begin, end - begin, y + begin); });
}

// x, dy → dx
void GeluGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const float* dy = call.Input(1, call.size());
  float* dx = call.OutputLikeFirst(0);
  if (call.failed()) return;
  InParallel(call.size(), 4, [=](int64_t begin, int64_t end) {
    GeluGradRange(x + begin, dy + begin, end - begin, dx + begin);
  });
}

// x, scale, offset → y, moments [rows, 2]: each row's mean and 1/√(variance + ε)
void LayerNorm(void* kernel, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const float* scale = call.Input(1, call.last());
  const float* offset = call.Input(2, call.last());
  float* y = call.OutputLikeFirst(0);
  const int64_t n = call.last();
  float* moments = call.Output(1, {call.rows(), 2});
  if (call.failed()) return;
  const float epsilon = static_cast<Epsilon*>(kernel)->value;
  InParallel(call.rows(), n, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      LayerNormRow(x + row * n, scale, offset, n, epsilon, y + row * n, moments + row * 2);
    }
  });
}

// x, scale, moments, dy → dx, dscale, doffset
void LayerNormGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const float* scale = call.Input(1, call.last());
  const float* moments = call.Input(2, 2 * call.rows());
  const float* dy = call.Input(3, call.size());
  float* dx = call.OutputLikeFirst(0);
  const int64_t n = call.last(), rows = call.rows();
  float* dscale = call.Output(1, {n});
  float* doffset = call.Output(2, {n});
  if (call.failed()) return;
  std::vector<float> sums(2 * n);
  SumInParts(rows, 2 * n, sums.data(), [=](int64_t begin, int64_t end, float* part) {
    for (int64_t row = begin; row < end; ++row) {
      LayerNormGradRow(x + row * n, scale, moments + row * 2, dy + row * n, n, dx + row * n, part, part + n);
    }
  });
  std::copy(sums.begin(), sums.begin() + n, dscale);
  std::copy(sums.begin() + n, sums.end(), doffset);
}

// x → softmax over the last axis
void Softmax(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  float* y = call.OutputLikeFirst(0);
  if (call.failed()) return;
  const int64_t n = call.last();
  InParallel(call.rows(), 4 * n, [=](int64_t begin, int64_t end) {
    SoftmaxRows(x + begin * n, end - begin, n, y + begin * n);
  });
}

// y, dy → dx
void SoftmaxGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* y = call.First();
  const float* dy = call.Input(1, call.size());
  float* dx = call.OutputLikeFirst(0);
  if (call.failed()) return;
  const int64_t n = call.last();
  InParallel(call.rows(), n, [=](int64_t begin, int64_t end) {
    SoftmaxGradRows(y + begin * n, dy + begin * n, end - begin, n, dx + begin * n);
  });
}

// parameter, gradient, mean, square, step (AdamWStep as 7 numbers) → the next parameter, mean and square
void AdamW(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* parameter = call.First();
  const std::array<const float*, 4> in = {parameter, call.Input(1, call.size()), call.Input(2, call.size()),
                                          call.Input(3, call.size())};
  const float* numbers = call.Input(4, 7);
  const std::array<float*, 3> out = {call.OutputLikeFirst(0), call.OutputLikeFirst(1), call.OutputLikeFirst(2)};
  if (call.failed()) return;
  AdamWStep step;
  std::memcpy(&step, numbers, sizeof(step));
  InParallel(call.size(), 4, [=](int64_t begin, int64_t end) {
    const float* const from[] = {in[0] + begin, in[1] + begin, in[2] + begin, in[3] + begin};
    float* const to[] = {out[0] + begin, out[1] + begin, out[2] + begin};
    AdamWRange(from, step, end - begin, to);
  });
}

struct Registration {
  Registration() {
    Register({"Dust3rGelu", {"x: float"}, {"y: float"}, false, Gelu});
    Register({"Dust3rGeluGrad", {"x: float", "dy: float"}, {"dx: float"}, false, GeluGrad});
    Register({"Dust3rLayerNorm", {"x: float", "scale: float", "offset: float"}, {"y: float", "moments: float"}, true,
              LayerNorm});
    Register({"Dust3rLayerNormGrad", {"x: float", "scale: float", "moments: float", "dy: float"},
              {"dx: float", "dscale: float", "doffset: float"}, false, LayerNormGrad});
    Register({"Dust3rSoftmax", {"x: float"}, {"y: float"}, false, Softmax});
    Register({"Dust3rSoftmaxGrad", {"y: float", "dy: float"}, {"dx: float"}, false, SoftmaxGrad});
    Register({"Dust3rAdamW", {"parameter: float", "gradient: float", "mean: float", "square: float", "step: float"},
              {"next_parameter: float", "next_mean: float", "next_square: float"}, false, AdamW});
  }
} registration;

}  // namespace
