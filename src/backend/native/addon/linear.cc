// What surrounds the products of fully connected layers, in float32 and bfloat16, each one pass.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "call.h"
#include "parallel.h"
#include "vector-math.h"

namespace {

// ---- rows of numbers -------------------------------------------------------------------------------------------------

// GELU works on this many numbers of bfloat16 at a time in float32, since its arithmetic is not vectorised well together
// with the conversion.
constexpr int64_t kChunk = 256;

INLINE void GeluTo(const float* __restrict x, const float* __restrict bias, int64_t n, float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) {
    const float biased = x[i] + bias[i];
    y[i] = biased * NormalCdf(biased, Exp(-0.5f * biased * biased));
  }
}

// x, dy → y once more, dx, and dx added to the gradient of the bias
INLINE void GeluBackTo(const float* __restrict x, const float* __restrict bias, const float* __restrict dy, int64_t n,
                       float* __restrict y, float* __restrict dx, float* __restrict dbias) {
  for (int64_t i = 0; i < n; ++i) {
    const float biased = x[i] + bias[i];
    const float gaussian = Exp(-0.5f * biased * biased);
    const float cdf = NormalCdf(biased, gaussian);
    y[i] = biased * cdf;
    dx[i] = dy[i] * (cdf + 0.398942280f * biased * gaussian);
    dbias[i] += dx[i];
  }
}

INLINE void WidenTo(const Bfloat16* __restrict x, int64_t n, float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Widen(x[i]);
}

INLINE void RoundTo(const float* __restrict x, int64_t n, Bfloat16* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Round(x[i]);
}

FOR_EACH_PROCESSOR void GeluRow(const float* x, const float* bias, int64_t n, float* y) { GeluTo(x, bias, n, y); }

FOR_EACH_PROCESSOR void GeluRow(const Bfloat16* x, const float* bias, int64_t n, Bfloat16* y) {
  float wide[kChunk], active[kChunk];
  for (int64_t from = 0; from < n; from += kChunk) {
    const int64_t size = std::min(kChunk, n - from);
    WidenTo(x + from, size, wide);
    GeluTo(wide, bias + from, size, active);
    RoundTo(active, size, y + from);
  }
}

FOR_EACH_PROCESSOR void GeluBackRow(const float* x, const float* bias, const float* dy, int64_t n, float* y, float* dx,
                                    float* dbias) {
  GeluBackTo(x, bias, dy, n, y, dx, dbias);
}

FOR_EACH_PROCESSOR void GeluBackRow(const Bfloat16* x, const float* bias, const Bfloat16* dy, int64_t n, Bfloat16* y,
                                    Bfloat16* dx, float* dbias) {
  float wide[kChunk], gradient[kChunk], active[kChunk], result[kChunk];
  for (int64_t from = 0; from < n; from += kChunk) {
    const int64_t size = std::min(kChunk, n - from);
    WidenTo(x + from, size, wide);
    WidenTo(dy + from, size, gradient);
    GeluBackTo(wide, bias + from, gradient, size, active, result, dbias + from);
    RoundTo(active, size, y + from);
    RoundTo(result, size, dx + from);
  }
}

FOR_EACH_PROCESSOR void AddBiasRow(const float* __restrict x, const float* __restrict bias, int64_t n,
                                   float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = x[i] + bias[i];
}

FOR_EACH_PROCESSOR void AddBiasRow(const Bfloat16* __restrict x, const float* __restrict bias, int64_t n,
                                   float* __restrict y) {
  for (int64_t i = 0; i < n; ++i) y[i] = Widen(x[i]) + bias[i];
}

FOR_EACH_PROCESSOR void AddRow(const float* __restrict x, int64_t n, float* __restrict sum) {
  for (int64_t i = 0; i < n; ++i) sum[i] += x[i];
}

FOR_EACH_PROCESSOR void RoundRange(const float* x, int64_t n, Bfloat16* y) { RoundTo(x, n, y); }

FOR_EACH_PROCESSOR void WidenRange(const Bfloat16* x, int64_t n, float* y) { WidenTo(x, n, y); }

// ---- the ops ---------------------------------------------------------------------------------------------------------

// The leading axes of input `index`, and n numbers along the last.
std::vector<int64_t> ShapeLike(Call& call, int index, int64_t n) {
  std::vector<int64_t> shape = call.ShapeOf(index);
  if (!call.failed() && shape.empty()) call.Fail("input " + std::to_string(index) + ": expected at least one axis");
  if (!shape.empty()) shape.back() = n;
  return shape;
}

// product [rows, O], bias [O], like [..., any] → product + bias, float32 [..., O]
template <typename T>
void AddBias(void*, TF_OpKernelContext* context) {
  Call call(context);
  const T* product = call.First<T>();
  const int64_t n = call.last();
  const float* bias = call.Input(1, n);
  float* y = call.Output(0, ShapeLike(call, 2, n));
  if (call.failed()) return;
  InParallel(call.rows(), n, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin * n; at < end * n; at += n) AddBiasRow(product + at, bias, n, y + at);
  });
}

