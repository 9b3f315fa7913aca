// TensorFlow ops on float32 tensors in host memory, each one pass where tfjs needs five to fifteen.
// Registered when the add-on is loaded; kernels/*.ts give them their place in tfjs.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace {

// Compiles a function for several processors and chooses when it is loaded.
#if defined(__x86_64__) && defined(__linux__) && defined(__GNUC__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINE static inline __attribute__((always_inline))

constexpr int kLanes = 16;
constexpr int64_t kWorthAThread = 1 << 15;
// Sums over rows are taken in this many parts whatever the number of threads, so that results never depend on it.
constexpr int64_t kParts = 16;

// ---- threads -------------------------------------------------------------------------------------------------------

// Calls work(begin, end) for pieces of [0, count), `cost` numbers each.
void InParallel(int64_t count, int64_t cost, const std::function<void(int64_t, int64_t)>& work) {
  const int64_t useful = count * cost / kWorthAThread;
  const int64_t cores = std::max(1u, std::thread::hardware_concurrency());
  const int64_t pieces = std::max<int64_t>(1, std::min({useful, cores, count}));
  std::vector<std::thread> threads;
  for (int64_t i = 1; i < pieces; ++i) {
    threads.emplace_back(work, count * i / pieces, count * (i + 1) / pieces);
  }
  work(0, count / pieces);
  for (std::thread& thread : threads) thread.join();
}

// ---- mathematics: of builtins alone, since calls, std::floor's too, keep a loop from being vectorised ---------------------------------------------------------------------------------------------------

// e^x within 2 units in the last place; 0 below -87.
INLINE float Exp(float x) {
  x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
  const float n = __builtin_floorf(x * 1.44269504f + 0.5f);
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return p * scale;
}

// The normal distribution's Φ(x), given e^(-x²/2). With z = |x|/√2 and t = 1/(1 + 0.4z), erfc(z)·e^(z²) is a polynomial
// of t; fitted to a relative error of 1.3e-7 (Lawson's algorithm, 4000 points).
INLINE float NormalCdf(float x, float gaussian) {
  const float t = 1.0f / (1.0f + 0.282842712f * __builtin_fabsf(x));
  float p = 0.05028505623340607f;
  p = p * t - 0.18299603462219238f;
  p = p * t + 0.16924569010734558f;
  p = p * t - 0.005751416087150574f;
  p = p * t + 0.1415049433708191f;
  p = p * t + 0.16852064430713654f;
  p = p * t + 0.207846000790596f;
  p = p * t + 0.22566936910152435f;
  p = p * t + 0.22567586600780487f;
  const float tail = 0.5f * p * t * gaussian;
  return x < 0.0f ? tail : 1.0f - tail;
}

INLINE float Sum(const float* lanes) {
  float sum = 0.0f;
  for (int i = 0; i < kLanes; ++i) sum += lanes[i];
  return sum;
}

// Sums term(i) over [0, n) in kLanes partial sums, in a fixed order.
template <typename Term>
INLINE float SumOf(int64_t n, Term term) {
  float lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lanes[j] += term(i + j);
  }
  for (int j = 0; i < n; ++i, ++j) lanes[j] += term(i);
  return Sum(lanes);
}

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

FOR_EACH_PROCESSOR void LayerNormRow(const float* x, const float* scale, const float* offset, int64_t n, float epsilon,
                                     float* y, float* moments) {
  const float mean = SumOf(n, [x](int64_t i) { return x[i]; }) / n;
  const float variance = SumOf(n, [x, mean](int64_t i) { return (x[i] - mean) * (x[i] - mean); }) / n;
  const float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] - mean) * inverse * scale[i] + offset[i];
  moments[0] = mean;
  moments[1] = inverse;
}

