// TensorFlow ops on float32 tensors in host memory, each one pass where tfjs needs five to fifteen.
// Registered when the add-on is loaded; kernels/*.ts give them their place in tfjs.
#include <algorithm>
#include <cstdint>

#include "call.h"
#include "layer-norm.h"
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

// ---- softmax -------------------------------------------------------------------------------------------------------

FOR_EACH_PROCESSOR void SoftmaxRows(const float* x, int64_t rows, int64_t n, float* y) {
  for (int64_t row = 0; row < rows; ++row) SoftmaxRow(x + row * n, n, y + row * n);
}

FOR_EACH_PROCESSOR void SoftmaxGradRows(const float* y, const float* dy, int64_t rows, int64_t n, float* dx) {
  for (int64_t row = 0; row < rows; ++row) SoftmaxGradRow(y + row * n, dy + row * n, n, dx + row * n);
}

// ---- the ops ---------------------------------------------------------------------------------------------------------

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
  LayerNormBack({x, scale, moments, dy, rows, n}, nullptr, {dx, dscale, doffset});
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

struct Registration {
  Registration() {
    Register({"Dust3rGelu", {"x: float"}, {"y: float"}, Attribute::kNone, Gelu});
    Register({"Dust3rGeluGrad", {"x: float", "dy: float"}, {"dx: float"}, Attribute::kNone, GeluGrad});
    Register({"Dust3rLayerNorm", {"x: float", "scale: float", "offset: float"}, {"y: float", "moments: float"}, Attribute::kEpsilon,
              LayerNorm});
    Register({"Dust3rLayerNormGrad", {"x: float", "scale: float", "moments: float", "dy: float"},
              {"dx: float", "dscale: float", "doffset: float"}, Attribute::kNone, LayerNormGrad});
    Register({"Dust3rSoftmax", {"x: float"}, {"y: float"}, Attribute::kNone, Softmax});
    Register({"Dust3rSoftmaxGrad", {"y: float", "dy: float"}, {"dx: float"}, Attribute::kNone, SoftmaxGrad});
  }
} registration;

}  // namespace