// product [rows, O], bias [O] → GELU(product + bias)
template <typename T>
void BiasGelu(void*, TF_OpKernelContext* context) {
  Call call(context);
  const T* product = call.First<T>();
  const int64_t n = call.last();
  const float* bias = call.Input(1, n);
  T* y = call.Output<T>(0, {call.rows(), n});
  if (call.failed()) return;
  InParallel(call.rows(), 4 * n, [=](int64_t begin, int64_t end) {
    for (int64_t at = begin * n; at < end * n; at += n) GeluRow(product + at, bias, n, y + at);
  });
}

// product, bias, dy [rows, O] → GELU(product + bias) once more, the gradients of product and bias
template <typename T>
void BiasGeluGrad(void*, TF_OpKernelContext* context) {
  Call call(context);
  const T* product = call.First<T>();
  const int64_t n = call.last();
  const float* bias = call.Input(1, n);
  const T* dy = call.Input<T>(2, call.size());
  T* y = call.Output<T>(0, {call.rows(), n});
  T* dproduct = call.Output<T>(1, {call.rows(), n});
  float* dbias = call.Output(2, {n});
  if (call.failed()) return;
  SumInParts(call.rows(), n, dbias, [=](int64_t begin, int64_t end, float* sums) {
    for (int64_t at = begin * n; at < end * n; at += n) {
      GeluBackRow(product + at, bias, dy + at, n, y + at, dproduct + at, sums);
    }
  });
}

// x [..., C] → the sum of its rows [C]
void SumRows(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const int64_t n = call.last();
  float* sum = call.Output(0, {n});
  if (call.failed()) return;
  SumInParts(call.rows(), n, sum, [=](int64_t begin, int64_t end, float* sums) {
    for (int64_t at = begin * n; at < end * n; at += n) AddRow(x + at, n, sums);
  });
}

// x [..., C] → bfloat16 [rows, C]
void ToBfloat16(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  Bfloat16* y = call.Output<Bfloat16>(0, {call.rows(), call.last()});
  if (call.failed()) return;
  InParallel(call.size(), 1, [=](int64_t begin, int64_t end) { RoundRange(x + begin, end - begin, y + begin); });
}

// x [..., C] → bfloat16 [rows, C], the sum of the rows of x [C]
void ToBfloat16AndSum(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  const int64_t n = call.last();
  Bfloat16* y = call.Output<Bfloat16>(0, {call.rows(), n});
  float* sum = call.Output(1, {n});
  if (call.failed()) return;
  SumInParts(call.rows(), n, sum, [=](int64_t begin, int64_t end, float* sums) {
    for (int64_t at = begin * n; at < end * n; at += n) {
      AddRow(x + at, n, sums);
      RoundRange(x + at, n, y + at);
    }
  });
}

// x bfloat16 [rows, C], like [..., any] → float32 [..., C]
void ToFloat32(void*, TF_OpKernelContext* context) {
  Call call(context);
  const Bfloat16* x = call.First<Bfloat16>();
  float* y = call.Output(0, ShapeLike(call, 1, call.last()));
  if (call.failed()) return;
  InParallel(call.size(), 1, [=](int64_t begin, int64_t end) { WidenRange(x + begin, end - begin, y + begin); });
}

struct Registration {
  Registration() {
    Register({"Dust3rAddBias", {"product: float", "bias: float", "like: float"}, {"y: float"}, Attribute::kNone, AddBias<float>});
    Register({"Dust3rAddBiasBfloat16", {"product: bfloat16", "bias: float", "like: float"}, {"y: float"}, Attribute::kNone,
              AddBias<Bfloat16>});
    Register({"Dust3rBiasGelu", {"product: float", "bias: float"}, {"y: float"}, Attribute::kNone, BiasGelu<float>});
    Register({"Dust3rBiasGeluBfloat16", {"product: bfloat16", "bias: float"}, {"y: bfloat16"}, Attribute::kNone,
              BiasGelu<Bfloat16>});
    Register({"Dust3rBiasGeluGrad", {"product: float", "bias: float", "dy: float"},
              {"y: float", "dproduct: float", "dbias: float"}, Attribute::kNone, BiasGeluGrad<float>});
    Register({"Dust3rBiasGeluGradBfloat16", {"product: bfloat16", "bias: float", "dy: bfloat16"},
              {"y: bfloat16", "dproduct: bfloat16", "dbias: float"}, Attribute::kNone, BiasGeluGrad<Bfloat16>});
    Register({"Dust3rSumRows", {"x: float"}, {"sum: float"}, Attribute::kNone, SumRows});
    Register({"Dust3rToBfloat16", {"x: float"}, {"y: bfloat16"}, Attribute::kNone, ToBfloat16});
    Register({"Dust3rToBfloat16AndSum", {"x: float"}, {"y: bfloat16", "sum: float"}, Attribute::kNone, ToBfloat16AndSum});
    Register({"Dust3rToFloat32", {"x: bfloat16", "like: float"}, {"y: float"}, Attribute::kNone, ToFloat32});
  }
} registration;

}  // namespace