// Adds this row's part of the gradients of scale and offset to theirs.
FOR_EACH_PROCESSOR void LayerNormGradRow(const float* x, const float* scale, const float* moments, const float* dy,
                                         int64_t n, float* dx, float* dscale, float* doffset) {
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

FOR_EACH_PROCESSOR void SoftmaxRow(const float* x, int64_t n, float* y) {
  float lanes[kLanes];
  for (int j = 0; j < kLanes; ++j) lanes[j] = x[0];
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int j = 0; j < kLanes; ++j) lanes[j] = x[i + j] > lanes[j] ? x[i + j] : lanes[j];
  }
  for (; i < n; ++i) lanes[0] = x[i] > lanes[0] ? x[i] : lanes[0];
  float largest = lanes[0];
  for (int j = 1; j < kLanes; ++j) largest = lanes[j] > largest ? lanes[j] : largest;
  for (int64_t k = 0; k < n; ++k) y[k] = Exp(x[k] - largest);
  const float inverse = 1.0f / SumOf(n, [y](int64_t k) { return y[k]; });
  for (int64_t k = 0; k < n; ++k) y[k] *= inverse;
}

FOR_EACH_PROCESSOR void SoftmaxGradRow(const float* y, const float* dy, int64_t n, float* dx) {
  const float sum = SumOf(n, [=](int64_t i) { return y[i] * dy[i]; });
  for (int64_t i = 0; i < n; ++i) dx[i] = y[i] * (dy[i] - sum);
}

// ---- AdamW ---------------------------------------------------------------------------------------------------------

// What one step of AdamW is given, in this order.
struct AdamWStep {
  float learning_rate, beta1, beta2, epsilon, weight_decay;
  // 1 - beta1^t and 1 - beta2^t
  float correction1, correction2;
};

FOR_EACH_PROCESSOR void AdamWRange(const float* const* in, const AdamWStep& step, int64_t n, float* const* out) {
  const float *p = in[0], *g = in[1], *m = in[2], *v = in[3];
  float *p_out = out[0], *m_out = out[1], *v_out = out[2];
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

// ---- TensorFlow's side ---------------------------------------------------------------------------------------------

// The inputs and outputs of one call; releases them at its end.
class Call {
 public:
  explicit Call(TF_OpKernelContext* context) : context_(context), status_(TF_NewStatus()) {}
  ~Call() {
    for (TF_Tensor* tensor : tensors_) TF_DeleteTensor(tensor);
    if (TF_GetCode(status_) != TF_OK) TF_OpKernelContext_Failure(context_, status_);
    TF_DeleteStatus(status_);
  }

  // The first input, whose shape the outputs share.
  const float* First() {
    TF_Tensor* tensor = Take(0);
    if (tensor == nullptr) return nullptr;
    for (int axis = 0; axis < TF_NumDims(tensor); ++axis) shape_.push_back(TF_Dim(tensor, axis));
    last_ = shape_.empty() ? 1 : shape_.back();
    rows_ = last_ == 0 ? 0 : TF_TensorElementCount(tensor) / last_;
    return static_cast<const float*>(TF_TensorData(tensor));
  }

  // Another input, which must have `size` numbers.
  const float* Input(int index, int64_t size) {
    TF_Tensor* tensor = Take(index);
    if (tensor == nullptr) return nullptr;
    if (TF_TensorElementCount(tensor) != size) {
      const std::string message = "input " + std::to_string(index) + ": expected " + std::to_string(size) +
                                  " numbers, got " + std::to_string(TF_TensorElementCount(tensor));
      TF_SetStatus(status_, TF_INVALID_ARGUMENT, message.c_str());
    }
    return static_cast<const float*>(TF_TensorData(tensor));
  }

  float* Output(int index, std::vector<int64_t> shape) {
    if (failed()) return nullptr;
    int64_t size = 1;
    for (int64_t axis : shape) size *= axis;
    TF_Tensor* tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                          size * sizeof(float), status_);
    if (tensor == nullptr) return nullptr;
    tensors_.push_back(tensor);
    return static_cast<float*>(TF_TensorData(tensor));
  }
  float* OutputLikeFirst(int index) { return Output(index, shape_); }

  bool failed() const { return TF_GetCode(status_) != TF_OK; }
  // Of the first input: its numbers, those of its last axis, and the rows that these make.
  int64_t size() const { return rows_ * last_; }
  int64_t last() const { return last_; }
  int64_t rows() const { return rows_; }

 private:
  TF_Tensor* Take(int index) {
    TF_Tensor* tensor = nullptr;
    if (!failed()) TF_GetInput(context_, index, &tensor, status_);
    if (tensor != nullptr) tensors_.push_back(tensor);
    return tensor;
  }

  TF_OpKernelContext* context_;
  TF_Status* status_;
  std::vector<TF_Tensor*> tensors_;
  std::vector<int64_t> shape_;
  int64_t last_ = 0;
  int64_t rows_ = 0;
};

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

struct Epsilon {
  float value = 0.0f;
};

void* ReadEpsilon(TF_OpKernelConstruction* construction) {
  auto* epsilon = new Epsilon;
  TF_Status* status = TF_NewStatus();
  TF_OpKernelConstruction_GetAttrFloat(construction, "epsilon", &epsilon->value, status);
  if (TF_GetCode(status) != TF_OK) TF_OpKernelConstruction_Failure(construction, status);
  TF_DeleteStatus(status);
  return epsilon;
}

void DeleteEpsilon(void* epsilon) { delete static_cast<Epsilon*>(epsilon); }

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
  std::vector<float> sums(kParts * 2 * n, 0.0f);
  float* parts = sums.data();
  InParallel(kParts, rows * n / kParts, [=](int64_t begin, int64_t end) {
    for (int64_t part = begin; part < end; ++part) {
      float* scale_sum = parts + part * 2 * n;
      for (int64_t row = rows * part / kParts; row < rows * (part + 1) / kParts; ++row) {
        LayerNormGradRow(x + row * n, scale, moments + row * 2, dy + row * n, n, dx + row * n, scale_sum,
                         scale_sum + n);
      }
    }
  });
  std::fill(dscale, dscale + n, 0.0f);
  std::fill(doffset, doffset + n, 0.0f);
  for (int64_t part = 0; part < kParts; ++part) {
    for (int64_t i = 0; i < n; ++i) {
      dscale[i] += parts[part * 2 * n + i];
      doffset[i] += parts[part * 2 * n + n + i];
    }
  }
}

// x → softmax over the last axis
void Softmax(void*, TF_OpKernelContext* context) {
  Call call(context);
  const float* x = call.First();
  float* y = call.OutputLikeFirst(0);
  if (call.failed()) return;
  const int64_t n = call.last();
  InParallel(call.rows(), 4 * n, [=](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) SoftmaxRow(x + row * n, n, y + row * n);
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
    for (int64_t row = begin; row < end; ++row) SoftmaxGradRow(y + row * n, dy + row * n, n, dx + row * n);
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

struct Op {
  const char* name;
  std::vector<const char*> inputs;
  std::vector<const char*> outputs;
  bool has_epsilon;
  void (*compute)(void*, TF_OpKernelContext*);
};

void UnknownShape(TF_ShapeInferenceContext*, TF_Status*) {}

void Register(const Op& op) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  for (const char* input : op.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : op.outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  if (op.has_epsilon) TF_OpDefinitionBuilderAddAttr(definition, "epsilon: float");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(definition, &UnknownShape);
  TF_RegisterOpDefinition(definition, status);
  TF_KernelBuilder* kernel = TF_NewKernelBuilder(op.name, "CPU", op.has_epsilon ? ReadEpsilon : nullptr, op.compute,
                                                 op.has_epsilon ? DeleteEpsilon : nullptr);
  TF_RegisterKernelBuilder(op.name, kernel, status);
  TF_DeleteStatus(status);
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
